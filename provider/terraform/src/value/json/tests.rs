use serde_json::json;

use super::{from_json, to_json};
use crate::value::{Number, Type, Value};

fn object(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, of)| ((*name).to_owned(), of.clone())).collect())
}

#[test]
fn every_digit_of_a_number_is_kept() {
    let digits = "123456789012345678901234567890.123456789";
    let json: serde_json::Value = serde_json::from_str(digits).unwrap();
    let value = from_json(&json, &Type::Number).unwrap();
    assert_eq!(value, Value::Number(Number::parse(digits).unwrap()));
    assert_eq!(to_json(&value, &Type::Number).unwrap().to_string(), digits);
}

#[test]
fn reading_an_old_state_is_lenient() {
    let of = object(&[
        ("count", Type::Number),
        ("name", Type::String),
        ("on", Type::Bool),
        ("new", Type::String),
        ("tags", Type::Set(Box::new(Type::String))),
    ]);
    let old = json!({"count": "5", "name": 7, "on": "true", "tags": ["a", "a"], "gone": {"x": 1}});
    let read = from_json(&old, &of).unwrap();
    let written = json!({"count": 5, "name": "7", "on": true, "new": null, "tags": ["a"]});
    assert_eq!(to_json(&read, &of).unwrap(), written);
}

#[test]
fn open_types_carry_their_type() {
    let typed = json!({"type": ["list", "bool"], "value": [true]});
    let read = from_json(&typed, &Type::Dynamic).unwrap();
    let list = Type::List(Box::new(Type::Bool));
    let held = Value::Sequence(vec![true.into()]);
    assert_eq!(read, Value::Dynamic(Box::new((list, held))));
    assert_eq!(to_json(&read, &Type::Dynamic).unwrap(), typed);
}

#[test]
fn the_null_of_an_open_type_has_two_forms() {
    for null in [json!(null), json!({"type": "dynamic", "value": null})] {
        assert_eq!(from_json(&null, &Type::Dynamic).unwrap(), Value::Null);
    }
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let of = object(&[("a", Type::List(Box::new(Type::Number)))]);
    let rows = [
        (json!([]), "an object is required, found an array"),
        (json!({"a": [1, true]}), "a[1]: a number is required, found a bool"),
        (json!({"a": ["x"]}), "a[0]: a decimal number is required"),
    ];
    for (json, wanted) in rows {
        assert_eq!(from_json(&json, &of).unwrap_err().to_string(), wanted);
    }
    let open = from_json(&json!({"type": "bool"}), &Type::Dynamic).unwrap_err();
    assert_eq!(open.to_string(), "a value with its type is required, found an object");
}

#[test]
fn what_is_not_known_cannot_be_written() {
    let list = Type::List(Box::new(Type::Bool));
    let wrong = to_json(&Value::Sequence(vec![Value::unknown()]), &list).unwrap_err();
    assert_eq!(wrong.to_string(), "[0]: a value that is not known yet cannot be written as JSON");
    let infinite = Value::Number(Number::Float(f64::INFINITY));
    assert!(to_json(&infinite, &Type::Number).is_err());
}
