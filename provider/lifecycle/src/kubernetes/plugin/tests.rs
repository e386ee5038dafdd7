use super::*;

/// A plugin that is this shell script.
fn script(text: &str) -> Plugin {
    Plugin {
        api_version: "client.authentication.k8s.io/v1".to_owned(),
        command: "sh".to_owned(),
        args: vec!["-c".to_owned(), text.to_owned()],
        env: vec![("SAID".to_owned(), Secret::new("t0ken"))],
        ..Plugin::default()
    }
}

async fn reason(plugin: &Plugin) -> String {
    run(plugin, None).await.expect_err("no credentials").reason
}

#[tokio::test]
async fn a_token_is_read_with_its_end() {
    let plugin = script(
        r#"printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"2030-01-02T03:04:05Z"}}' "$SAID""#,
    );
    let credential = run(&plugin, None).await.expect("credentials");
    assert_eq!(credential.token, Some(Secret::new("t0ken")));
    assert_eq!(credential.identity, None);
    assert_eq!(credential.expires.as_deref(), Some("2030-01-02T03:04:05Z"));
}

#[tokio::test]
async fn it_is_told_about_the_cluster_and_that_nobody_is_there() {
    let plugin = script(
        r#"case "$KUBERNETES_EXEC_INFO" in *'"server":"https://k"'*) printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | grep -c '"interactive":false')";; *) exit 3;; esac"#,
    );
    let credential =
        run(&plugin, Some(&json!({ "server": "https://k" }))).await.expect("credentials");
    assert_eq!(credential.token, Some(Secret::new("1")));
}

#[tokio::test]
async fn what_it_says_when_it_fails_is_told() {
    let failed = reason(&script("echo 'the session has expired: run login' >&2; exit 2")).await;
    assert_eq!(failed, "exit status: 2: the session has expired: run login");
}

#[tokio::test]
async fn what_it_prints_is_never_told() {
    for printed in [
        "s3cret",
        r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"s3cret"}}"#,
        r#"{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":["s3cret"]}}"#,
        r#"{"apiVersion":"client.authentication.k8s.io/v1","status":{}}"#,
    ] {
        let failed = reason(&script(&format!("printf '%s' '{printed}'"))).await;
        assert!(!failed.contains("s3cret"), "{failed}");
    }
}

#[tokio::test]
async fn one_that_is_not_there_is_told_with_the_way_to_install_it() {
    let plugin = Plugin {
        command: "no-such-program-of-ours".to_owned(),
        install_hint: Some("Install it with x.".to_owned()),
        ..script("")
    };
    let failed = reason(&plugin).await;
    assert!(failed.starts_with("it cannot be started"), "{failed}");
    assert!(failed.ends_with("Install it with x."), "{failed}");
}

#[tokio::test]
async fn one_that_wants_a_terminal_is_not_started() {
    let plugin = Plugin { needs_terminal: true, ..script("exit 0") };
    assert!(reason(&plugin).await.contains("terminal"));
}
