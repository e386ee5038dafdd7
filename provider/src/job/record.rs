//! What an apply set, carried by the job itself, so that an import plans empty on any machine.
//!
//! It travels beside the marks in the global job parameters, which Flink answers. A program (or a
//! configuration) that sets parameters of its own does without: its import is an adoption.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use lifecycle::job::marks::RECORD;
use terraform::{
    model::{Attr, Model},
    path::Path,
    schema::Mode,
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
    let value = json::decode(&bytes, &object()).ok()?;
    JobModel::decode(&value, &Path::root()).ok()
}

fn written(job: &JobModel) -> Option<String> {
    let computed: Vec<_> = JobModel::attributes()
        .into_iter()
        .filter(|attribute| attribute.mode == Mode::Computed && attribute.name != "jar_sha256")
        .map(|attribute| attribute.name)
        .collect();
    let job = JobModel {
        name: Attr::Null,
        rest_url: Attr::Null,
        state: Attr::Null,
        flink_configuration: job.flink_configuration.clone().map(without_secrets),
        ..job.clone()
    };
    let Value::Mapping(mut members) = job.encode() else { return None };
    members.retain(|name, value| !computed.contains(&name.as_str()) && !value.is_null());
    let of = Type::Object(
        members.keys().filter_map(|name| Some((name.clone(), attribute_type(name)?))).collect(),
    );
    let text = json::to_json(&Value::Mapping(members), &of).ok()?.to_string();
    Some(BASE64URL_NOPAD.encode(text.as_bytes()))
}

/// What the key of an option contains whose value Flink masks.
const MASKED: [&str; 11] = [
    "password",
    "secret",
    "fs.azure.account.key",
    "apikey",
    "api-key",
    "auth-params",
    "service-key",
    "token",
    "basic-auth",
    "jaas.config",
    "http-headers",
];

/// The options that everyone who may look at the job may see.
fn without_secrets(mut options: BTreeMap<String, String>) -> BTreeMap<String, String> {
    options.retain(|key, _| {
        let key = key.to_ascii_lowercase();
        !MASKED.iter().any(|masked| key.contains(masked))
    });
    options
}

fn object() -> Type {
    let attributes = JobModel::attributes().into_iter();
    Type::Object(
        attributes
            .map(|attribute| (attribute.name.to_owned(), attribute.kind.implied_type()))
            .collect(),
    )
}

fn attribute_type(name: &str) -> Option<Type> {
    match object() {
        Type::Object(types) => types.get(name).cloned(),
        Type::String
        | Type::Number
        | Type::Bool
        | Type::Dynamic
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::model::Jar;

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
    fn parameters_of_the_user_are_left_alone() {
        let own = BTreeMap::from([(PARAMETERS.to_owned(), "a:b".to_owned())]);
        assert_eq!(attach(&JobModel::default(), own.clone()), own);
    }
}
