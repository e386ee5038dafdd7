use std::path::Path;

use super::*;

const KUBECONFIG: &str = r#"
apiVersion: v1
kind: Config
current-context: dev
clusters:
- name: dev
  cluster: { server: "https://dev:6443", certificate-authority: pki/ca.crt }
- name: prod
  cluster:
    server: https://prod.example/k8s
    certificate-authority-data: Q0E=
    tls-server-name: kubernetes
    proxy-url: http://proxy:3128
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: { audience: prod }
- name: bare
  cluster: { server: "10.0.0.1:6443", insecure-skip-tls-verify: true }
users:
- name: certificate
  user: { client-certificate: pki/a.crt, client-key: /abs/a.key }
- name: data
  user: { client-certificate-data: Q0VSVA==, client-key-data: S0VZ, token: "t" }
- name: plugin
  user:
    as: ann
    as-groups: [ops, dev]
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: bin/login
      args: [get-token, --cluster, prod]
      env: [{ name: PROFILE, value: prod }]
      installHint: Install login.
      provideClusterInfo: true
      interactiveMode: Never
- name: file
  user: { tokenFile: secrets/token }
- name: basic
  user: { username: ann, password: "p" }
- name: old
  user: { auth-provider: { name: gcp } }
contexts:
- { name: dev, context: { cluster: dev, user: certificate } }
- { name: prod, context: { cluster: prod, user: plugin, namespace: payments } }
- { name: data, context: { cluster: dev, user: data } }
- { name: file, context: { cluster: bare, user: file } }
- { name: basic, context: { cluster: bare, user: basic } }
- { name: old, context: { cluster: dev, user: old } }
- { name: nobody, context: { cluster: bare } }
- { name: lost-user, context: { cluster: dev, user: gone } }
- { name: lost-cluster, context: { cluster: gone, user: data } }
"#;

fn kubeconfig() -> Kubeconfig {
    Kubeconfig::parse(KUBECONFIG, Path::new("/home/ann/.kube")).expect("a kubeconfig")
}

fn context(name: &str) -> Configuration {
    Configuration { config_context: Some(name.to_owned()), ..Configuration::default() }
}

fn settings(configuration: &Configuration) -> Settings {
    of(configuration, &kubeconfig()).expect("settings")
}

fn file(path: &str) -> Material {
    Material::File(PathBuf::from(path))
}

fn base64(text: &str) -> Material {
    Material::Base64(Secret::new(text))
}

#[test]
fn the_current_context_counts_and_paths_are_relative_to_the_file() {
    let found = settings(&Configuration::default());
    assert_eq!(found.server, "https://dev:6443");
    assert_eq!(found.authorities, Some(file("/home/ann/.kube/pki/ca.crt")));
    assert_eq!(found.identity, Some((file("/home/ann/.kube/pki/a.crt"), file("/abs/a.key"))));
    assert_eq!(found.credentials, Credentials::None);
    assert!(!found.insecure && !found.in_cluster);
}

#[test]
fn each_way_to_say_who_asks_is_understood() {
    let token = Credentials::Bearer(Secret::new("t"));
    let basic = Credentials::Basic { username: "ann".to_owned(), password: Secret::new("p") };
    let cases = [
        ("data", token),
        ("file", Credentials::TokenFile(PathBuf::from("/home/ann/.kube/secrets/token"))),
        ("basic", basic),
        ("nobody", Credentials::None),
    ];
    for (name, expected) in cases {
        assert_eq!(settings(&context(name)).credentials, expected, "{name}");
    }
    assert_eq!(settings(&context("data")).identity, Some((base64("Q0VSVA=="), base64("S0VZ"))));
}

