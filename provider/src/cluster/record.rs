//! What an apply set, carried by the cluster itself, so that an import plans empty on any machine.
//!
//! It is an annotation of the JobManager's Deployment, and holds no option that Flink would mask.

use lifecycle::flink::configuration::is_sensitive;
use terraform::{
    model::Model,
    path::Path,
    schema::{Mode, object_type},
    value::{Type, Value, json},
};

use super::model::ClusterModel;

/// The attribute that is recorded although the provider sets it: an import goes on counting.
const REFERENCE: &str = "ref";

/// The record of a cluster.
pub(super) fn written(cluster: &ClusterModel) -> Option<String> {
    let mut cluster = cluster.clone();
    cluster.shared.flink_configuration = cluster.shared.flink_configuration.map(|mut options| {
        options.retain(|key, _| !is_sensitive(key));
        options
    });
    let computed: Vec<_> = ClusterModel::attributes()
        .into_iter()
        .filter(|attribute| attribute.mode == Mode::Computed && attribute.name != REFERENCE)
        .map(|attribute| attribute.name)
        .collect();
    let Value::Mapping(mut members) = cluster.encode() else { return None };
    members.retain(|name, value| !computed.contains(&name.as_str()) && !value.is_null());
    let types = object_type(&ClusterModel::attributes());
    let Type::Object(types) = types else { return None };
    let of = types.into_iter().filter(|(name, _)| members.contains_key(name)).collect();
    Some(json::to_json(&Value::Mapping(members), &Type::Object(of)).ok()?.to_string())
}

/// What the user had set of the cluster that carries this record.
pub(super) fn read(text: &str) -> Option<ClusterModel> {
    let value = json::decode(text.as_bytes(), &object_type(&ClusterModel::attributes())).ok()?;
    ClusterModel::decode(&value, &Path::root()).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use terraform::model::Attr;

    use super::*;

    #[test]
    fn what_the_user_set_comes_back_without_what_is_secret_and_what_is_told_anew() {
        let known = |text: &str| Attr::Known(text.to_owned());
        let options = [("s3.secret-key", "x"), ("a.b", "1")];
        let options = options.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let mut cluster = ClusterModel::default();
        cluster.shared.name = known("orders");
        cluster.shared.flink_configuration = Attr::Known(BTreeMap::from(options));
        cluster.own.r#ref = known("flink/orders#3");
        cluster.own.status = known("ready");
        let mut expected = cluster.clone();
        expected.own.status = Attr::Null;
        let kept = BTreeMap::from([("a.b".to_owned(), "1".to_owned())]);
        expected.shared.flink_configuration = Attr::Known(kept);
        let text = written(&cluster).expect("a record");
        assert_eq!(read(&text), Some(expected));
        assert!(!text.contains("secret"), "{text}");
    }
}
