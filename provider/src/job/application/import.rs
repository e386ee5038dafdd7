//! Imports a job with a cluster of its own, by the record that its JobManager's Deployment carries.

use lifecycle::{
    application::{self, Start},
    cluster::{Name, goal::Desired},
};
use manifests::{Object, names};
use serde_json::{Value, json};
use terraform::{diagnostics::Diagnostics, model::Attr};

use crate::{
    cluster::{place::Place, plan::READY},
    diagnostic,
    job::{model::JobModel, record},
    reference::JobReference,
    session::Session,
};

/// The job whose own this cluster is, with all that was set of it; `None` where none of ours has it.
pub(in crate::job) async fn found(
    session: &Session,
    name: Name,
    wanted: (&str, &JobReference),
) -> Result<Option<JobModel>, Diagnostics> {
    let place = Place::of(session, name);
    let looked_for = Desired { objects: deployments(&place.name), ..Desired::default() };
    let listing = place.looks.at(session.kubernetes(), &place.name.namespace);
    let objects = listing.objects(&place.name, &looked_for).await;
    let objects = objects.map_err(|problem| diagnostic::cluster_problem(wanted.0, &problem))?;
    let Some((start, recorded)) = objects.values().find_map(ours) else { return Ok(None) };
    if !is_meant(wanted.1, &place.name, (&start, &recorded)) {
        return Err(diagnostic::no_such_job(wanted.0, &place.name.origin()).into());
    }
    Ok(Some(imported(&place.name, start, recorded)))
}

/// The JobManager of either strategy.
fn deployments(name: &Name) -> Vec<Object> {
    let cluster = name.cluster.as_str();
    let deployment = |deployment: String| Object {
        api_version: "apps/v1",
        kind: "Deployment",
        namespace: name.namespace.clone(),
        name: deployment,
        body: json!({}),
    };
    vec![deployment(format!("{cluster}-jobmanager")), deployment(cluster.to_owned())]
}

/// The start and the record of a Deployment that an apply has made.
fn ours(deployment: &Value) -> Option<(Start, JobModel)> {
    let record = deployment["metadata"]["annotations"][names::RECORD].as_str()?;
    Some((application::standing(deployment)?, record::read_application(record)?))
}

/// Whether the job is called so, or like its cluster, or has this id.
fn is_meant(wanted: &JobReference, name: &Name, (start, job): (&Start, &JobModel)) -> bool {
    match wanted {
        JobReference::Id(id) => start.job == *id,
        JobReference::Named { origin: _, name: wanted } => {
            *wanted == name.cluster || job.name.known() == Some(wanted)
        }
    }
}

fn imported(name: &Name, start: Start, recorded: JobModel) -> JobModel {
    JobModel {
        id: Attr::Known(name.origin()),
        state: Attr::Known("running".to_owned()),
        job_id: Attr::Known(start.job.to_string()),
        restored_from: start.marks.restored_from.into(),
        cluster_status: Attr::Known(READY.to_owned()),
        ..recorded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::application::example;

    fn deployment() -> Value {
        let start = json!({
            "job": "00000000000000000000000000000001",
            "marks": {
                "owner": "flink/orders/orders", "fingerprint": "f", "predecessor": null,
                "restored_from": "s3://a/savepoint-1",
            },
            "restore": null,
        });
        let record = record::of_application(&example::job()).expect("a record");
        let annotations =
            json!({ names::RECORD: record, "flink.terraform-provider/start": start.to_string() });
        json!({ "metadata": { "annotations": annotations } })
    }

    #[test]
    fn a_job_with_a_cluster_of_its_own_is_known_by_what_stands_on_its_job_manager() {
        let (start, recorded) = ours(&deployment()).expect("it is ours");
        let name = Name::new("flink", "orders");
        let job = imported(&name, start.clone(), recorded.clone());
        let known = |text: &str| Attr::Known(text.to_owned());
        assert_eq!(job.id, known("flink/orders"));
        assert_eq!(job.name, known("orders"));
        assert_eq!(job.restored_from, known("s3://a/savepoint-1"));
        assert_eq!(job.application, example::job().application);
        let named = |name: &str| JobReference::Named { origin: None, name: name.to_owned() };
        let id = |digit: &str| JobReference::Id(format!("{digit:0>32}").parse().expect("an id"));
        for (wanted, meant) in
            [(named("orders"), true), (named("payments"), false), (id("1"), true), (id("2"), false)]
        {
            assert_eq!(is_meant(&wanted, &name, (&start, &recorded)), meant, "{wanted:?}");
        }
    }

    #[test]
    fn what_carries_no_start_or_no_record_is_not_ours() {
        for gone in [names::RECORD, "flink.terraform-provider/start"] {
            let mut deployment = deployment();
            deployment["metadata"]["annotations"].as_object_mut().map(|all| all.remove(gone));
            assert_eq!(ours(&deployment).map(|(start, _)| start.job), None);
        }
    }
}
