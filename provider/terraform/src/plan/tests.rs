//! The plan algorithm as tables: prior, configuration and proposal in, plan out.

use serde_json::{Value as Json, json};

use super::*;
use crate::{
    path::Path,
    schema::{Attribute, Kind, Mode, Modifier, Nesting},
    value::{Number, Type, Value},
};

/// JSON as a value; the text `?` is unknown.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => {
            Value::Number(Number::parse(&number.to_string()).expect("JSON numbers are decimal"))
        }
        Json::String(text) if text == "?" => Value::unknown(),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(elements) => Value::Sequence(elements.iter().map(value).collect()),
        Json::Object(members) => Value::Mapping(
            members.iter().map(|(name, member)| (name.clone(), value(member))).collect(),
        ),
    }
}

fn same_but_for_case(one: &Value, two: &Value) -> bool {
    let lower = |value: &Value| {
        if let Value::String(text) = value { Some(text.to_lowercase()) } else { None }
    };
    lower(one) == lower(two)
}

fn text(name: &'static str, mode: Mode) -> Attribute {
    Attribute::new(name, "", mode, Kind::Plain(Type::String))
}

fn nested(name: &'static str, mode: Mode, nesting: Nesting) -> Attribute {
    let inner = vec![
        text("key", Mode::Required),
        Attribute { default: Some("d".into()), ..text("def", Mode::OptionalComputed) },
        text("out", Mode::Computed),
    ];
    Attribute::new(name, "", mode, Kind::Nested(nesting, inner))
}

/// `name` replaces, `def` has a default, `say` is spelt in any case, `id` stays, `rev` does not.
fn schema() -> Vec<Attribute> {
    let list = Kind::Plain(Type::List(Box::new(Type::String)));
    vec![
        Attribute { modifiers: vec![Modifier::RequiresReplace], ..text("name", Mode::Required) },
        Attribute { default: Some("d".into()), ..text("def", Mode::OptionalComputed) },
        Attribute { same: Some(same_but_for_case), ..text("say", Mode::Optional) },
        Attribute { modifiers: vec![Modifier::UseStateForUnknown], ..text("id", Mode::Computed) },
        text("rev", Mode::Computed),
        Attribute { write_only: true, ..text("secret", Mode::Optional) },
        Attribute::new("list", "", Mode::Optional, list),
        nested("one", Mode::Optional, Nesting::Single),
        nested("many", Mode::Optional, Nesting::List),
        nested("bag", Mode::Optional, Nesting::Set),
        nested("by", Mode::Optional, Nesting::Map),
    ]
}

/// An object of the schema: what `some` says, all else null.
fn object(some: &Json) -> Value {
    if some.is_null() {
        return Value::Null;
    }
    let part = |attribute: &Attribute| {
        (attribute.name.to_owned(), value(some.get(attribute.name).unwrap_or(&Json::Null)))
    };
    Value::Mapping(schema().iter().map(part).collect())
}

fn check(name: &str, prior: &Json, config: &Json, proposed: &Json) -> Proposal {
    let expected = propose(&schema(), &object(prior), &object(config), object(proposed));
    let again = propose(&schema(), &object(prior), &object(config), object(proposed));
    assert_eq!(expected, again, "{name}: the same twice");
    expected
}

