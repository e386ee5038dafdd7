//! Described clusters with strategy native.

use flink::Version;
use serde_json::{Value, json};

use super::{Application, Client, make, read_back};
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
