//! What the recordings do not show: options by version, Hadoop, Kerberos, claims.

use flink::Version;
use serde_json::{Value, json};

use super::{Client, Files, KeyTab, Made, make};

fn client((major, minor): (u16, u16), options: &[(&str, &str)]) -> Client {
    let mut client = Client::session(Version::new(major, minor, 0), "flink", "orders");
    let sizes =
        [("jobmanager.memory.process.size", "1600m"), ("taskmanager.memory.process.size", "1728m")];
    let pairs = sizes.iter().chain(options);
    let pairs = pairs.map(|&(key, value)| (key.to_owned(), value.to_owned()));
    client.configuration.extend(pairs);
    client
}

/// A place in the object of a name; the Deployment is called like the cluster.
fn at(made: &Made, kind: &str, name: &str, pointer: &str) -> Value {
    let mut objects = std::iter::once(&made.deployment).chain(&made.owned);
    let object = objects.find(|it| it.kind == kind && it.name == name);
    object.and_then(|it| it.body.pointer(pointer)).cloned().unwrap_or_default()
}

/// A version, an option, and what stands where because of it.
type Case = ((u16, u16), &'static [(&'static str, &'static str)], [&'static str; 3], Value);

fn cases() -> Vec<Case> {
    let rest = "orders-rest";
    let labels: &[_] = &[("kubernetes.rest-service.labels", "team:a")];
    let notes: &[_] = &[("kubernetes.internal-service.annotations", "note:a")];
    let claims: &[_] = &[("kubernetes.persistent-volume-claims", "my.data:/data")];
    let bind: &[_] = &[("rest.port", "9000")];
    let image = "/spec/template/spec/containers/0/image";
    let mounts = "/spec/template/spec/containers/0/volumeMounts/1";
    vec![
        ((1, 17), &[], ["Deployment", "orders", "/metadata/annotations"], json!({})),
        ((1, 18), &[], ["Deployment", "orders", "/metadata/annotations"], Value::Null),
        ((1, 17), &[], ["Deployment", "orders", "/spec/template/spec/nodeSelector"], json!({})),
        ((2, 1), labels, ["Service", rest, "/metadata/labels/team"], Value::Null),
        ((2, 2), labels, ["Service", rest, "/metadata/labels/team"], json!("a")),
        ((1, 19), notes, ["Service", "orders", "/metadata/annotations"], Value::Null),
        ((1, 20), notes, ["Service", "orders", "/metadata/annotations/note"], json!("a")),
        (
            (2, 2),
            claims,
            ["Deployment", "orders", mounts],
            json!({ "name": "flink-config-volume", "mountPath": "/opt/flink/conf" }),
        ),
        (
            (2, 3),
            claims,
            ["Deployment", "orders", mounts],
            json!({ "name": "my-data-pvc", "mountPath": "/data", "readOnly": false }),
        ),
        (
            (1, 20),
            bind,
            ["Service", rest, "/spec/ports/0"],
            json!({ "name": "rest", "port": 9000, "targetPort": 9000 }),
        ),
        (
            (2, 0),
            &[("kubernetes.container.image", "old:1")],
            ["Deployment", "orders", image],
            json!("old:1"),
        ),
        ((2, 9), &[], ["Deployment", "orders", image], json!("apache/flink:2.9.0-scala_2.12")),
    ]
}

#[test]
fn options_do_what_they_do_in_the_version() {
    for (version, options, [kind, name, pointer], expected) in cases() {
        let made = make(&client(version, options)).unwrap();
        assert_eq!(at(&made, kind, name, pointer), expected, "{version:?} {options:?} {pointer}");
    }
}

#[test]
fn what_cannot_be_is_refused_under_its_key() {
    for (option, value) in [
        ("kubernetes.jobmanager.replicas", "2"),
        ("kubernetes.jobmanager.replicas", "0"),
        ("kubernetes.jobmanager.memory.limit-factor", "0.9"),
        ("kubernetes.rest-service.exposed.type", "Ingress"),
        ("kubernetes.hostnetwork.enabled", "perhaps"),
        ("kubernetes.cluster-id", "a-name-that-is-longer-than-forty-five-characters"),
        ("kubernetes.persistent-volume-claims", "data:relative"),
        ("kubernetes.persistent-volume-claims", "a:/data,b:/data"),
        ("kubernetes.jobmanager.tolerations", "key:a,tolerationSeconds:soon"),
        ("blob.server.port", "7000-7010"),
        ("jobmanager.memory.process.size", "much"),
    ] {
        let problems = make(&client((2, 3), &[(option, value)])).unwrap_err();
        assert_eq!(problems[0].path, ["flink_configuration", option], "{option} = {value}");
    }
}

#[test]
fn hadoop_and_kerberos_are_taken_along() {
    let mut client = client(
        (1, 20),
        &[
            ("security.kerberos.login.keytab", "/home/me/flink.keytab"),
            ("security.kerberos.login.principal", "flink"),
            ("security.kerberos.krb5-conf.path", "/home/me/company.conf"),
        ],
    );
    client.files = Files {
        hadoop: [("core-site.xml", "<a/>"), ("other.xml", "<b/>")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        keytab: Some(KeyTab(b"secret".to_vec())),
        krb5: Some("[libdefaults]".to_owned()),
    };
    let made = make(&client).unwrap();
    let names: Vec<&str> = made.owned.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "orders",
            "orders-rest",
            "hadoop-config-orders",
            "kerberos-keytab-orders",
            "kerberos-krb5conf-orders",
            "flink-config-orders",
        ]
    );
    let data = |kind, name| at(&made, kind, name, "/data");
    assert_eq!(data("ConfigMap", "hadoop-config-orders"), json!({ "core-site.xml": "<a/>" }));
    assert_eq!(data("Secret", "kerberos-keytab-orders"), json!({ "flink.keytab": "c2VjcmV0" }));
    let krb5 = json!({ "company.conf": "[libdefaults]" });
    assert_eq!(data("ConfigMap", "kerberos-krb5conf-orders"), krb5);
    let pods = at(&made, "Deployment", "orders", "/spec/template").to_string();
    assert!(pods.contains(r#"[{"key":"company.conf","path":"krb5.conf"}]"#), "{pods}");
    assert_eq!(
        made.configuration.get("security.kerberos.login.keytab").map(String::as_str),
        Some("/opt/kerberos/kerberos-keytab/flink.keytab")
    );
    assert!(!format!("{client:?}").contains("secret\""), "a key table does not show");
    client
        .configuration
        .insert("kubernetes.hadoop.conf.config-map.name".to_owned(), "there-already".to_owned());
    let made = make(&client).unwrap();
    assert!(made.owned.iter().all(|it| it.name != "hadoop-config-orders"));
}
