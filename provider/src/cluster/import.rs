//! Imports a cluster by `namespace/name` or its identity.

use lifecycle::cluster::{
    Name,
    goal::{Desired, Id, revision},
    observed::Objects,
};
use manifests::{Object, names};
use serde_json::{Value, json};
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{Context, ImportBy, Outcome, Private},
};

use super::{
    model::{ClusterIdentity, ClusterModel, ClusterOwn},
    native::{self, Foreign},
    place::Place,
    plan::{READY, rest_url},
    record,
    reference::Reference,
};
use crate::{diagnostic, session::Session};

/// The cluster with this id or identity, with all that was set of it.
pub(super) async fn import(
    context: &Context<Session>,
    by: ImportBy<ClusterIdentity>,
) -> Outcome<ClusterModel> {
    match found(context, &wanted(by)).await {
        Ok(cluster) => Outcome::of(cluster, Private::default()),
        Err(said) => Outcome::gone().with(said),
    }
}

/// The identity in the words of an id.
fn wanted(by: ImportBy<ClusterIdentity>) -> String {
    match by {
        ImportBy::Id(id) => id.trim().to_owned(),
        ImportBy::Identity(ClusterIdentity { namespace, name }) => {
            let (namespace, name) = (namespace.into_known(), name.into_known());
            format!("{}/{}", namespace.unwrap_or_default(), name.unwrap_or_default())
        }
    }
}

async fn found(context: &Context<Session>, id: &str) -> Result<ClusterModel, Diagnostics> {
    let session = context.session.as_ref().ok_or_else(diagnostic::not_configured)?;
    let reference: Reference = id.parse().map_err(|_| diagnostic::not_a_cluster_id(id))?;
    let place = Place::of(session, Name::new(&reference.namespace, &reference.name));
    let looked_for = Desired { objects: looked_for(&reference), ..Desired::default() };
    let listing = place.looks.at(session.kubernetes(), &reference.namespace);
    let objects = listing.objects(&place.name, &looked_for).await;
    let objects = objects.map_err(|problem| diagnostic::cluster_problem(id, &problem))?;
    if let Some(cluster) = ours(&reference, &objects) {
        return Ok(cluster);
    }
    let deployment = Id::new("apps/v1", "Deployment", reference.name.as_str());
    let deployment = objects.get(&deployment).ok_or_else(|| diagnostic::no_such_cluster(id))?;
    let version = native::version(deployment).ok_or_else(|| {
        diagnostic::not_importable(id, "The tag of its image does not tell its version of Flink")
    })?;
    let Foreign { model, secrets } = native::foreign(&objects, version).ok_or_else(|| {
        diagnostic::not_importable(id, "It is not a session cluster as Flink's own client makes it")
    })?;
    if !secrets.is_empty() {
        let reason = format!(
            "Its configuration holds what should be secret ({}), and a state is no place for that: \
             let the options name variables of the environment",
            secrets.join(", ")
        );
        return Err(diagnostic::not_importable(id, &reason).into());
    }
    Ok(imported(&reference, model, deployment))
}

/// What tells everything about a cluster.
fn looked_for(reference: &Reference) -> Vec<Object> {
    let Reference { namespace, name, revision: _ } = reference;
    let object = |api_version: &'static str, kind: &'static str, name: String| Object {
        api_version,
        kind,
        namespace: namespace.clone(),
        name,
        body: json!({}),
    };
    vec![
        object("apps/v1", "Deployment", format!("{name}-jobmanager")),
        object("apps/v1", "Deployment", name.clone()),
        object("v1", "ConfigMap", format!("flink-config-{name}")),
        object("v1", "ConfigMap", format!("pod-template-{name}")),
        object("v1", "Service", format!("{name}-rest")),
    ]
}

/// The cluster that an apply has made, from the record that it carries.
fn ours(reference: &Reference, objects: &Objects) -> Option<ClusterModel> {
    let deployment = |name: String| objects.get(&Id::new("apps/v1", "Deployment", name));
    let both = [format!("{}-jobmanager", reference.name), reference.name.clone()];
    let (deployment, text) = both.into_iter().filter_map(deployment).find_map(|live| {
        let text = live["metadata"]["annotations"][names::RECORD].as_str()?;
        Some((live, text))
    })?;
    let recorded = record::read(text)?;
    Some(imported(reference, recorded, deployment))
}

fn imported(reference: &Reference, recorded: ClusterModel, deployment: &Value) -> ClusterModel {
    let text = |text: String| Attr::Known(text);
    let ClusterModel { shared, own } = recorded;
    let first = || Reference { revision: Some(1), ..reference.clone() }.to_string();
    let revision = revision(deployment).and_then(|text| text.parse().ok());
    let own = ClusterOwn {
        id: text(reference.id()),
        r#ref: text(own.r#ref.known().cloned().unwrap_or_else(first)),
        // Pods without a mark are those that Flink's own client made.
        revision: Attr::Known(revision.unwrap_or(0)),
        rest_url: rest_url(&shared),
        status: text(READY.to_owned()),
        ..own
    };
    ClusterModel { shared, own }
}

#[cfg(test)]
mod tests {
    use terraform::{model::Model, path::Path, schema::object_type, value::json::from_json};

    use super::*;

    #[test]
    fn a_cluster_of_ours_is_known_by_its_record_alone() {
        let set = json!({
            "name": "orders", "namespace": "flink", "flink_version": "1.20", "image": "flink:1.20",
            "on_update": "drain", "ref": "flink/orders#3", "rest": { "port": 9000 },
        });
        let value = from_json(&set, &object_type(&ClusterModel::attributes())).expect("attributes");
        let set = ClusterModel::decode(&value, &Path::root()).expect("attributes");
        let record = record::written(&set).expect("a record");
        let deployment = json!({
            "metadata": { "annotations": { names::RECORD: record } },
            "spec": { "template": { "metadata": { "annotations": { names::REVISION: "7" } } } },
        });
        let reference: Reference = "flink/orders".parse().expect("a reference");
        let id = Id::new("apps/v1", "Deployment", "orders-jobmanager");
        let found = ours(&reference, &Objects::from([(id, deployment)])).expect("a cluster");
        assert_eq!(found.shared, set.shared);
        let own = found.own;
        assert_eq!(own.r#ref, Attr::Known("flink/orders#3".to_owned()));
        assert_eq!(own.revision, Attr::Known(7));
        assert_eq!(own.rest_url, Attr::Known("http://orders-rest.flink:9000".to_owned()));
        assert_eq!(ours(&reference, &Objects::new()), None);
    }
}
