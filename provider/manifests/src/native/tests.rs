//! Described clusters with strategy native.

use flink::Version;
use serde_json::{Value, json};

use super::{Application, Client, describe, make, read_back};
use crate::description::{ServiceType, Strategy};
use crate::{Cluster, examples, names, render};

fn native(mut cluster: Cluster) -> Cluster {
    cluster.strategy = Strategy::Native;
    cluster.task_manager.replicas = None;
    cluster
}

fn page(cluster: &Cluster) -> String {
    crate::yaml(&render(cluster).unwrap().objects)
}

#[test]
fn a_session() {
    insta::assert_snapshot!(page(&native(examples::minimal())));
}

#[test]
fn a_session_with_high_availability() {
    insta::assert_snapshot!(page(&native(examples::on_kubernetes())));
}

#[test]
fn an_application() {
    let mut client = Client::session(Version::new(2, 3, 0), "flink", "orders");
    let sizes =
        [("jobmanager.memory.process.size", "1600m"), ("taskmanager.memory.process.size", "2g")];
    client.configuration.extend(sizes.map(|(key, size)| (key.to_owned(), size.to_owned())));
    let application = Application {
        jar: "local:///opt/flink/usrlib/orders.jar".to_owned(),
        entry_class: Some("com.example.Orders".to_owned()),
        arguments: vec!["--from".to_owned(), "a;b".to_owned()],
        parallelism: Some(4),
        ..Application::default()
    };
    client.run(&application).unwrap();
    let made = make(&client).unwrap();
    let mut objects = vec![made.deployment.clone()];
    objects.extend(made.with_file(&made.text().unwrap()));
    insta::assert_snapshot!(crate::yaml(&objects));
}

#[test]
fn an_application_that_is_described() {
    insta::assert_snapshot!(page(&native(examples::application())));
}

/// What a Deployment has in a place.
fn deployment(cluster: &Cluster, pointer: &str) -> Value {
    let rendered = render(cluster).unwrap();
    let deployment = rendered.objects.into_iter().find(|it| it.kind == "Deployment").unwrap();
    deployment.body.pointer(pointer).cloned().unwrap_or_default()
}

#[test]
fn only_the_revision_makes_new_pods_of_the_same_description() {
    let cluster = native(examples::minimal());
    let mut next = cluster.clone();
    next.revision += 1;
    let template = "/spec/template";
    let [mut one, mut two] = [&cluster, &next].map(|it| deployment(it, template));
    assert_ne!(one, two);
    for template in [&mut one, &mut two] {
        template["metadata"]["annotations"][names::REVISION] = json!("");
    }
    assert_eq!(one, two);
}

#[test]
fn services_and_labels_do_not_touch_the_pods() {
    let cluster = native(examples::minimal());
    let mut other = cluster.clone();
    other.rest.service_type = ServiceType::NodePort;
    other.rest.node_port = Some(30_081);
    other.labels.insert("team".to_owned(), "orders".to_owned());
    assert_eq!(deployment(&cluster, "/spec/template"), deployment(&other, "/spec/template"));
}

#[test]
fn a_value_from_a_secret_is_not_in_what_flink_writes_into_pods() {
    let rendered = render(&native(examples::locked())).unwrap();
    let map = rendered.objects.iter().find(|it| it.name == "flink-config-orders").unwrap();
    assert!(!map.body["data"].to_string().contains("containerized."));
    let template = rendered.objects.iter().find(|it| it.name == "pod-template-orders").unwrap();
    assert!(template.body["data"].to_string().contains("GREETING"));
}

#[test]
fn what_the_file_cannot_carry_is_told_at_its_attribute() {
    let mut cluster = native(examples::minimal());
    cluster.flink_version = Version::new(1, 18, 1);
    cluster.image.name = "flink:1.18.1".to_owned();
    cluster.rest.annotations.insert("note".to_owned(), "a #1".to_owned());
    let problems = render(&cluster).unwrap_err();
    let paths: Vec<String> = problems.iter().map(|it| it.path.join(".")).collect();
    assert_eq!(paths, ["rest.annotations"]);
}

