use std::collections::BTreeMap;

use super::{decode, encode};
use crate::value::{Number, Refinement, Type, Value};

fn list(of: Type) -> Type {
    Type::List(Box::new(of))
}

fn set(of: Type) -> Type {
    Type::Set(Box::new(of))
}

fn object<const N: usize>(attributes: [(&str, Type); N]) -> Type {
    Type::Object(attributes.map(|(name, of)| (name.to_owned(), of)).into())
}

fn members<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Mapping(members.map(|(name, member)| (name.to_owned(), member)).into())
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

fn sequence<const N: usize>(elements: [Value; N]) -> Value {
    Value::Sequence(elements.into())
}

fn text(text: &str) -> Vec<u8> {
    [&[0xa0 + u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}

fn refined(known: Refinement) -> Value {
    Value::Unknown(known)
}

/// Of what clients send: the type, the value, and its one right form.
type Row = (Type, Value, Vec<u8>);

fn plain_values() -> Vec<Row> {
    let float = |float: f64| [&[0xcb][..], &float.to_be_bytes()].concat();
    vec![
        (Type::String, Value::Null, vec![0xc0]),
        (Type::String, "a".into(), text("a")),
        (Type::Bool, true.into(), vec![0xc3]),
        (Type::Bool, false.into(), vec![0xc2]),
        (Type::Number, 0.into(), vec![0]),
        (Type::Number, 127.into(), vec![0x7f]),
        (Type::Number, 128.into(), vec![0xcc, 128]),
        (Type::Number, (-32).into(), vec![0xe0]),
        (Type::Number, (-33).into(), vec![0xd0, 0xdf]),
        (Type::Number, 65_536.into(), vec![0xce, 0, 1, 0, 0]),
        (Type::Number, i64::MIN.into(), vec![0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        (Type::Number, i64::MAX.into(), [&[0xcf, 0x7f][..], &[0xff; 7]].concat()),
        (Type::Number, number("0.5"), float(0.5)),
        (Type::Number, number("-1.25"), float(-1.25)),
        (Type::Number, number("0.1"), text("0.1")),
        (Type::Number, number("9223372036854775808"), text("9223372036854775808")),
        (Type::Number, Value::Number(Number::Float(f64::INFINITY)), float(f64::INFINITY)),
    ]
}

fn collections() -> Vec<Row> {
    vec![
        (list(Type::String), sequence([]), vec![0x90]),
        (list(Type::Number), sequence([2.into(), 1.into()]), vec![0x92, 2, 1]),
        (set(Type::Number), sequence([2.into(), 1.into()]), vec![0x92, 2, 1]),
        (
            Type::Tuple(vec![Type::Number, Type::Bool]),
            sequence([1.into(), true.into()]),
            vec![0x92, 1, 0xc3],
        ),
        (
            Type::Map(Box::new(Type::Bool)),
            members([("k", true.into())]),
            [vec![0x81], text("k"), vec![0xc3]].concat(),
        ),
        (
            object([("b", Type::Bool), ("a", Type::Number)]),
            members([("a", 1.into()), ("b", Value::Null)]),
            [vec![0x82], text("a"), vec![1], text("b"), vec![0xc0]].concat(),
        ),
    ]
}

fn open_values() -> Vec<Row> {
    vec![
        (Type::Dynamic, Value::Null, vec![0xc0]),
        (Type::Dynamic, Value::unknown(), vec![0xd4, 0, 0]),
        (
            Type::Dynamic,
            dynamic(Type::Bool, true.into()),
            [&[0x92, 0xc4, 6][..], b"\"bool\"", &[0xc3]].concat(),
        ),
        (
            Type::Dynamic,
            dynamic(Type::Bool, Value::Null),
            [&[0x92, 0xc4, 6][..], b"\"bool\"", &[0xc0]].concat(),
        ),
        (
            Type::Dynamic,
            dynamic(Type::Bool, Value::unknown()),
            [&[0x92, 0xc4, 6][..], b"\"bool\"", &[0xd4, 0, 0]].concat(),
        ),
    ]
}

fn unknown_values() -> Vec<Row> {
    let not_null = Refinement { null: Some(false), ..Refinement::default() };
    vec![
        (list(Type::String), sequence([Value::unknown()]), vec![0x91, 0xd4, 0, 0]),
        (Type::String, Value::unknown(), vec![0xd4, 0, 0]),
        (Type::String, refined(not_null.clone()), vec![0xc7, 3, 12, 0x81, 1, 0xc2]),
        (
            Type::String,
            refined(Refinement { prefix: Some("id-".into()), ..not_null }),
            [vec![0xd7, 12, 0x82, 1, 0xc2, 2], text("id-")].concat(),
        ),
        (
            Type::Number,
            refined(Refinement {
                number_min: Some((Number::Integer(1), true)),
                number_max: Some((Number::Integer(9), false)),
                ..Refinement::default()
            }),
            vec![0xc7, 9, 12, 0x82, 3, 0x92, 1, 0xc3, 4, 0x92, 9, 0xc2],
        ),
        (
            list(Type::String),
            refined(Refinement {
                length_min: Some(1),
                length_max: Some(2),
                ..Refinement::default()
            }),
            vec![0xc7, 5, 12, 0x82, 5, 1, 6, 2],
        ),
    ]
}

fn dynamic(of: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((of, value)))
}

#[test]
fn values_have_the_bytes_that_clients_send() {
    let all = [plain_values(), collections(), open_values(), unknown_values()].concat();
    for (of, value, bytes) in all {
        assert_eq!(encode(&value, &of).unwrap(), bytes, "{value:?}");
        assert_eq!(decode(&bytes, &of).unwrap(), value, "{bytes:x?}");
    }
}

#[test]
fn what_terraform_sent_is_written_again_as_it_came() {
    let thing = object([("name", Type::String), ("size", Type::Number)]);
    let sent: [&[u8]; 3] = [
        b"\x82\xa4name\xc7\x03\x0c\x81\x01\xc2\xa4size\xc0",
        b"\x82\xa4name\xa3one\xa4size\x01",
        b"\xc0",
    ];
    for bytes in sent {
        assert_eq!(encode(&decode(bytes, &thing).unwrap(), &thing).unwrap(), bytes);
    }
}

#[test]
fn other_forms_are_read_too() {
    let long = [vec![0xc7, 2, 7], vec![0, 0]].concat();
    let rows: Vec<(Type, Vec<u8>, Value)> = vec![
        (Type::String, vec![0xc4, 1, b'a'], "a".into()),
        (Type::Number, vec![0xd3, 0, 0, 0, 0, 0, 0, 0, 5], 5.into()),
        (Type::Number, [&[0xcf][..], &[0xff; 8]].concat(), number("18446744073709551615")),
        (Type::Number, [&[0xca][..], &0.5_f32.to_be_bytes()].concat(), number("0.5")),
        (Type::Number, [&[0xcb][..], &5.0_f64.to_be_bytes()].concat(), 5.into()),
        (Type::Number, text("1e3"), 1000.into()),
        (set(Type::Number), vec![0x93, 1, 2, 1], sequence([1.into(), 2.into()])),
        (
            Type::Map(Box::new(Type::Number)),
            [vec![0x82], text("k"), vec![1], text("k"), vec![2]].concat(),
            members([("k", 2.into())]),
        ),
        (object([]), vec![0x80], members([])),
        (
            Type::Dynamic,
            [vec![0x92], text("\"bool\""), vec![0xc3]].concat(),
            dynamic(Type::Bool, true.into()),
        ),
        (Type::String, vec![0xd4, 99, 7], Value::unknown()),
        (Type::String, vec![0xc7, 0, 99], Value::unknown()),
        // A newer client may say more of an unknown value.
        (
            Type::String,
            vec![0xc7, 7, 12, 0x82, 99, 0x92, 1, 2, 1, 0xc2],
            refined(Refinement { null: Some(false), ..Refinement::default() }),
        ),
        // Nothing can be known of a value whose type is open.
        (Type::Dynamic, vec![0xc7, 3, 12, 0x81, 1, 0xc2], Value::unknown()),
    ];
    for (of, bytes, value) in rows {
        assert_eq!(decode(&bytes, &of).unwrap(), value, "{bytes:x?}");
    }
    assert!(decode(&long, &Type::String).is_err());
}

#[test]
fn what_does_not_fit_is_told_with_its_place() {
    let nested = object([("a", list(Type::Number))]);
    let rows: Vec<(Type, Vec<u8>, &str)> = vec![
        (Type::Bool, vec![1], "a bool is required, found msgpack FixPos(1)"),
        (Type::String, vec![1], "a string is required, found msgpack FixPos(1)"),
        (Type::Number, vec![0xc3], "a number is required, found msgpack True"),
        (Type::Number, text("x"), "a decimal number is required"),
        (
            Type::Number,
            [&[0xcb][..], &f64::NAN.to_be_bytes()].concat(),
            "the number is not a finite one",
        ),
        (
            nested.clone(),
            [vec![0x81], text("a"), vec![0x92, 1, 0xc3]].concat(),
            "a[1]: a number is required, found msgpack True",
        ),
        (nested.clone(), vec![0x80], "attribute \"a\" is missing"),
        (nested, [vec![0x81], text("z"), vec![0xc0]].concat(), "attribute \"z\" is not supported"),
        (Type::Tuple(vec![Type::Bool]), vec![0x90], "1 elements are required, found 0"),
        (Type::Bool, vec![], "the bytes are not a msgpack value"),
        (Type::Bool, vec![0xc3, 0], "1 bytes follow the value"),
        (Type::String, vec![0xa5, b'a'], "the bytes are not a msgpack value"),
        (Type::String, vec![0xa1, 0xff], "a text is not UTF-8"),
        (Type::String, vec![0xd5, 7, 0, 0], "unsupported extension type 7 with length 2"),
        (Type::Bool, vec![0xc7, 4, 12, 0x81, 2, 0xa1, b'x'], "refinement 2 does not fit the type"),
        (
            Type::String,
            [vec![0xc8, 4, 1, 12], vec![0; 1025]].concat(),
            "oversize unknown value refinement",
        ),
        (Type::Dynamic, vec![0x92, 0xa1, b'x', 0xc0], "the type of a value cannot be read"),
        (
            list(Type::Bool),
            vec![0xdd, 0xff, 0xff, 0xff, 0xff],
            "[0]: the bytes are not a msgpack value",
        ),
    ];
    for (of, bytes, wanted) in rows {
        assert_eq!(decode(&bytes, &of).unwrap_err().to_string(), wanted, "{bytes:x?}");
    }
}

#[test]
fn values_nested_without_end_are_refused() {
    let layer = [vec![0x92], text("\"dynamic\"")].concat();
    let wrong = decode(&layer.repeat(100_000), &Type::Dynamic).unwrap_err();
    assert_eq!(wrong.to_string(), "values are nested too deep");
}

#[test]
fn values_beside_each_other_are_not_deep() {
    let many = Value::Sequence(vec![true.into(); 1000]);
    let bytes = encode(&many, &list(Type::Bool)).unwrap();
    assert_eq!(decode(&bytes, &list(Type::Bool)).unwrap(), many);
}

#[test]
fn a_refinement_that_clients_would_refuse_for_its_size_is_not_written() {
    let bound = Number::parse(&"1".repeat(1100)).unwrap();
    let known = Refinement { number_min: Some((bound, true)), ..Refinement::default() };
    assert_eq!(encode(&refined(known), &Type::Number).unwrap(), [0xd4, 0, 0]);
}

#[test]
fn a_value_of_another_type_is_not_written() {
    let nested = object([("a", list(Type::Number))]);
    let rows: Vec<(Type, Value, &str)> = vec![
        (Type::Bool, "secret".into(), "a bool is required, found a string"),
        (Type::Number, Value::Number(Number::Float(f64::NAN)), "the number is not a finite one"),
        (nested.clone(), members([]), "attribute \"a\" is missing"),
        (
            nested.clone(),
            members([("a", Value::Null), ("b", Value::Null)]),
            "attribute \"b\" is not supported",
        ),
        (
            nested,
            members([("a", sequence([1.into(), true.into()]))]),
            "a[1]: a number is required, found a bool",
        ),
        (Type::Tuple(vec![]), sequence([Value::Null]), "0 elements are required, found 1"),
        (
            Type::Map(Box::new(Type::Bool)),
            members([("k", 1.into())]),
            "[\"k\"]: a bool is required, found a number",
        ),
        (Type::Dynamic, 1.into(), "a value with its type is required, found a number"),
    ];
    for (of, value, wanted) in rows {
        assert_eq!(encode(&value, &of).unwrap_err().to_string(), wanted);
    }
}

#[test]
fn a_refinement_that_its_type_does_not_have_is_not_written() {
    let known =
        Refinement { prefix: Some("p".into()), length_min: Some(1), ..Refinement::default() };
    assert_eq!(encode(&refined(known), &Type::Number).unwrap(), [0xd4, 0, 0]);
}

#[test]
fn a_long_prefix_is_cut_between_characters() {
    let known = Refinement { prefix: Some("ä".repeat(200) + "a"), ..Refinement::default() };
    let bytes = encode(&refined(known), &Type::String).unwrap();
    let cut = Refinement { prefix: Some("ä".repeat(128)), ..Refinement::default() };
    assert_eq!(decode(&bytes, &Type::String).unwrap(), refined(cut));
}

#[test]
fn numbers_are_written_narrowly_in_whatever_form_they_are_held() {
    let rows = [
        (Number::Float(5.0), vec![5]),
        (Number::Float(1e18), [&[0xcf][..], &1_000_000_000_000_000_000_u64.to_be_bytes()].concat()),
        (Number::Float(2_f64.powi(63)), text("9223372036854775808")),
        (Number::Decimal(crate::value::Decimal::parse("5.0").unwrap()), vec![5]),
        (Number::parse("-0.10").unwrap(), text("-0.1")),
        (Number::parse("1e20").unwrap(), text("100000000000000000000")),
    ];
    for (number, bytes) in rows {
        assert_eq!(
            encode(&Value::Number(number.clone()), &Type::Number).unwrap(),
            bytes,
            "{number:?}"
        );
    }
}

#[test]
fn types_are_read_and_written_as_json() {
    let rows = [
        (Type::String, r#""string""#),
        (list(Type::Number), r#"["list","number"]"#),
        (set(Type::Dynamic), r#"["set","dynamic"]"#),
        (Type::Map(Box::new(Type::Bool)), r#"["map","bool"]"#),
        (Type::Tuple(vec![Type::Bool, Type::String]), r#"["tuple",["bool","string"]]"#),
        (object([("a", Type::Bool)]), r#"["object",{"a":"bool"}]"#),
    ];
    for (of, json) in rows {
        assert_eq!(of.to_json(), json);
        assert_eq!(Type::from_json(json.as_bytes()).unwrap(), of);
    }
    let optional = br#"["object",{"a":"bool"},["a"]]"#;
    assert_eq!(Type::from_json(optional).unwrap(), object([("a", Type::Bool)]));
    for wrong in
        ["", "1", r#""int""#, r#"["list"]"#, r#"["tuple","bool"]"#, r#"["map","bool","bool"]"#]
    {
        assert!(Type::from_json(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert_eq!(Type::Object(BTreeMap::new()).to_json(), r#"["object",{}]"#);
}
