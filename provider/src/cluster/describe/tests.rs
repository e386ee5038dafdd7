//! What the attributes come to.

use manifests::description::{Autoscaling, Keys, On, ServiceType, Toleration, VolumeSource};
use terraform::{path::Path, schema::object_type, value::json};

use super::*;

/// The attributes of a cluster `flink/orders` with these, written as JSON.
fn spec(attributes: &serde_json::Value) -> ClusterSpec {
    let mut all = serde_json::json!({
        "name": "orders", "namespace": "flink", "flink_version": "1.20", "image": "flink:1.20.1",
    });
    let members = all.as_object_mut().expect("an object");
    members.extend(attributes.as_object().expect("an object").clone());
    let value =
        json::from_json(&all, &object_type(&ClusterSpec::attributes())).expect("attributes");
    ClusterSpec::decode(&value, &Path::root()).expect("attributes")
}

fn described_with(attributes: &serde_json::Value) -> Cluster {
    described(&spec(attributes), 3).expect("all is known")
}

#[test]
fn what_is_left_out_is_what_a_session_cluster_usually_is() {
    let usual = Cluster::session("flink", "orders", Version::new(1, 20, 0), "flink:1.20.1");
    assert_eq!(described_with(&serde_json::json!({})), Cluster { revision: 3, ..usual.clone() });
    let empty = serde_json::json!({
        "job_manager": {}, "task_manager": {}, "rest": {}, "state": {}, "pod_security": {},
        "service_account": {}, "strategy": "standalone", "image_pull_policy": "if_not_present",
    });
    assert_eq!(described_with(&empty), Cluster { revision: 3, ..usual });
}

#[test]
fn a_number_of_task_managers_that_nobody_wrote_is_left_to_others() {
    let scaled =
        serde_json::json!({ "task_manager": { "autoscaling": { "min": 1, "max": 4, "cpu": 70 } } });
    let found = described_with(&scaled).task_manager;
    assert_eq!(
        (found.replicas, found.autoscaling),
        (None, Some(Autoscaling { min: 1, max: 4, cpu: 70 }))
    );
    let native = described_with(&serde_json::json!({ "strategy": "native" }));
    assert_eq!(native.task_manager.replicas, None);
}

#[test]
fn words_become_those_of_kubernetes() {
    let found = described_with(&serde_json::json!({
        "task_manager": { "tolerations": [{ "key": "flink", "operator": "exists", "effect": "prefer_no_schedule" }] },
        "volumes": {
            "disk": { "mounts": [{ "path": "/data", "on": "task_manager" }], "host_path": { "path": "/mnt/nvme", "type": "directory_or_create" } },
            "tls": { "mounts": [{ "path": "/tls", "read_only": true }], "secret": { "name": "tls", "default_mode": "0440" } },
        },
        "rest": { "service_type": "load_balancer" },
        "pod_security": { "run_as_user": -1, "seccomp_profile": "unset" },
        "service_account": { "create": true },
    }));
    let toleration = Toleration {
        key: Some("flink".to_owned()),
        operator: Some("Exists".to_owned()),
        effect: Some("PreferNoSchedule".to_owned()),
        ..Toleration::default()
    };
    assert_eq!(found.task_manager.process.tolerations, [toleration]);
    let disk = VolumeSource::HostPath {
        path: "/mnt/nvme".to_owned(),
        r#type: Some("DirectoryOrCreate".to_owned()),
    };
    assert_eq!(
        (&found.volumes["disk"].source, found.volumes["disk"].mounts[0].on),
        (&disk, On::TaskManager)
    );
    let tls = Keys { name: "tls".to_owned(), default_mode: Some(0o440), ..Keys::default() };
    assert_eq!(found.volumes["tls"].source, VolumeSource::Secret(tls));
    assert_eq!((found.rest.service_type, found.rest.port), (ServiceType::LoadBalancer, 80));
    let security = found.pod_security.expect("contexts");
    assert_eq!((security.run_as_user, security.seccomp_profile), (None, None));
    assert_eq!(
        (found.service_account.name.as_str(), found.service_account.create),
        ("orders", true)
    );
}

#[test]
fn nothing_is_described_while_something_is_unknown() {
    let open = ClusterSpec { image: Attr::Unknown, ..spec(&serde_json::json!({})) };
    assert_eq!(described(&open, 1), None);
}
