use super::{
    absolute_location, at_least_one_of, conflicting, dns_label, duration, exactly_one_of, hex_id,
    http_url, length, memory_size, non_empty, one_of, range, required_together,
};
use crate::{
    diagnostics::Diagnostics,
    path::Path,
    schema::Validator,
    value::{Number, Value},
};

fn told(rule: Validator, value: &Value) -> Vec<String> {
    let mut out = Diagnostics::new();
    rule(value, &Path::attribute("it"), &mut out);
    out.iter().map(|found| format!("{}: {} {}", found.path, found.summary, found.detail)).collect()
}

fn mode(value: &Value, path: &Path, out: &mut Diagnostics) {
    one_of(&["last_state", "savepoint"], value, path, out);
}

#[test]
fn texts_are_allowed_or_refused() {
    let table: &[(Validator, &[&str], &[&str])] = &[
        (mode, &["last_state", "savepoint"], &["", "Savepoint", "last-state"]),
        (non_empty, &["a", " a "], &["", " "]),
        (
            hex_id,
            &["a1b2c3d4e5f60718293a4b5c6d7e8f90"],
            &["", "a1b2", "g1b2c3d4e5f60718293a4b5c6d7e8f90"],
        ),
        (
            dns_label,
            &["a", "orders-eu", "a234567890123456789012345678901234567890abcde"],
            &[
                "",
                "1a",
                "a-",
                "-a",
                "A",
                "a_b",
                "ä",
                "a234567890123456789012345678901234567890abcdef",
            ],
        ),
        (duration, &["90s", "10 min"], &["90", "soon"]),
        (memory_size, &["1600m", "1 gb"], &["1Gi", "big"]),
        (
            absolute_location,
            &["/a", "file:/a", "file:///a", "s3://b/k", "s3a://b"],
            &["", "a", "./a", "s3:", "s3://", "1s://a", "C:\\a"],
        ),
        (
            http_url,
            &["http://a", "https://a.b:8081/c"],
            &["a", "ftp://a", "http://", "localhost:8081"],
        ),
        (length::<1, 2>, &["a", "äö"], &["", "abc"]),
    ];
    for (rule, allowed, refused) in table {
        for text in *allowed {
            assert_eq!(told(*rule, &Value::from(*text)), Vec::<String>::new(), "{text:?}");
        }
        for text in *refused {
            assert_eq!(told(*rule, &Value::from(*text)).len(), 1, "{text:?}");
        }
    }
}

#[test]
fn a_refusal_says_what_was_given_what_is_allowed_and_an_example() {
    assert_eq!(
        told(mode, &"last-state".into()),
        [
            "it: \"it\" must be one of \"last_state\", \"savepoint\" Given: \"last-state\". Did you mean \"last_state\"?"
        ]
    );
    assert_eq!(
        told(mode, &"none".into()),
        [
            "it: \"it\" must be one of \"last_state\", \"savepoint\" Given: \"none\". Example: \"last_state\"."
        ]
    );
    assert_eq!(
        told(range::<1, 10>, &0.into()),
        ["it: \"it\" must be between 1 and 10 Given: 0. Example: 1."]
    );
    assert_eq!(
        told(range::<1, { i64::MAX }>, &0.into()),
        ["it: \"it\" must be at least 1 Given: 0. Example: 1."]
    );
    assert_eq!(
        told(length::<1, { usize::MAX }>, &Value::Sequence(vec![])),
        ["it: \"it\" must have at least 1 elements Given: 0 elements."]
    );
    assert!(told(dns_label, &"A".into())[0].contains("Pulumi"));
}

#[test]
fn numbers_are_compared_exactly() {
    let number = |text: &str| Value::Number(Number::parse(text).unwrap());
    for allowed in ["1", "10", "9.99", "1e0"] {
        assert_eq!(told(range::<1, 10>, &number(allowed)), Vec::<String>::new(), "{allowed}");
    }
    for refused in ["0.999999999999999999999999", "10.000000000000000000001", "1e30", "-1"] {
        assert_eq!(told(range::<1, 10>, &number(refused)).len(), 1, "{refused}");
    }
}

#[test]
fn each_known_text_of_a_collection_is_checked() {
    let list = Value::Sequence(vec!["savepoint".into(), Value::unknown(), Value::Null, "x".into()]);
    assert!(told(mode, &list)[0].starts_with("it[3]: "));
    let map = Value::Mapping([("k".to_owned(), "x".into())].into());
    assert!(told(mode, &map)[0].starts_with("it[\"k\"]: "));
}

/// A block with attributes `a`, `b` and `c`: `v` a value, `-` null, `?` unknown.
fn block(states: &str) -> Value {
    let value = |state| match state {
        'v' => Value::from("v"),
        '-' => Value::Null,
        _ => Value::unknown(),
    };
    let names = ["a", "b", "c"].map(ToOwned::to_owned);
    Value::Mapping(names.into_iter().zip(states.chars().map(value)).collect())
}

#[test]
fn rules_over_several_attributes_refuse_only_what_is_certain() {
    type Rule = fn(&Value, &[Path], &mut Diagnostics);
    let table: &[(Rule, &[&str], &[&str])] = &[
        (conflicting, &["---", "v--", "v??", "???"], &["vv-", "vvv", "v?v"]),
        (exactly_one_of, &["v--", "??-", "v??"], &["---", "vv-", "vv?"]),
        (at_least_one_of, &["v--", "vvv", "--?"], &["---"]),
        (required_together, &["---", "vvv", "v?v", "???", "??-"], &["v--", "vv-", "v?-"]),
    ];
    let paths = ["a", "b", "c"].map(Path::attribute);
    for (rule, allowed, refused) in table {
        for states in *allowed {
            let mut out = Diagnostics::new();
            rule(&block(states), &paths, &mut out);
            assert!(out.is_empty(), "{states}: {out:?}");
        }
        for states in *refused {
            let mut out = Diagnostics::new();
            rule(&block(states), &paths, &mut out);
            assert_eq!(out.iter().count(), 1, "{states}: {out:?}");
        }
    }
}

#[test]
fn a_conflict_names_the_attributes_and_points_at_the_last() {
    let mut out = Diagnostics::new();
    conflicting(&block("v-v"), &["a", "b", "c"].map(Path::attribute), &mut out);
    let found = out.iter().next().unwrap();
    assert_eq!(found.summary, "Conflicting configuration arguments");
    assert_eq!(
        found.detail,
        "\"a\" and \"c\" are set, and they exclude each other. Keep one of them."
    );
    assert_eq!(found.path, Path::attribute("c"));
}

#[test]
fn a_missing_nested_attribute_points_at_the_object_around_it() {
    let config = Value::Mapping([("jar".to_owned(), block("---"))].into());
    let paths = ["a", "b"].map(|name| Path::attribute("jar").child(name));
    let mut out = Diagnostics::new();
    exactly_one_of(&config, &paths, &mut out);
    let found = out.iter().next().unwrap();
    assert_eq!(found.detail, "None of \"jar.a\" and \"jar.b\" is set, and one of them is needed.");
    assert_eq!(found.path, Path::attribute("jar"));
}

#[test]
fn an_unknown_object_hides_what_is_set_in_it() {
    let config = Value::Mapping([("jar".to_owned(), Value::unknown())].into());
    let mut out = Diagnostics::new();
    exactly_one_of(&config, &[Path::attribute("jar").child("a")], &mut out);
    assert!(out.is_empty());
}