#[test]
fn a_template_that_was_merged_is_found_again() {
    let objects: Vec<Value> = render(&native(examples::minimal()))
        .unwrap()
        .objects
        .into_iter()
        .map(|object| object.body)
        .collect();
    let found = read_back(&objects, Version::new(1, 20, 1)).unwrap();
    assert_eq!((found.namespace.as_str(), found.name.as_str()), ("flink", "orders"));
    assert_eq!((found.replicas, found.rest), (1, Some("ClusterIP")));
    let user = "/spec/securityContext/runAsUser";
    let template = found.client.job_manager_template.unwrap();
    assert_eq!(template.pointer(user), Some(&json!(9999)), "{template}");
}

/// Every option that has an attribute, as Flink's client is given it.
const OPTIONS: [(&str, &str); 18] = [
    ("jobmanager.memory.process.size", "1600m"),
    ("taskmanager.memory.process.size", "1728m"),
    ("high-availability.type", "kubernetes"),
    ("high-availability.storageDir", "s3://bucket/ha"),
    ("kubernetes.container.image.ref", "flink:1.20.1"),
    ("kubernetes.container.image.pull-policy", "Always"),
    ("kubernetes.container.image.pull-secrets", "one;two"),
    ("kubernetes.service-account", "flink-sa"),
    ("kubernetes.jobmanager.replicas", "2"),
    ("kubernetes.jobmanager.cpu.amount", "0.5"),
    ("kubernetes.jobmanager.cpu.limit-factor", "2.5"),
    ("kubernetes.jobmanager.labels", "team:streaming"),
    ("kubernetes.jobmanager.annotations", "note:jm"),
    ("kubernetes.jobmanager.node-selector", "zone:a"),
    ("kubernetes.jobmanager.tolerations", "key:a,operator:Exists,tolerationSeconds:60"),
    ("kubernetes.rest-service.exposed.type", "NodePort"),
    ("rest.port", "9000"),
    ("containerized.master.env.A", "b"),
];

#[test]
fn a_cluster_that_was_read_back_is_described_so_that_the_same_pods_follow() {
    let mut client = Client::session(Version::new(1, 20, 1), "flink", "orders");
    client.configuration.extend(OPTIONS.map(|(key, text)| (key.to_owned(), text.to_owned())));
    client.log_files = [("log4j-console.properties".to_owned(), "own".to_owned())].into();
    client.job_manager_template = Some(json!({ "spec": { "schedulerName": "own" } }));
    client.task_manager_template = Some("spec: {schedulerName: own}".to_owned());
    let made = make(&client).unwrap();
    let mut objects = vec![made.deployment.clone()];
    objects.extend(made.with_file(&made.text().unwrap()));
    let bodies: Vec<Value> = objects.into_iter().map(|object| object.body).collect();
    let found = read_back(&bodies, client.version).unwrap();
    let cluster = describe(&found).unwrap();
    assert_eq!(cluster.rest.service_type, ServiceType::NodePort);
    assert_eq!(cluster.log_configuration.keys().collect::<Vec<_>>(), ["log4j-console.properties"]);
    let left: Vec<&str> = cluster.flink_configuration.keys().map(String::as_str).collect();
    assert_eq!(
        left,
        [
            "containerized.master.env.A",
            "jobmanager.memory.process.size",
            "rest.bind-port",
            "taskmanager.memory.process.size",
        ]
    );
    // One logging file more: ours come with every cluster.
    let without_logs = |pod: Value| {
        let text = crate::server_defaults::without_in_template(&pod)["spec"].to_string();
        let item = |name: &str| format!("{{\"key\":\"{name}\",\"path\":\"{name}\"}},");
        text.replace(&item("logback-console.xml"), "")
    };
    assert_eq!(
        without_logs(deployment(&cluster, "/spec/template")),
        without_logs(made.deployment.body.pointer("/spec/template").cloned().unwrap()),
    );
}