/// Name, prior state, configuration, proposal, plan, and whether anything changed.
type Row = (&'static str, Json, Json, Json, Json, bool);

fn follow(rows: impl IntoIterator<Item = Row>) {
    for (name, prior, config, proposed, planned, changed) in rows {
        let proposal = check(name, &prior, &config, &proposed);
        assert_eq!(proposal.planned, object(&planned), "{name}");
        assert_eq!(proposal.changed, changed, "{name}: changed");
    }
}

#[test]
fn creates_have_defaults_and_unknown_computed_attributes() {
    follow([
        (
            "create: defaults and unknown computed attributes",
            json!(null),
            json!({"name": "a"}),
            json!({"name": "a"}),
            json!({"name": "a", "def": "d", "id": "?", "rev": "?"}),
            true,
        ),
        (
            "create: a configured value beats the default, an unknown one too",
            json!(null),
            json!({"name": "a", "def": "?"}),
            json!({"name": "a", "def": "?"}),
            json!({"name": "a", "def": "?", "id": "?", "rev": "?"}),
            true,
        ),
        (
            "parts of a list may be unknown",
            json!(null),
            json!({"name": "a", "list": ["x", "?"]}),
            json!({"name": "a", "list": ["x", "?"]}),
            json!({"name": "a", "def": "d", "list": ["x", "?"], "id": "?", "rev": "?"}),
            true,
        ),
    ]);
}

#[test]
fn updates_change_only_what_differs() {
    follow([
        (
            "nothing changed: computed attributes stay",
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            json!({"name": "a"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            false,
        ),
        (
            "a change: computed attributes are unknown, unless they use the state",
            json!({"name": "a", "def": "d", "say": "x", "id": "i", "rev": "1"}),
            json!({"name": "a", "say": "y"}),
            json!({"name": "a", "def": "d", "say": "y", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "say": "y", "id": "i", "rev": "?"}),
            true,
        ),
        (
            "a default that is removed from the configuration comes back",
            json!({"name": "a", "def": "x", "id": "i", "rev": "1"}),
            json!({"name": "a"}),
            json!({"name": "a", "def": "x", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "?"}),
            true,
        ),
        (
            "another spelling is no change, and the prior one stays",
            json!({"name": "a", "def": "d", "say": "Hello", "id": "i", "rev": "1"}),
            json!({"name": "a", "say": "hELLO"}),
            json!({"name": "a", "def": "d", "say": "hELLO", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "say": "Hello", "id": "i", "rev": "1"}),
            false,
        ),
        (
            "a write-only value is no change and is never planned",
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            json!({"name": "a", "secret": "s"}),
            json!({"name": "a", "def": "d", "secret": "s", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            false,
        ),
        (
            "an empty list where there was none is no change, and is spelt as configured",
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            json!({"name": "a", "list": []}),
            json!({"name": "a", "def": "d", "list": [], "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "list": [], "id": "i", "rev": "1"}),
            false,
        ),
        (
            "no list where there was an empty one is no change either",
            json!({"name": "a", "def": "d", "list": [], "id": "i", "rev": "1"}),
            json!({"name": "a"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1"}),
            false,
        ),
    ]);
}

#[test]
fn nested_objects_follow_the_same_rules() {
    follow([
        (
            "nested objects have defaults and computed attributes of their own",
            json!(null),
            json!({"name": "a", "one": {"key": "k"}, "many": [{"key": "k"}], "by": {"x": {"key": "k"}}}),
            json!({"name": "a", "one": {"key": "k"}, "many": [{"key": "k"}], "by": {"x": {"key": "k"}}}),
            json!({
                "name": "a", "def": "d", "id": "?", "rev": "?",
                "one": {"key": "k", "def": "d", "out": "?"},
                "many": [{"key": "k", "def": "d", "out": "?"}],
                "by": {"x": {"key": "k", "def": "d", "out": "?"}},
            }),
            true,
        ),
        (
            "elements of a set are found by what they say, not by where they stand",
            json!({"name": "a", "def": "d", "id": "i", "rev": "1",
                   "bag": [{"key": "k", "def": "d", "out": "1"}, {"key": "l", "def": "x", "out": "2"}]}),
            json!({"name": "a", "bag": [{"key": "l", "def": "x"}, {"key": "k"}]}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1",
                   "bag": [{"key": "k", "def": "d", "out": "1"}, {"key": "l", "def": "x", "out": "2"}]}),
            json!({"name": "a", "def": "d", "id": "i", "rev": "1",
                   "bag": [{"key": "k", "def": "d", "out": "1"}, {"key": "l", "def": "x", "out": "2"}]}),
            false,
        ),
        (
            "an unknown nested object stays unknown",
            json!(null),
            json!({"name": "a", "one": "?"}),
            json!({"name": "a", "one": "?"}),
            json!({"name": "a", "def": "d", "one": "?", "id": "?", "rev": "?"}),
            true,
        ),
    ]);
}

#[test]
fn a_default_object_has_the_defaults_of_its_parts_and_keeps_what_the_provider_set() {
    let attributes = [Attribute {
        default: Some(value(&json!({"key": "k", "def": null, "out": null}))),
        ..nested("one", Mode::OptionalComputed, Nesting::Single)
    }];
    let none = value(&json!({"one": null}));
    let prior = value(&json!({"one": {"key": "k", "def": "d", "out": "o"}}));
    let proposal = propose(&attributes, &prior, &none, prior.clone());
    assert_eq!((proposal.planned, proposal.changed), (prior, false));
}

#[test]
fn replacement_is_asked_for_what_changed() {
    let prior = json!({"name": "a", "def": "d", "id": "i", "rev": "1"});
    let cases = [
        ("same", json!(prior), json!("a"), vec![]),
        ("changed", json!(prior), json!("b"), vec![Path::attribute("name")]),
        ("not known yet", json!(prior), json!("?"), vec![Path::attribute("name")]),
        ("create", json!(null), json!("b"), vec![]),
    ];
    for (name, prior, wanted, expected) in cases {
        let config = json!({"name": wanted});
        let mut proposed = prior.clone();
        if proposed.is_null() {
            proposed = json!({});
        }
        proposed["name"] = wanted;
        let proposal = check(name, &prior, &config, &proposed);
        assert_eq!(proposal.requires_replace, expected, "{name}");
    }
}

#[test]
fn modifiers_decide_about_replacement() {
    fn only_longer(prior: &Value, planned: &Value) -> bool {
        match (prior, planned) {
            (Value::String(prior), Value::String(planned)) => planned.len() > prior.len(),
            _ => true,
        }
    }
    let cases = [
        (vec![Modifier::RequiresReplace], None, true),
        (vec![Modifier::RequiresReplaceIfConfigured], None, false),
        (vec![Modifier::RequiresReplaceIfConfigured], Some("bb"), true),
        (vec![Modifier::RequiresReplaceIf(only_longer)], Some("bb"), true),
        (vec![Modifier::RequiresReplaceIf(only_longer)], Some("b"), false),
        (vec![Modifier::UseStateForUnknown], Some("bb"), false),
    ];
    for (modifiers, config, replaces) in cases {
        let told = format!("{modifiers:?} {config:?}");
        let attributes = [Attribute { modifiers, ..text("it", Mode::OptionalComputed) }];
        let of = |text: Option<&str>| value(&json!({"it": text}));
        let planned = of(Some(config.unwrap_or("bb")));
        let paths = replaced_paths(&attributes, &of(Some("a")), &of(config), &planned);
        assert_eq!(!paths.is_empty(), replaces, "{told}");
    }
}

#[test]
fn paths_to_replace_are_cut_at_sets_and_said_once() {
    let inside = Path::attribute("bag").index(0).child("key");
    let list = Path::attribute("many").index(1).child("key");
    let paths = vec![inside.clone(), list.clone(), inside, Path::attribute("bag")];
    assert_eq!(normalised(&schema(), paths), [Path::attribute("bag"), list]);
}

#[test]
fn an_answer_keeps_the_spelling_it_was_asked_with() {
    let cases = [
        ("case", json!({"say": "Hello"}), json!({"say": "HELLO"}), json!({"say": "Hello"})),
        ("another", json!({"say": "Hello"}), json!({"say": "bye"}), json!({"say": "bye"})),
        ("none for empty", json!({"list": []}), json!({"list": null}), json!({"list": []})),
        ("empty for none", json!({"list": null}), json!({"list": []}), json!({"list": null})),
        ("now known", json!({"id": "?"}), json!({"id": "i"}), json!({"id": "i"})),
        (
            "order of a set",
            json!({"bag": [{"key": "a", "def": "", "out": ""}, {"key": "b", "def": "", "out": ""}]}),
            json!({"bag": [{"key": "b", "def": "", "out": ""}, {"key": "a", "def": "", "out": ""}]}),
            json!({"bag": [{"key": "a", "def": "", "out": ""}, {"key": "b", "def": "", "out": ""}]}),
        ),
    ];
    for (name, given, answer, expected) in cases {
        let settled = settled(&schema(), &object(&given), object(&answer));
        assert_eq!(settled, object(&expected), "{name}");
    }
}

#[test]
fn what_is_unknown_is_found_and_nulled() {
    let object = value(&json!({"a": ["x", "?"], "b": {"c": "?"}, "d": "y"}));
    let paths: Vec<String> = unknown_paths(&object).iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["a[1]", "b.c"]);
    assert_eq!(
        known_or_null(object),
        value(&json!({"a": ["x", null], "b": {"c": null}, "d": "y"}))
    );
}

#[test]
fn write_only_values_are_found_and_nulled() {
    let attributes = [Attribute { write_only: true, ..text("secret", Mode::Optional) }];
    let set = value(&json!({"secret": "s"}));
    assert_eq!(write_only_set(&attributes, &set), [Path::attribute("secret")]);
    let without = without_write_only(&attributes, set);
    assert!(write_only_set(&attributes, &without).is_empty());
}

#[test]
fn a_generated_configuration_leaves_out_what_need_not_be_written() {
    let state = json!({
        "name": "a", "def": "d", "say": "", "secret": null, "id": "i", "rev": "1", "list": [],
        "one": {"key": "k", "def": "other", "out": "o"},
    });
    let one = json!({"key": "k", "def": "other", "out": null});
    let expected = json!({"name": "a", "say": "", "list": [], "one": one});
    assert_eq!(generated_config(&schema(), object(&state)), object(&expected));
}

#[test]
fn a_configuration_is_judged_by_its_schema() {
    fn never(_: &Value, path: &Path, out: &mut crate::diagnostics::Diagnostics) {
        out.push(crate::diagnostics::Diagnostic::error("never", "").at(path.clone()));
    }
    fn shown(value: &Value, path: &Path, out: &mut crate::diagnostics::Diagnostics) {
        let Value::String(text) = value else { return };
        let summary = format!("shown {text}");
        out.push(crate::diagnostics::Diagnostic::error(summary, "").at(path.clone()));
    }
    let attributes = [
        text("need", Mode::Required),
        text("out", Mode::Computed),
        Attribute { deprecated: Some("use need"), ..text("old", Mode::Optional) },
        Attribute { validators: vec![never], ..text("bad", Mode::Optional) },
        Attribute { validators: vec![shown], sensitive: true, ..text("secret", Mode::Optional) },
        nested("many", Mode::Optional, Nesting::List),
        nested("bag", Mode::Optional, Nesting::Set),
    ];
    let cases = [
        (json!({"need": "x"}), vec![]),
        (json!({"need": "x", "secret": "hunter2"}), vec!["secret: shown (sensitive)"]),
        (json!({"need": "x", "bag": [{}]}), vec!["bag: Missing required argument"]),
        (json!({"need": "?", "old": null, "bad": "?"}), vec![]),
        (json!({}), vec!["need: Missing required argument"]),
        (json!({"need": "x", "out": "y"}), vec!["out: Value for unconfigurable attribute"]),
        (json!({"need": "x", "old": "y"}), vec!["old: Attribute Deprecated"]),
        (json!({"need": "x", "bad": "y"}), vec!["bad: never"]),
        (json!({"need": "x", "many": [{}]}), vec!["many[0].key: Missing required argument"]),
    ];
    for (config, expected) in cases {
        let found = broken_rules(&attributes, &value(&config));
        let found: Vec<String> =
            found.iter().map(|it| format!("{}: {}", it.path, it.summary)).collect();
        assert_eq!(found, expected, "{config}");
    }
}
