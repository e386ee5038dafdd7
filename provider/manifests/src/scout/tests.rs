//! What a scout is, and its script, run by a real bash.

use std::{fs, path::Path, process::Command};

use super::*;
use crate::examples;

fn objects(cluster: &Cluster) -> Vec<Object> {
    scout(cluster).unwrap().expect("the program is in the image")
}

#[test]
fn it_is_a_job_manager_of_the_new_version_that_is_alone() {
    let mut cluster = examples::application();
    cluster.high_availability = examples::on_kubernetes().high_availability;
    insta::assert_snapshot!(crate::yaml(&objects(&cluster)));
}

/// Else its pod would be one of the application's JobManagers, and be led to by its Services.
#[test]
fn its_pod_is_not_found_as_one_of_the_application() {
    for strategy in [Strategy::Standalone, Strategy::Native] {
        let cluster = Cluster { strategy, ..examples::application() };
        let objects = objects(&cluster);
        let kinds: Vec<&str> = objects.iter().map(|object| object.kind).collect();
        assert_eq!(kinds, ["ConfigMap", "Service", "Pod"], "{strategy:?}");
        let pod = &objects[2].body;
        assert_eq!(pod["metadata"]["labels"]["app"], "orders-scout");
        assert_eq!(objects[1].body["spec"]["selector"]["app"], "orders-scout");
        for object in &objects {
            assert_eq!(object.body["metadata"]["labels"][names::CLUSTER], "orders");
        }
    }
}

#[test]
fn a_program_that_flink_fetches_itself_is_not_seen_from_the_image() {
    let mut cluster = examples::application();
    examples::program(&mut cluster).jar = "s3://jars/orders.jar".to_owned();
    assert_eq!(scout(&cluster), Ok(None));
    assert_eq!(scout(&examples::minimal()), Ok(None));
}

/// What a native JobManager has in its environment by options of Flink, a scout has, too.
#[test]
fn the_variables_of_a_native_job_manager_are_those_of_its_scout() {
    let mut cluster = examples::application();
    let option = ("containerized.master.env.REGION".to_owned(), "eu".to_owned());
    cluster.flink_configuration.extend([option]);
    for (strategy, has) in [(Strategy::Standalone, false), (Strategy::Native, true)] {
        let cluster = Cluster { strategy, ..cluster.clone() };
        let pod = objects(&cluster).pop().expect("a pod").body;
        let variables = pod["spec"]["containers"][0]["env"].as_array().expect("variables").clone();
        assert_eq!(variables.contains(&json!({ "name": "REGION", "value": "eu" })), has);
    }
}

/// What the script makes of an image that is like `folder`.
fn run(folder: &Path, jar: &str, classpaths: &str) -> (bool, String) {
    let output = Command::new("bash")
        .args(["-c", SCRIPT, "scout", jar, classpaths])
        .arg(folder.join("uploads"))
        .args(["echo", "jobmanager"])
        .env("FLINK_HOME", folder)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap().replace(folder.to_str().unwrap(), "HOME");
    (output.status.success(), said)
}

#[test]
fn the_program_lies_where_uploaded_jars_do_with_its_neighbours_on_the_class_path() {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("usrlib");
    fs::create_dir(&library).unwrap();
    let jar = library.join("orders.jar");
    fs::write(&jar, "program").unwrap();
    let jar = jar.to_str().unwrap();
    let alone = run(folder.path(), jar, "");
    assert_eq!(alone, (true, "jobmanager -D web.upload.dir=HOME/uploads\n".to_owned()));
    let link = folder.path().join("uploads/flink-web-upload").join(JAR);
    assert_eq!(fs::read_to_string(link).unwrap(), "program");
    fs::write(library.join("udf.jar"), "").unwrap();
    for (classpaths, expected) in [
        ("", "file://HOME/usrlib/udf.jar"),
        ("file:///a.jar", "file:///a.jar;file://HOME/usrlib/udf.jar"),
    ] {
        let (_, said) = run(folder.path(), jar, classpaths);
        let ends = format!(" -D pipeline.classpaths={expected}\n");
        assert!(said.ends_with(&ends), "{said}");
    }
    let (ended_well, said) = run(folder.path(), "/none.jar", "");
    assert_eq!(
        (ended_well, said.as_str()),
        (false, "Error: the image has no /none.jar that can be read\n")
    );
}
