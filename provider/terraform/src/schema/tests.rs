use super::{
    Attribute, Kind, Mode, Modifier, Nesting, OnChange, Place, Schema, changes, flaws,
    flaws_of_identity,
};
use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    validate::one_of,
    value::{Type, Value},
};

fn text(name: &'static str, mode: Mode) -> Attribute {
    Attribute::new(name, "It is described.", mode, Kind::Plain(Type::String))
}

fn optional(kind: Kind) -> Attribute {
    Attribute::new("it", "It is described.", Mode::Optional, kind)
}

fn set_of(element: Type) -> Kind {
    Kind::Plain(Type::Set(Box::new(element)))
}

fn flawed(attribute: Attribute, place: Place) -> Vec<String> {
    let attributes = vec![text("id", Mode::Computed), attribute];
    let schema = Schema { version: 0, description: "", attributes };
    flaws(&schema, place).iter().map(ToString::to_string).collect()
}

#[test]
fn a_plain_schema_has_no_flaw() {
    let nested = Kind::Nested(Nesting::Set, vec![text("alias", Mode::Required)]);
    for place in [Place::Provider, Place::Resource, Place::Other] {
        assert_eq!(flawed(optional(nested.clone()), place), Vec::<String>::new());
    }
}

#[test]
fn each_broken_rule_is_found() {
    let plain = || text("it", Mode::Optional);
    let with_default =
        |default| Attribute { default: Some(default), ..text("it", Mode::OptionalComputed) };
    let keeping =
        Attribute { modifiers: vec![Modifier::UseStateForUnknown], ..text("it", Mode::Required) };
    let secret = || Attribute { write_only: true, ..plain() };
    let rows = [
        (text("count", Mode::Optional), r#""count": the name is reserved"#),
        (
            text("It", Mode::Optional),
            r#""It": a name has lower-case letters, digits and _, a letter first"#,
        ),
        (
            text("1t", Mode::Optional),
            r#""1t": a name has lower-case letters, digits and _, a letter first"#,
        ),
        (text("id", Mode::Optional), r#""id": the name is there twice"#),
        (Attribute { description: " ", ..plain() }, r#""it": the description is missing"#),
        (
            Attribute { default: Some("a".into()), ..plain() },
            r#""it": a default needs an optional and computed attribute"#,
        ),
        (
            with_default(1.into()),
            r#""it": the default does not fit the type: a string is required, found a number"#,
        ),
        (with_default(Value::unknown()), r#""it": the default is not known"#),
        (keeping, r#""it": only a computed attribute can keep its prior value"#),
        (
            Attribute { write_only: true, ..text("it", Mode::OptionalComputed) },
            r#""it": a write-only attribute cannot be computed"#,
        ),
        (
            optional(Kind::Nested(Nesting::Set, vec![secret()])),
            r#""it.it": a set holds nothing write-only"#,
        ),
        (
            Attribute { write_only: true, ..optional(Kind::Nested(Nesting::List, vec![plain()])) },
            r#""it.it": everything inside of a write-only attribute is write-only"#,
        ),
        (optional(set_of(Type::Dynamic)), r#""it": a set holds no value of an open type"#),
        (
            optional(Kind::Nested(
                Nesting::Set,
                vec![optional(Kind::Plain(Type::List(Box::new(Type::Dynamic))))],
            )),
            r#""it.it": a set holds no value of an open type"#,
        ),
    ];
    for (attribute, wanted) in rows {
        assert_eq!(flawed(attribute, Place::Resource), [wanted]);
    }
}

#[test]
fn reserved_names_depend_on_the_place() {
    assert_eq!(flawed(text("alias", Mode::Optional), Place::Provider).len(), 1);
    assert_eq!(flawed(text("alias", Mode::Optional), Place::Resource), Vec::<String>::new());
    assert_eq!(flawed(text("for_each", Mode::Optional), Place::Other).len(), 1);
    assert_eq!(flawed(text("for_each", Mode::Optional), Place::Provider), Vec::<String>::new());
}

#[test]
fn only_a_resource_needs_an_id() {
    let ids = [
        vec![],
        vec![text("id", Mode::Required)],
        vec![Attribute { sensitive: true, ..text("id", Mode::Computed) }],
        vec![Attribute { kind: Kind::Plain(Type::Number), ..text("id", Mode::Computed) }],
    ];
    for attributes in ids {
        let schema = Schema { version: 0, description: "", attributes };
        assert_eq!(flaws(&schema, Place::Resource).len(), 1);
        assert_eq!(flaws(&schema, Place::Other), []);
    }
}

#[test]
fn an_identity_has_plain_attributes() {
    assert_eq!(
        flaws_of_identity(&[text("name", Mode::Required), text("zone", Mode::Optional)]),
        []
    );
    let list = optional(Kind::Plain(Type::List(Box::new(Type::Number))));
    assert_eq!(flaws_of_identity(&[list]), []);
    for wrong in [
        optional(set_of(Type::String)),
        optional(Kind::Nested(Nesting::Single, vec![])),
        text("it", Mode::Computed),
        text("It", Mode::Required),
    ] {
        assert_eq!(flaws_of_identity(&[wrong]).len(), 1);
    }
}

fn mapping<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Mapping(members.map(|(name, member)| (name.to_owned(), member)).into())
}

fn paths(prior: &Value, planned: &Value, attribute: Attribute) -> Vec<String> {
    let within = |value: &Value| mapping([("it", value.clone())]);
    let found = changes(&within(prior), &within(planned), &[attribute]);
    found.iter().map(|change| format!("{} {:?}", change.path, change.class)).collect()
}

fn nested(nesting: Nesting) -> Attribute {
    let upgrade = Attribute { on_change: Some(OnChange::Upgrade), ..text("up", Mode::Optional) };
    let inner = vec![upgrade, text("plain", Mode::Optional)];
    Attribute { on_change: Some(OnChange::InPlace), ..optional(Kind::Nested(nesting, inner)) }
}

#[test]
fn nested_objects_differ_where_they_differ() {
    let one = || mapping([("up", "1".into()), ("plain", Value::Null)]);
    let other = || mapping([("up", "1".into()), ("plain", "2".into())]);
    let nothing = || mapping([("up", Value::Null), ("plain", Value::Null)]);
    let single = || nested(Nesting::Single);
    assert_eq!(paths(&one(), &other(), single()), ["it.plain InPlace"]);
    assert_eq!(paths(&one(), &Value::Null, single()), ["it.up Upgrade"]);
    assert_eq!(paths(&Value::Null, &nothing(), single()), ["it InPlace"]);
    assert_eq!(paths(&one(), &Value::unknown(), single()), ["it Upgrade"]);

    let map = |members| paths(&mapping([("k", one())]), &members, nested(Nesting::Map));
    assert_eq!(map(mapping([("k", other())])), ["it[\"k\"].plain InPlace"]);
    assert_eq!(map(mapping([])), ["it[\"k\"].up Upgrade"]);
    assert_eq!(map(mapping([("k", one()), ("n", nothing())])), ["it InPlace"]);
    assert_eq!(
        map(mapping([("k", Value::unknown())])),
        ["it[\"k\"].up Upgrade", "it[\"k\"].plain InPlace"]
    );
}

#[test]
fn sets_differ_as_a_whole_and_have_no_order() {
    let object = |up: &str| mapping([("up", up.into()), ("plain", Value::Null)]);
    let set = |ups: &[&str]| Value::Sequence(ups.iter().map(|up| object(up)).collect());
    let found = |one, two| paths(&one, &two, nested(Nesting::Set));
    assert_eq!(found(set(&["1", "2"]), set(&["2", "1"])), Vec::<String>::new());
    assert_eq!(found(set(&["1", "2"]), set(&["1", "3"])), ["it Upgrade"]);
}

fn allowed(value: &Value, path: &Path, out: &mut Diagnostics) {
    one_of(&["good"], value, path, out);
}

fn judged(attribute: &Attribute, value: &Value) -> Vec<String> {
    let mut out = Diagnostics::new();
    attribute.judge(value, &Path::attribute("it"), &mut out);
    out.iter().map(|found| format!("{} {}", found.summary, found.detail)).collect()
}

#[test]
fn rules_show_the_value_unless_it_is_a_secret() {
    let open = Attribute { validators: vec![allowed], ..text("it", Mode::Optional) };
    let wrong = Value::from("pass\"word");
    assert!(judged(&open, &wrong)[0].contains("pass"));
    let secret =
        [Attribute { sensitive: true, ..open.clone() }, Attribute { write_only: true, ..open }];
    for attribute in secret {
        let told = judged(&attribute, &wrong);
        assert_eq!(told.len(), 1);
        assert!(!told[0].contains("pass"), "{told:?}");
        assert!(told[0].contains("\"good\""), "{told:?}");
        let list = Value::Sequence(vec!["pass".into(), wrong.clone()]);
        assert!(!judged(&attribute, &list).concat().contains("pass"));
    }
}

#[test]
fn rules_do_not_judge_what_is_not_there() {
    let refuse_all = |_: &Value, path: &Path, out: &mut Diagnostics| {
        out.push(Diagnostic::error("no", "no").at(path.clone()));
    };
    let attribute = Attribute { validators: vec![refuse_all], ..text("it", Mode::Optional) };
    assert_eq!(judged(&attribute, &Value::Null), Vec::<String>::new());
    assert_eq!(judged(&attribute, &Value::unknown()), Vec::<String>::new());
    assert_eq!(judged(&attribute, &"x".into()).len(), 1);
}
