//! The text of a template.

use flink::Version;
use saphyr::{Scalar, ScalarStyle, Yaml, YamlLoader};
use saphyr_parser::Parser;
use serde_json::{Map, Number, Value, json};

use crate::Object;

/// Why a text is not a pod template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAPod {
    /// What the YAML parser says, with line and column.
    NotYaml(String),
    /// Nothing but comments and blanks.
    Empty,
    /// The number of documents.
    SeveralDocuments(usize),
    /// Something else than a map.
    NotAMap,
    /// The `kind` that it has instead of `Pod`.
    OtherKind(String),
    /// The field of a pod that does not have the shape it needs, and that shape.
    Shape(&'static str, &'static str),
    /// A value that JSON has no word for, such as a tag or an alias to nothing.
    NotJson,
}

impl std::fmt::Display for NotAPod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotYaml(why) => write!(f, "This is not YAML: {why}."),
            Self::Empty => f.write_str("This is empty. A pod template is the YAML of one Pod."),
            Self::SeveralDocuments(number) => write!(
                f,
                "These are {number} YAML documents. A pod template is one Pod; other objects \
                 have a place of their own."
            ),
            Self::NotAMap => f.write_str("A pod template is a map with `metadata` and `spec`."),
            Self::OtherKind(kind) => write!(
                f,
                "This is a {kind}. A pod template has the kind Pod: `metadata` and `spec` of the \
                 pods, not of what makes them."
            ),
            Self::Shape(field, shape) => write!(f, "`{field}` of a pod is {shape}."),
            Self::NotJson => {
                f.write_str("This has a value with a YAML tag; Kubernetes reads none.")
            }
        }
    }
}

impl std::error::Error for NotAPod {}

/// The pod that a text describes. `apiVersion` and `kind` may be left out.
///
/// # Errors
/// Whatever is not the YAML (or JSON) of one Pod.
pub fn parse(text: &str) -> Result<Value, NotAPod> {
    let pod = parse_fragment(text)?;
    check(&pod)?;
    Ok(pod)
}

/// The text of a template: the YAML of one Pod, which [`parse`] reads.
pub fn text(template: &Value) -> String {
    let mut body = template.clone();
    body["apiVersion"] = json!("v1");
    body["kind"] = json!("Pod");
    let nowhere = String::new;
    let pod =
        Object { api_version: "v1", kind: "Pod", namespace: nowhere(), name: nowhere(), body };
    crate::yaml(&[pod]).trim_start_matches("---\n").to_owned()
}

/// Whether a value has the shape of a pod, as far as merging needs it.
///
/// # Errors
/// What has not.
pub(crate) fn check(pod: &Value) -> Result<(), NotAPod> {
    let map = pod.as_object().ok_or(NotAPod::NotAMap)?;
    match map.get("kind") {
        None => {}
        Some(Value::String(kind)) if kind == "Pod" => {}
        Some(kind) => {
            return Err(NotAPod::OtherKind(kind.as_str().unwrap_or("thing of no kind").to_owned()));
        }
    }
    for (pointer, name) in [("/metadata", "metadata"), ("/spec", "spec")] {
        match pod.pointer(pointer) {
            None | Some(Value::Null | Value::Object(_)) => {}
            Some(_) => return Err(NotAPod::Shape(name, "a map")),
        }
    }
    for (field, pointer) in [
        ("containers", "/spec/containers"),
        ("initContainers", "/spec/initContainers"),
        ("volumes", "/spec/volumes"),
    ] {
        match pod.pointer(pointer) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if items.iter().all(Value::is_object) => {}
            Some(_) => return Err(NotAPod::Shape(field, "a list of maps")),
        }
    }
    Ok(())
}

/// The JSON of one YAML document: a part of a pod, such as an `affinity`.
///
/// # Errors
/// Whatever is not one document, or has no JSON.
pub fn parse_fragment(text: &str) -> Result<Value, NotAPod> {
    read(text, Leading::Octal)
}

/// As [`parse`], but as Flink's client of a version reads the template of strategy native: before
/// 2.0, a file's mode `0400` is the decimal number to it.
///
/// # Errors
/// Whatever is not the YAML (or JSON) of one Pod.
pub fn parse_as_flinks_client(text: &str, version: Version) -> Result<Value, NotAPod> {
    let is_decimal = version < Version::new(2, 0, 0);
    let pod = read(text, if is_decimal { Leading::Decimal } else { Leading::Octal })?;
    check(&pod)?;
    Ok(pod)
}

/// What a number with a leading zero is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leading {
    Octal,
    Decimal,
}

fn read(text: &str, leading: Leading) -> Result<Value, NotAPod> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    let not_yaml = |error: &saphyr::ScanError| NotAPod::NotYaml(error.to_string());
    Parser::new_from_str(text).load(&mut loader, true).map_err(|error| not_yaml(&error))?;
    if let Some(error) = loader.error() {
        return Err(not_yaml(error));
    }
    let documents: Vec<Yaml<'_>> = loader.into_documents();
    match documents.as_slice() {
        [] => Err(NotAPod::Empty),
        [document] => {
            let value = json(document, leading).ok_or(NotAPod::NotJson)?;
            if value.is_null() { Err(NotAPod::Empty) } else { Ok(value) }
        }
        several => Err(NotAPod::SeveralDocuments(several.len())),
    }
}

