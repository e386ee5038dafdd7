//! The script, run by a real bash: what Flink would read.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use super::SCRIPT;

/// Runs the script on a file with variables; the "entry point" copies what
/// Flink would read to `read`.
fn run(folder: &Path, file: &str, text: &str, variables: &[(&str, &str)]) -> Output {
    let path = |name: &str| folder.join(name);
    fs::create_dir_all(path("conf")).unwrap();
    fs::create_dir_all(path("plugins/metrics-jmx")).unwrap();
    fs::create_dir_all(path("opt")).unwrap();
    fs::write(path("opt/s3.jar"), "").unwrap();
    fs::write(path("conf").join(file), text).unwrap();
    fs::write(path("conf/log4j-console.properties"), "a=${HOME}").unwrap();
    fs::write(path("start.sh"), SCRIPT).unwrap();
    fs::write(path("entry.sh"), "#!/bin/bash\nexec \"$@\"\n").unwrap();
    fs::set_permissions(path("entry.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let copies = "cp -L \"$FLINK_CONF_DIR\"/* \"$FLINK_HOME/read/\"; \
                  ls -d \"${FLINK_PLUGINS_DIR:-none}\"/*/* 2>/dev/null; exit 0";
    fs::create_dir_all(path("read")).unwrap();
    Command::new("bash")
        .arg(path("start.sh"))
        .args(["bash", "-c", copies])
        .env("FLINK_HOME", folder)
        .env("FLINK_ENTRYPOINT", path("entry.sh"))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn any_value_arrives_as_it_is_and_is_not_expanded_again() {
    let nasty = "a&b\\1 \"q\" ' ${OTHER} $(id) `id` #x\n\t[é]*?";
    let folder = tempfile::tempdir().unwrap();
    let text =
        "\"plain\": \"x\"\n\"key\": \"<${NASTY}|${OTHER}>\"\n\"left\": \"${user.home} $HOME ${\"\n";
    let output = run(folder.path(), "config.yaml", text, &[("NASTY", nasty), ("OTHER", "&\\&")]);
    assert!(output.status.success(), "{output:?}");
    let read = fs::read_to_string(folder.path().join("read/config.yaml")).unwrap();
    let configuration = flink::configuration::file::parse("config.yaml", &read).unwrap();
    assert_eq!(configuration["key"], format!("<{nasty}|&\\&>"));
    assert_eq!(configuration["plain"], "x");
    assert_eq!(configuration["left"], "${user.home} $HOME ${");
    let said = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains("a&b"), "a value is in the log");
}

#[test]
fn logging_files_are_links_so_that_changes_arrive() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), "config.yaml", "", &[]).status.success());
    let link = folder.path().join("run/conf/log4j-console.properties");
    assert_eq!(fs::read_link(link).unwrap(), folder.path().join("conf/log4j-console.properties"));
}

#[test]
fn a_second_start_of_the_container_writes_it_anew() {
    let folder = tempfile::tempdir().unwrap();
    for value in ["one", "two"] {
        assert!(
            run(folder.path(), "config.yaml", "\"a\": \"${A}\"\n", &[("A", value)])
                .status
                .success()
        );
        let read = fs::read_to_string(folder.path().join("run/conf/config.yaml")).unwrap();
        assert_eq!(read, format!("\"a\": \"{value}\"\n"));
        fs::remove_dir_all(folder.path().join("read")).unwrap();
    }
}

#[test]
fn plugins_are_linked_where_the_image_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), "config.yaml", "", &[("FLINK_ENABLED_PLUGINS", "s3.jar")]);
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(listed.contains("/run/plugins/s3/s3.jar"), "{output:?}");
    assert!(folder.path().join("run/plugins/metrics-jmx").is_dir());
}

#[test]
fn what_cannot_be_written_ends_the_start_with_its_reason_and_without_the_value() {
    for (file, variables, reason) in [
        ("config.yaml", vec![], "environment variable A is not set"),
        ("config.yaml", vec![("A", "s3cr\u{1}et")], "A has a control character"),
        ("flink-conf.yaml", vec![("A", "s3cr#et")], "A has a line break, '#', or a blank"),
        ("flink-conf.yaml", vec![("A", "s3cr\net")], "A has a line break, '#', or a blank"),
        ("flink-conf.yaml", vec![("A", " s3cret")], "A has a line break, '#', or a blank"),
        ("config.yaml", vec![("A", "1"), ("FLINK_ENABLED_PLUGINS", "none.jar")], "opt/none.jar"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let output = run(folder.path(), file, "a: ${A}\n", &variables);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(reason), "{file} {variables:?}: {said}");
        assert!(!said.contains("s3cr"), "{said}");
    }
}

#[test]
fn a_certificate_in_pem_form_becomes_a_keystore_with_a_password_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let tls = folder.path().join("tls");
    fs::create_dir_all(&tls).unwrap();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=orders-rest",
            "-days",
            "2",
        ])
        .arg("-keyout")
        .arg(tls.join("tls.key"))
        .arg("-out")
        .arg(tls.join("tls.crt"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let text = "\"security.ssl.rest.keystore-password\": \"${FLINK_REST_TLS_PASSWORD}\"\n";
    let output = run(folder.path(), "config.yaml", text, &[]);
    assert!(output.status.success(), "{output:?}");
    let read = fs::read_to_string(folder.path().join("read/config.yaml")).unwrap();
    let configuration = flink::configuration::file::parse("config.yaml", &read).unwrap();
    let opened = Command::new("openssl")
        .args(["pkcs12", "-passin", "env:PASSWORD", "-nodes", "-in"])
        .arg(folder.path().join("run/keystore.p12"))
        .env("PASSWORD", &configuration["security.ssl.rest.keystore-password"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&opened.stdout).into_owned();
    assert!(shown.contains("CN = orders-rest") || shown.contains("CN=orders-rest"), "{opened:?}");
    assert!(shown.contains("BEGIN PRIVATE KEY"), "{opened:?}");
}
