use std::collections::BTreeMap;

use crate::{
    model::{Attr, Model, changes, encode_over},
    path::Path,
    schema::{Kind, Mode, Modifier, Nesting, OnChange, changed_names, class},
    validate,
    value::{Number, Refinement, Type, Value},
};

/// A job, as a provider would declare it.
#[derive(Clone, Debug, PartialEq, Model)]
struct Job {
    /// Name of the job,
    /// as it is shown.
    ///
    /// - first
    /// - second
    #[attr(required, on_change = "in_place", validate = [validate::dns_label])]
    name: Attr<String>,
    /// What it should do.
    #[attr(optional, computed, default = "running", one_of = ["running", "suspended"], on_change = "upgrade")]
    state: Attr<String>,
    /// The program.
    #[attr(optional, on_change = "upgrade")]
    jar: Attr<Jar>,
    /// Arguments.
    #[attr(optional, on_change = "upgrade")]
    args: Attr<Vec<String>>,
    /// Headers.
    #[attr(optional, sensitive)]
    headers: Attr<BTreeMap<String, String>>,
    /// Rules.
    #[attr(optional)]
    rules: Attr<Vec<Jar>>,
    /// Labels in no order.
    #[attr(optional, set)]
    labels: Attr<Vec<String>>,
    /// How many.
    #[attr(optional, computed, default = 5, on_change = "rescale")]
    parallelism: Attr<i64>,
    /// How much.
    #[attr(optional, computed, default = 0.1)]
    share: Attr<f64>,
    /// Whether.
    #[attr(optional, computed, default = true)]
    enabled: Attr<bool>,
    /// Its id.
    #[attr(computed, modifier = UseStateForUnknown)]
    id: Attr<String>,
    /// A secret.
    #[attr(optional, write_only)]
    token: Attr<String>,
    /// A synonym.
    #[attr(optional, deprecated = "use name", same = same_ignoring_case)]
    r#type: Attr<String>,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Model)]
struct Jar {
    /// Where it lies.
    #[attr(required)]
    path: Attr<String>,
    /// Only recorded.
    #[attr(optional, on_change = "none")]
    note: Attr<String>,
}

fn same_ignoring_case(one: &Value, two: &Value) -> bool {
    matches!((one, two), (Value::String(one), Value::String(two)) if one.eq_ignore_ascii_case(two))
}

fn attribute(name: &str) -> crate::schema::Attribute {
    Job::attributes().into_iter().find(|attribute| attribute.name == name).expect(name)
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Mapping(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::Sequence(elements.into())
}

fn decode(value: &Value) -> Job {
    Job::decode(value, &Path::root()).unwrap()
}

#[test]
fn schema_comes_from_the_struct() {
    assert_eq!(
        attribute("name").description,
        "Name of the job, as it is shown.\n\n- first\n- second"
    );
    assert_eq!(attribute("name").mode, Mode::Required);
    assert_eq!(attribute("name").validators.len(), 1);
    assert_eq!(attribute("state").mode, Mode::OptionalComputed);
    assert_eq!(attribute("state").default, Some("running".into()));
    assert_eq!(attribute("state").validators.len(), 1);
    assert_eq!(attribute("parallelism").default, Some(5.into()));
    assert_eq!(attribute("share").default, Some(Value::Number(Number::parse("0.1").unwrap())));
    assert_eq!(attribute("enabled").default, Some(true.into()));
    assert_eq!(attribute("parallelism").on_change, Some(OnChange::Rescale));
    assert_eq!(attribute("headers").on_change, None);
    assert!(attribute("headers").sensitive);
    assert!(attribute("token").write_only);
    assert_eq!(attribute("type").deprecated, Some("use name"));
    assert!(matches!(attribute("id").modifiers[..], [Modifier::UseStateForUnknown]));
}

#[test]
fn types_come_from_the_fields() {
    let plain = |name| match attribute(name).kind {
        Kind::Plain(plain) => plain,
        Kind::Nested(nesting, _) => panic!("{name} is nested: {nesting:?}"),
    };
    assert_eq!(plain("args"), Type::List(Box::new(Type::String)));
    assert_eq!(plain("labels"), Type::Set(Box::new(Type::String)));
    assert_eq!(plain("headers"), Type::Map(Box::new(Type::String)));
    assert_eq!(plain("parallelism"), Type::Number);
    assert!(matches!(attribute("jar").kind, Kind::Nested(Nesting::Single, _)));
    assert!(matches!(attribute("rules").kind, Kind::Nested(Nesting::List, _)));
}

fn full() -> Job {
    let jar = |path: &str| Jar { path: Attr::Known(path.to_owned()), note: Attr::Null };
    Job {
        name: Attr::Known("orders".into()),
        state: Attr::Unknown,
        jar: Attr::Known(Jar { path: Attr::Unknown, note: Attr::Null }),
        args: Attr::Known(vec!["--a".into(), "1".into()]),
        headers: Attr::Known(BTreeMap::from([("k".into(), "v".into())])),
        rules: Attr::Known(vec![jar("a"), jar("b")]),
        labels: Attr::Known(vec![]),
        parallelism: Attr::Known(3),
        share: Attr::Known(0.1),
        enabled: Attr::Known(false),
        id: Attr::Null,
        token: Attr::Null,
        r#type: Attr::Unknown,
    }
}

#[test]
fn decoding_reads_back_what_was_encoded() {
    assert_eq!(decode(&full().encode()), full());
}

#[test]
fn null_and_unknown_objects_have_null_and_unknown_attributes() {
    assert!(decode(&Value::Null).name.is_null());
    assert!(decode(&Value::unknown()).name.is_unknown());
    assert!(decode(&object([])).name.is_null());
}

#[test]
fn a_wrong_type_is_told_with_its_path() {
    let rules = list([object([("path", "a".into())]), object([("path", 1.into())])]);
    let wrong = Job::decode(&object([("rules", rules)]), &Path::root()).unwrap_err();
    assert_eq!(wrong.path.to_string(), "rules[1].path");
    assert_eq!(wrong.summary, "\"rules[1].path\" must be a string");
}

#[test]
fn a_list_or_map_known_in_part_is_unknown() {
    let partly = object([("args", list(["a".into(), Value::unknown()]))]);
    assert!(decode(&partly).args.is_unknown());
    let partly = object([("headers", object([("k", Value::unknown())]))]);
    assert!(decode(&partly).headers.is_unknown());
    let nested = object([("rules", list([Value::unknown()]))]);
    assert!(decode(&nested).rules.known().unwrap()[0].path.is_unknown());
}

#[test]
fn encoding_over_the_raw_value_loses_nothing() {
    let refined = Value::Unknown(Refinement { null: Some(false), ..Refinement::default() });
    let mut raw = full();
    raw.state = Attr::Known("running".into());
    let Value::Mapping(mut members) = raw.encode() else { unreachable!() };
    members.insert("args".into(), list(["a".into(), Value::unknown()]));
    members.insert("id".into(), refined.clone());
    let digits = Value::Number(Number::parse("0.10000000000000000000000001").unwrap());
    members.insert("share".into(), digits);
    members
        .insert("rules".into(), list([object([("path", refined.clone()), ("note", Value::Null)])]));
    let raw = Value::Mapping(members.clone());

    let untouched = decode(&raw);
    assert_eq!(encode_over(&untouched, &raw).unwrap(), raw);

    let mut changed = untouched;
    changed.state = Attr::Unknown;
    changed.parallelism = Attr::Known(9);
    if let Attr::Known(rules) = &mut changed.rules {
        rules[0].note = Attr::Known("new".into());
    }
    members.insert("state".into(), Value::unknown());
    members.insert("parallelism".into(), 9.into());
    let rule = object([("path", refined), ("note", "new".into())]);
    members.insert("rules".into(), list([rule]));
    assert_eq!(encode_over(&changed, &raw).unwrap(), Value::Mapping(members));
}

#[test]
fn an_attribute_missing_in_the_raw_value_is_encoded() {
    let encoded = encode_over(&decode(&object([])), &object([])).unwrap();
    assert_eq!(encoded, decode(&Value::Null).encode());
}

/// What changes from `full()` when `edit` is done to it, as `path class` texts.
fn changed(edit: impl FnOnce(&mut Job)) -> Vec<String> {
    let prior = full();
    let mut planned = full();
    planned.state = prior.state.clone();
    edit(&mut planned);
    let text = |change: &crate::schema::Change| format!("{} {:?}", change.path, change.class);
    let unknown = |change: &&crate::schema::Change| change.path.to_string() != "jar.path";
    let all = changes(&prior, &planned);
    // `state`, `type` and `jar.path` are unknown before and after, which is no difference.
    all.iter().filter(unknown).map(text).collect()
}

#[test]
fn changes_carry_the_class_of_the_deepest_attribute_that_says_one() {
    assert_eq!(changed(|_| {}), Vec::<String>::new());
    assert_eq!(changed(|job| job.parallelism = Attr::Known(4)), ["parallelism Rescale"]);
    assert_eq!(changed(|job| job.parallelism = Attr::Unknown), ["parallelism Rescale"]);
    assert_eq!(changed(|job| job.args = Attr::Null), ["args Upgrade"]);
    assert_eq!(changed(|job| job.headers = Attr::Null), ["headers None"]);
    assert_eq!(changed(|job| job.labels = Attr::Null), Vec::<String>::new());
    let note = |job: &mut Job| {
        let jar = Jar { path: Attr::Unknown, note: Attr::Known("n".into()) };
        job.jar = Attr::Known(jar);
    };
    assert_eq!(changed(note), ["jar.note None"]);
    let rules = |job: &mut Job| job.rules = job.rules.clone().map(|rules| rules[..1].to_vec());
    assert_eq!(changed(rules), ["rules[1].path None"]);
}

#[test]
fn spellings_that_mean_the_same_are_no_change() {
    let job = |text: &str| Job { r#type: Attr::Known(text.into()), ..full() };
    assert_eq!(changes(&job("A"), &job("a")), []);
    assert_eq!(changes(&job("A"), &job("b")).len(), 1);
}

#[test]
fn names_and_class_sum_the_changes_up() {
    let mut planned = full();
    planned.parallelism = Attr::Known(4);
    planned.jar = Attr::Known(Jar { path: Attr::Known("x".into()), note: Attr::Known("y".into()) });
    let all = changes(&full(), &planned);
    assert_eq!(changed_names(&all), ["jar", "parallelism"]);
    assert_eq!(class(&all), OnChange::Upgrade);
    assert_eq!(class(&[]), OnChange::None);
}