fn json(yaml: &Yaml<'_>, leading: Leading) -> Option<Value> {
    match yaml {
        Yaml::Value(scalar) => Some(scalar_json(scalar)),
        Yaml::Representation(text, ScalarStyle::Plain, None) if is_octal(text) => {
            let radix = match leading {
                Leading::Octal => 8,
                Leading::Decimal => 10,
            };
            i64::from_str_radix(text, radix).ok().map(Value::from)
        }
        Yaml::Representation(text, style, tag) => {
            let scalar = Scalar::parse_from_cow_and_metadata(text.clone(), *style, tag.as_ref())?;
            Some(scalar_json(&scalar))
        }
        Yaml::Sequence(items) => {
            let items = items.iter().map(|item| json(item, leading));
            items.collect::<Option<_>>().map(Value::Array)
        }
        Yaml::Mapping(members) => {
            let member = |(key, value)| Some((key_text(key)?, json(value, leading)?));
            members.iter().map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        Yaml::Tagged(..) | Yaml::Alias(_) | Yaml::BadValue => None,
    }
}

/// Whether a number is octal to kubectl, whose YAML is 1.1: `defaultMode: 0400`.
fn is_octal(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|it| matches!(it, b'0'..=b'7'))
}

fn scalar_json(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(truth) => Value::Bool(*truth),
        Scalar::Integer(integer) => Value::from(*integer),
        Scalar::FloatingPoint(float) => {
            Number::from_f64(float.0).map_or(Value::Null, Value::Number)
        }
        Scalar::String(text) => Value::String(text.as_ref().to_owned()),
    }
}

/// A key as text: `8080: x` has the key `"8080"`.
fn key_text(key: &Yaml<'_>) -> Option<String> {
    match json(key, Leading::Octal)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let template = json!({ "apiVersion": "v1", "kind": "Pod", "spec": {
            "volumes": [{ "name": "a", "secret": { "defaultMode": 256 } }],
            "containers": [{ "name": "b", "args": ["x: y", "0400"] }] } });
        assert_eq!(parse(&text(&template)), Ok(template));
    }

    #[test]
    fn reads_the_yaml_of_a_pod() {
        let text = "kind: Pod\nmetadata:\n  labels: {team: a}\nspec:\n  containers:\n  - name: x # c\n    ports: [{containerPort: 80}]\n";
        let pod = json!({
            "kind": "Pod",
            "metadata": { "labels": { "team": "a" } },
            "spec": { "containers": [{ "name": "x", "ports": [{ "containerPort": 80 }] }] },
        });
        assert_eq!(parse(text), Ok(pod.clone()));
        assert_eq!(parse(&pod.to_string()), Ok(pod), "JSON is YAML");
    }

    #[test]
    fn a_files_mode_is_decimal_with_flinks_client_before_2_0() {
        let text = "spec: {volumes: [{name: a, secret: {defaultMode: 0420}}]}";
        let mode = |pod: Value| pod["spec"]["volumes"][0]["secret"]["defaultMode"].clone();
        assert_eq!(parse(text).map(mode), Ok(json!(272)));
        for (version, expected) in [(Version::new(1, 20, 5), 420), (Version::new(2, 0, 0), 272)] {
            let read = parse_as_flinks_client(text, version);
            assert_eq!(read.map(mode), Ok(json!(expected)));
        }
    }

    #[test]
    fn a_files_mode_is_octal_as_with_kubectl() {
        for (text, value) in [
            ("0400", json!(256)),
            ("0o400", json!(256)),
            ("400", json!(400)),
            ("0", json!(0)),
            ("0.5", json!(0.5)),
            ("089", json!(89)),
            ("'0400'", json!("0400")),
            ("2048Mi", json!("2048Mi")),
            ("~", Value::Null),
            ("true", json!(true)),
        ] {
            let mode = parse_fragment(&format!("mode: {text}"));
            assert_eq!(mode, Ok(json!({ "mode": value })), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_one_pod() {
        for (text, problem) in [
            ("", NotAPod::Empty),
            ("# nothing\n", NotAPod::Empty),
            ("a: b\n---\nc: d\n", NotAPod::SeveralDocuments(2)),
            ("just text", NotAPod::NotAMap),
            ("kind: Deployment", NotAPod::OtherKind("Deployment".to_owned())),
            ("spec: [a]", NotAPod::Shape("spec", "a map")),
            ("spec: {containers: {a: b}}", NotAPod::Shape("containers", "a list of maps")),
            ("spec: {volumes: [a]}", NotAPod::Shape("volumes", "a list of maps")),
        ] {
            assert_eq!(parse(text), Err(problem), "{text}");
        }
        assert!(matches!(parse("a: [b"), Err(NotAPod::NotYaml(_))));
    }

    #[test]
    fn a_fragment_is_any_value() {
        assert_eq!(parse_fragment("podAntiAffinity: {}"), Ok(json!({ "podAntiAffinity": {} })));
        assert_eq!(parse_fragment("[1, yes]"), Ok(json!([1, "yes"])));
    }
}
