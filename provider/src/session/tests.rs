use super::*;

fn text(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn session(url: Option<&str>) -> Session {
    let rest = Rest {
        url: url.map_or(Attr::Null, text),
        username: text("ann"),
        password: text("s3cret"),
        headers: Attr::Known(BTreeMap::from([("x-api-key".to_owned(), "k3y".to_owned())])),
        ca_certificate: text("PEM"),
        client_certificate: text("C"),
        client_key: text("K"),
        ..Rest::default()
    };
    let config = ProviderConfig { rest: Attr::Known(rest), ..ProviderConfig::default() };
    Session::new(config).expect("nothing unknown")
}

#[test]
fn credentials_go_to_the_providers_own_server_alone() {
    let session = session(Some("https://flink.example/a"));
    let cases = [
        ("https://flink.example/a", true),
        ("https://flink.example:443/b/", true),
        ("https://FLINK.example", true),
        ("http://flink.example/a", false),
        ("https://flink.example:8443/a", false),
        ("https://other.example/a", false),
        ("https://flink.example.evil/a", false),
    ];
    for (url, expected) in cases {
        let endpoint = session.endpoint(url).expect(url);
        assert_eq!(endpoint.shows_credentials(), expected, "{url}");
        assert_eq!(endpoint.identity.is_some(), expected, "{url}");
        assert_eq!(endpoint.headers.is_empty(), !expected, "{url}");
        // Whom to trust gives nothing away.
        assert_eq!(endpoint.certificate_authority_pem.as_deref(), Some("PEM"), "{url}");
    }
}

#[test]
fn credentials_without_a_server_of_their_own_go_to_every_one() {
    let session = session(None);
    for url in ["https://one.example", "http://two.example:8081"] {
        assert!(session.endpoint(url).expect(url).shows_credentials(), "{url}");
    }
}

#[test]
fn a_cluster_has_one_job_manager_by_its_name() {
    let session = session(None);
    let at = |reference: &str| session.job_manager(&Location::at(reference)).expect("a name");
    let one = at("flink/orders");
    assert_eq!(one.origin, "flink/orders");
    assert!(Arc::ptr_eq(&one, &at("flink/orders#7")), "whichever its revision");
    assert!(!Arc::ptr_eq(&one, &at("flink/payments")));
}

#[test]
fn nothing_is_looked_for_while_something_is_unknown() {
    let unknown = kubernetes_config::Kubernetes { host: Attr::Unknown, ..Default::default() };
    for config in [
        ProviderConfig { kubernetes: Attr::Unknown, ..ProviderConfig::default() },
        ProviderConfig { kubernetes: Attr::Known(unknown), ..ProviderConfig::default() },
        ProviderConfig { access: Attr::Unknown, ..ProviderConfig::default() },
    ] {
        assert!(Session::new(config).is_none());
    }
}

#[test]
fn what_is_not_set_has_its_default() {
    let session = Session::new(ProviderConfig::default()).expect("nothing unknown");
    assert_eq!(session.namespace(), "default");
    assert_eq!(session.field_manager(), "terraform-provider-flink");
    assert!(!session.force_conflicts());
    assert_eq!(session.access, Access::Auto);
}
