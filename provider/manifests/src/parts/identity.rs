//! Who the pods are to Kubernetes: service account, Role and `RoleBinding`.

use serde_json::{Value, json};

use super::metadata::{self, Extra};
use crate::description::{HighAvailabilityType, Strategy};
use crate::{Cluster, Object, names};

/// The account, and what Flink needs where it talks to Kubernetes: nothing,
/// when the description says that the account exists.
pub(crate) fn objects(cluster: &Cluster) -> Vec<Object> {
    if !cluster.service_account.create {
        return Vec::new();
    }
    let mut objects = vec![account(cluster)];
    let rules = rules(cluster);
    if !rules.is_empty() {
        objects.extend([role(cluster, &rules), binding(cluster)]);
    }
    objects
}

fn account(cluster: &Cluster) -> Object {
    let extra =
        Extra { annotations: Some(&cluster.service_account.annotations), ..Extra::default() };
    let metadata = metadata::of(cluster, &cluster.service_account.name, &extra);
    metadata::object(("v1", "ServiceAccount"), cluster, metadata, json!({}))
}

fn role(cluster: &Cluster, rules: &[Value]) -> Object {
    let metadata = metadata::of(cluster, &names::role(cluster), &Extra::default());
    metadata::object(
        ("rbac.authorization.k8s.io/v1", "Role"),
        cluster,
        metadata,
        json!({ "rules": rules }),
    )
}

fn binding(cluster: &Cluster) -> Object {
    let metadata = metadata::of(cluster, &names::role(cluster), &Extra::default());
    let body = json!({
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": names::role(cluster) },
        "subjects": [{
            "kind": "ServiceAccount",
            "name": cluster.service_account.name,
            "namespace": cluster.namespace,
        }],
    });
    metadata::object(("rbac.authorization.k8s.io/v1", "RoleBinding"), cluster, metadata, body)
}

/// What Flink's own client was seen to ask for, and no more. Flink elects its
/// leader with a `ConfigMap` and not with a Lease; the ConfigMaps of jobs have
/// names that nobody knows before, so that the rule cannot name them.
fn rules(cluster: &Cluster) -> Vec<Value> {
    let mut rules = Vec::new();
    match cluster.strategy {
        Strategy::Standalone => {}
        Strategy::Native => {
            rules.push(rule("", "pods", &["list", "watch", "create", "delete"]));
            rules.push(rule("apps", "deployments", &["get", "delete"]));
        }
    }
    let on_kubernetes = cluster
        .high_availability
        .as_ref()
        .is_some_and(|it| it.r#type == HighAvailabilityType::Kubernetes);
    if on_kubernetes {
        let verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
        rules.push(rule("", "configmaps", &verbs));
    }
    rules
}

fn rule(group: &str, resource: &str, verbs: &[&str]) -> Value {
    json!({ "apiGroups": [group], "resources": [resource], "verbs": verbs })
}
