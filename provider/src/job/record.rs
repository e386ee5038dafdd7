//! What an apply set, carried by the job itself, so that an import plans empty on any machine.
//!
//! It travels beside the marks in the global job parameters, which Flink answers. A program (or a
//! configuration) that sets parameters of its own does without: its import is an adoption. Of a job
//! with a cluster of its own it is an annotation of the JobManager's Deployment.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use lifecycle::{flink::configuration::is_sensitive, job::marks::RECORD};
use terraform::{
    model::{Attr, Model},
    path::Path,
    schema::{Mode, object_type},
    value::{Type, Value, json},
};

use super::model::JobModel;

const PARAMETERS: &str = "pipeline.global-job-parameters";

/// The options with the record of what the user set.
pub(super) fn attach(
    job: &JobModel,
    mut options: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    if let Some(record) = written(job) {
        let entry = options.entry(PARAMETERS.to_owned());
        entry.or_insert_with(|| format!("{RECORD}:{record}"));
    }
    options
}

/// What the user had set of the job that carries these parameters.
pub(super) fn read(parameters: &BTreeMap<String, String>) -> Option<JobModel> {
    let bytes = BASE64URL_NOPAD.decode(parameters.get(RECORD)?.as_bytes()).ok()?;
    of_text(&bytes)
}

fn written(job: &JobModel) -> Option<String> {
    let job = JobModel { name: Attr::Null, rest_url: Attr::Null, ..job.clone() };
    Some(BASE64URL_NOPAD.encode(text(job)?.as_bytes()))
}

/// The record of a job with a cluster of its own.
pub(super) fn of_application(job: &JobModel) -> Option<String> {
    let application = job.application.clone().map(|mut own| {
        own.flink_configuration = own.flink_configuration.clone().map(without_secrets);
        own
    });
    text(JobModel { application, ..job.clone() })
}

/// What the user had set of the job whose Deployment carries this record.
pub(super) fn read_application(record: &str) -> Option<JobModel> {
    of_text(record.as_bytes()).filter(|job| !job.application.is_null())
}

fn of_text(text: &[u8]) -> Option<JobModel> {
    let value = json::decode(text, &object_type(&JobModel::attributes())).ok()?;
    JobModel::decode(&value, &Path::root()).ok()
}

/// What the user set, as JSON.
fn text(job: JobModel) -> Option<String> {
    let computed: Vec<_> = JobModel::attributes()
        .into_iter()
        .filter(|attribute| attribute.mode == Mode::Computed && attribute.name != "jar_sha256")
        .map(|attribute| attribute.name)
        .collect();
    let flink_configuration = job.flink_configuration.clone().map(without_secrets);
    let job = JobModel { state: Attr::Null, flink_configuration, ..job };
    let Value::Mapping(mut members) = job.encode() else { return None };
    members.retain(|name, value| !computed.contains(&name.as_str()) && !value.is_null());
    let Type::Object(types) = object_type(&JobModel::attributes()) else { return None };
    let of = types.into_iter().filter(|(name, _)| members.contains_key(name)).collect();
    Some(json::to_json(&Value::Mapping(members), &Type::Object(of)).ok()?.to_string())
}

/// The options that everyone who may look at the job may see.
fn without_secrets(mut options: BTreeMap<String, String>) -> BTreeMap<String, String> {
    options.retain(|key, _| !is_sensitive(key));
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{application::example, model::Jar};

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    /// The global job parameters as Flink answers them.
    fn carried(job: &JobModel) -> BTreeMap<String, String> {
        let options = attach(job, BTreeMap::new());
        let (key, value) = options[PARAMETERS].split_once(':').expect("a pair");
        BTreeMap::from([(key.to_owned(), value.to_owned())])
    }

    #[test]
    fn what_the_user_set_comes_back_and_what_flink_tells_does_not() {
        let set = JobModel {
            jar: Attr::Known(Jar { path: known("a, b: c.jar"), ..Jar::default() }),
            args: Attr::Known(vec!["--x".to_owned(), "'ü'".to_owned()]),
            parallelism: Attr::Known(2),
            jar_sha256: known("aa"),
            ..JobModel::default()
        };
        let told = JobModel {
            name: known("orders"),
            state: known("running"),
            job_id: known("1"),
            ..set.clone()
        };
        assert_eq!(read(&carried(&told)), Some(set));
    }

    #[test]
    fn options_that_flink_masks_stay_out() {
        let options = [("s3.Secret-Key", "x"), ("basic-auth.user", "x"), ("a", "1")];
        let options = options.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let flink_configuration = Attr::Known(BTreeMap::from(options));
        let job = JobModel { flink_configuration, ..JobModel::default() };
        let found = read(&carried(&job)).expect("a record");
        let kept = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(found.flink_configuration, Attr::Known(kept));
    }

    #[test]
    fn what_was_set_of_a_job_with_a_cluster_of_its_own_comes_back_without_secrets() {
        let options = |pairs: &[(&str, &str)]| {
            let owned = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            Attr::Known(owned.collect::<BTreeMap<_, _>>())
        };
        let mut set = example::job();
        example::spec(&mut set).flink_configuration =
            options(&[("a.b", "1"), ("s3.secret-key", "x")]);
        set.flink_configuration = options(&[("c", "1"), ("my.token", "x")]);
        let told = JobModel { state: known("running"), job_id: known("1"), ..set.clone() };
        let record = of_application(&told).expect("a record");
        assert!(!record.contains("s3.secret") && !record.contains("token"), "{record}");
        let mut kept = set;
        example::spec(&mut kept).flink_configuration = options(&[("a.b", "1")]);
        kept.flink_configuration = options(&[("c", "1")]);
        assert_eq!(read_application(&record), Some(kept));
        let other = text(JobModel { application: Attr::Null, ..told }).expect("a record");
        assert_eq!(read_application(&other), None);
    }

    #[test]
    fn parameters_of_the_user_are_left_alone() {
        let own = BTreeMap::from([(PARAMETERS.to_owned(), "a:b".to_owned())]);
        assert_eq!(attach(&JobModel::default(), own.clone()), own);
    }
}
