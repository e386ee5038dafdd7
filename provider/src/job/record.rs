//! What an apply set, carried by the job itself, so that an import plans empty on any machine.
//!
//! It travels beside the marks in the global job parameters, which Flink answers. A program (or a
//! configuration) that sets parameters of its own does without: its import is an adoption.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use terraform::{
    model::{Attr, Model},
    path::Path,
    schema::Mode,
    value::{Type, Value, json},
};

use super::model::JobModel;

const PARAMETERS: &str = "pipeline.global-job-parameters";
const RECORD: &str = "terraform.record";

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
    let job = JobModel { name: Attr::Null, rest_url: Attr::Null, state: Attr::Null, ..job.clone() };
    let Value::Mapping(mut members) = job.encode() else { return None };
    members.retain(|name, value| !computed.contains(&name.as_str()) && !value.is_null());
    let of = Type::Object(
        members.keys().filter_map(|name| Some((name.clone(), attribute_type(name)?))).collect(),
    );
    let text = json::to_json(&Value::Mapping(members), &of).ok()?.to_string();
    Some(BASE64URL_NOPAD.encode(text.as_bytes()))
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
