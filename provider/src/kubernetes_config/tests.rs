use super::{contradictions::contradictions, *};

fn text(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

fn summaries(kubernetes: &Kubernetes) -> Vec<String> {
    contradictions(kubernetes).iter().map(|(summary, _, at)| format!("{at}: {summary}")).collect()
}

#[test]
fn each_way_alone_is_taken() {
    let none = Kubernetes::default;
    let exec = Attr::Known(Exec { command: text("aws"), ..Exec::default() });
    for kubernetes in [
        none(),
        Kubernetes { namespace: text("flink"), ..none() },
        Kubernetes { config_path: text("a"), config_context: text("b"), ..none() },
        Kubernetes { config_path: text("a"), token: text("t"), ..none() },
        Kubernetes { host: text("https://k"), exec, ..none() },
        Kubernetes {
            host: text("https://k"),
            client_certificate: text("c"),
            client_key: text("k"),
            ..none()
        },
        Kubernetes { in_cluster: Attr::Known(true), namespace: text("flink"), ..none() },
        Kubernetes { in_cluster: Attr::Known(false), host: text("https://k"), ..none() },
    ] {
        assert_eq!(summaries(&kubernetes), Vec::<String>::new(), "{kubernetes:?}");
    }
}

#[test]
fn what_contradicts_is_named_where_it_stands() {
    let none = Kubernetes::default;
    let cases = [
        (
            Kubernetes { host: text("h"), config_path: text("a"), ..none() },
            "config_path: Two ways to Kubernetes",
        ),
        (
            Kubernetes { config_path: text("a"), config_paths: Attr::Known(vec![]), ..none() },
            "config_paths: Two ways to Kubernetes",
        ),
        (
            Kubernetes { host: text("h"), config_context: text("a"), ..none() },
            "config_context: Two ways to Kubernetes",
        ),
        (
            Kubernetes { in_cluster: Attr::Known(true), token: text("t"), ..none() },
            "in_cluster: Two ways to Kubernetes",
        ),
        (
            Kubernetes {
                host: text("h"),
                token: text("t"),
                exec: Attr::Known(Exec::default()),
                ..none()
            },
            "exec: Two ways to authenticate to Kubernetes",
        ),
        (
            Kubernetes { host: text("h"), client_key: text("k"), ..none() },
            "client_certificate: Half of a client certificate",
        ),
        (Kubernetes { token: text("t"), ..none() }, "host: No API server is named"),
        (Kubernetes { config_context: text("prod"), ..none() }, "host: No API server is named"),
        (
            Kubernetes {
                host: text("h"),
                insecure: Attr::Known(true),
                cluster_ca_certificate: text("p"),
                ..none()
            },
            "insecure: Trust that is not used",
        ),
    ];
    for (kubernetes, expected) in cases {
        assert_eq!(summaries(&kubernetes), [expected]);
    }
}

#[test]
fn what_is_unknown_contradicts_nothing() {
    let none = Kubernetes::default;
    for kubernetes in [
        Kubernetes { host: Attr::Unknown, config_path: text("a"), ..none() },
        Kubernetes { host: Attr::Unknown, token: text("t"), ..none() },
        Kubernetes {
            host: text("h"),
            client_certificate: text("c"),
            client_key: Attr::Unknown,
            ..none()
        },
        Kubernetes {
            host: text("h"),
            client_key: text("k"),
            client_certificate: Attr::Unknown,
            ..none()
        },
        Kubernetes { host: text("h"), token: text("t"), exec: Attr::Unknown, ..none() },
    ] {
        assert_eq!(summaries(&kubernetes), Vec::<String>::new(), "{kubernetes:?}");
        assert!(kubernetes.holds_unknown());
    }
}

#[test]
fn nothing_but_a_namespace_leaves_the_way_to_the_environment() {
    let kubernetes = Kubernetes { namespace: text("flink"), ..Kubernetes::default() };
    assert!(kubernetes.configuration().is_empty());
    let kubernetes = Kubernetes { config_path: text("~/.kube/config"), ..kubernetes };
    assert!(!kubernetes.configuration().is_empty());
}

#[test]
fn addresses_are_checked_and_passwords_not_shown() {
    let check = |rule: fn(&Value, &Path, &mut Diagnostics), text: &str| {
        let mut found = Diagnostics::new();
        rule(&Value::from(text), &Path::root(), &mut found);
        found
            .iter()
            .map(|found| [&*found.summary, &*found.detail].join(" "))
            .collect::<Vec<_>>()
            .join("; ")
    };
    for good in ["https://k:6443", "k.example:6443", "10.0.0.1", "https://k/k8s/clusters/c-1"] {
        assert_eq!(check(server, good), "", "{good}");
    }
    for bad in ["", "ftp://k", "https://ann:s3cret@k"] {
        assert!(check(server, bad).contains("API server"), "{bad}");
    }
    for good in ["http://p:3128", "http://ann:p%40ss@p", "socks5://localhost:1080"] {
        assert_eq!(check(proxy, good), "", "{good}");
    }
    let bad = check(proxy, "ann:s3cret@proxy");
    assert!(bad.contains("proxy") && !bad.contains("s3cret"), "{bad}");
    for bad in ["Flink", "-a", "a_b", ""] {
        assert!(check(namespace, bad).contains("namespace"), "{bad}");
    }
    assert_eq!(check(namespace, "flink-eu-1"), "");
}