#[test]
fn a_plugin_is_told_about_its_cluster() {
    let found = settings(&context("prod"));
    let Credentials::Plugin { plugin, cluster } = &found.credentials else {
        panic!("{:?}", found.credentials)
    };
    assert_eq!(plugin.command, "/home/ann/.kube/bin/login");
    assert_eq!(plugin.args, ["get-token", "--cluster", "prod"]);
    assert_eq!(plugin.env, [("PROFILE".to_owned(), Secret::new("prod"))]);
    assert_eq!(plugin.install_hint.as_deref(), Some("Install login."));
    let expected = json!({
        "server": "https://prod.example/k8s", "tls-server-name": "kubernetes",
        "certificate-authority-data": "Q0E=", "proxy-url": "http://proxy:3128",
        "config": { "audience": "prod" },
    });
    assert_eq!(cluster.as_ref(), Some(&expected));
    assert_eq!(found.server_name.as_deref(), Some("kubernetes"));
    assert_eq!(found.proxy, Some(Secret::new("http://proxy:3128")));
    let acts_as =
        [("impersonate-user", "ann"), ("impersonate-group", "ops"), ("impersonate-group", "dev")];
    assert_eq!(
        found.impersonation,
        acts_as.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn a_server_without_a_scheme_is_https() {
    let found = settings(&context("nobody"));
    assert_eq!(found.server, "https://10.0.0.1:6443");
    assert!(found.insecure);
}

#[test]
fn attributes_win_over_the_kubeconfig_and_say_alone_who_asks() {
    let token = Configuration {
        token: Some(Secret::new("mine")),
        insecure: Some(false),
        cluster_ca_certificate: Some("PEM".to_owned()),
        ..context("data")
    };
    let found = settings(&token);
    assert_eq!(found.credentials, Credentials::Bearer(Secret::new("mine")));
    assert_eq!(found.identity, None, "a certificate of somebody else must not go along");
    assert_eq!(found.authorities, Some(Material::Inline(Secret::new("PEM"))));
    let certificate = Configuration {
        client_certificate: Some("C".to_owned()),
        client_key: Some(Secret::new("K")),
        ..context("data")
    };
    let found = settings(&certificate);
    let inline = |text: &str| Material::Inline(Secret::new(text));
    assert_eq!(found.identity, Some((inline("C"), inline("K"))));
    assert_eq!(found.credentials, Credentials::None, "a token of somebody else must not go along");
}

#[test]
fn a_host_needs_no_kubeconfig() {
    let configuration = Configuration {
        host: Some("https://k".to_owned()),
        token: Some(Secret::new("t")),
        ..Configuration::default()
    };
    let found = of(&configuration, &Kubeconfig::default()).expect("settings");
    assert_eq!(found.server, "https://k");
    assert_eq!(found.authorities, None);
}

#[test]
fn what_is_missing_is_named_with_what_there_is() {
    let cases = [
        (
            "gone",
            r#"the kubeconfig has no context "gone"; it has: dev, prod, data, file, basic, old, nobody, lost-user, lost-cluster"#,
        ),
        (
            "lost-user",
            r#"the kubeconfig has no user "gone"; it has: certificate, data, plugin, file, basic, old"#,
        ),
        ("lost-cluster", r#"the kubeconfig has no cluster "gone"; it has: dev, prod, bare"#),
        (
            "old",
            r#"the auth provider "gcp" is not supported, as in kubectl since 1.26; use an exec plugin"#,
        ),
    ];
    for (name, expected) in cases {
        let error = of(&context(name), &kubeconfig()).expect_err(name);
        assert_eq!(error.to_string(), expected);
    }
    let error = of(&Configuration::default(), &Kubeconfig::default()).expect_err("nothing");
    assert_eq!(error.to_string(), "the kubeconfig has no current context; it has: none");
}

#[test]
fn of_several_files_the_first_entry_of_a_name_counts() {
    let second = r#"
current-context: other
clusters:
- { name: dev, cluster: { server: "https://second" } }
- { name: other, cluster: { server: "https://other" } }
contexts:
- { name: other, context: { cluster: other } }
"#;
    let second = Kubeconfig::parse(second, Path::new("/")).expect("a kubeconfig");
    let merged = kubeconfig().merge(second.clone());
    assert_eq!(
        of(&Configuration::default(), &merged).expect("settings").server,
        "https://dev:6443"
    );
    assert_eq!(of(&context("other"), &merged).expect("settings").server, "https://other");
    let merged = Kubeconfig::default().merge(second);
    assert_eq!(of(&Configuration::default(), &merged).expect("settings").server, "https://other");
}

#[test]
fn what_is_no_kubeconfig_is_refused_and_an_empty_file_is_none_at_all() {
    let parse = |text: &str| Kubeconfig::parse(text, Path::new("/"));
    for text in ["users: [{ name: a, user: { token: [s3cret] } }]", "\tx: {", "a: 1\n---\nb: 2"] {
        assert_eq!(parse(text), None, "{text}");
    }
    assert_eq!(parse(""), Some(Kubeconfig::default()));
    assert!(parse(r#"{"current-context":"a","clusters":[]}"#).is_some(), "JSON is YAML");
}

#[test]
fn a_service_account_is_used_with_its_files_and_not_outside_of_a_pod() {
    let text = |text: &str| Some(text.to_owned());
    let found = in_cluster(text("10.96.0.1"), text("443")).expect("settings");
    assert_eq!(found.server, "https://10.96.0.1:443");
    let token = format!("{SERVICE_ACCOUNT}/token");
    assert_eq!(found.credentials, Credentials::TokenFile(PathBuf::from(token)));
    assert!(found.in_cluster);
    let found = in_cluster(text("fd00::1"), text("443")).expect("settings");
    assert_eq!(found.server, "https://[fd00::1]:443");
    assert!(in_cluster(None, text("443")).is_err());
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!("{:?} {:?}", kubeconfig(), settings(&context("data")));
    for secret in ["S0VZ", "\"t\"", "\"p\""] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
