use std::time::Duration;

use super::{
    duration, json, memory_size, parse_duration, parse_memory_size, parse_quantity, path, quantity,
    yaml,
};
use crate::value::Value;

#[test]
fn durations_are_read_as_go_and_flink_write_them() {
    let table: &[(&str, Option<Duration>)] = &[
        ("0", Some(Duration::ZERO)),
        ("0s", Some(Duration::ZERO)),
        ("90s", Some(Duration::from_secs(90))),
        ("1h30m", Some(Duration::from_mins(90))),
        ("1.5h", Some(Duration::from_mins(90))),
        (".5s", Some(Duration::from_millis(500))),
        ("1.s", Some(Duration::from_secs(1))),
        ("10 min", Some(Duration::from_mins(10))),
        (" 1 d ", Some(Duration::from_hours(24))),
        ("2 days 3 hours", Some(Duration::from_hours(51))),
        ("250ms", Some(Duration::from_millis(250))),
        ("1µs", Some(Duration::from_micros(1))),
        ("1us", Some(Duration::from_micros(1))),
        ("7ns", Some(Duration::from_nanos(7))),
        ("0.1ns", Some(Duration::ZERO)),
        ("", None),
        ("s", None),
        (".s", None),
        ("1.2.3s", None),
        ("10", None),
        ("-1s", None),
        ("10 minuets", None),
        ("10S", None),
        ("ten min", None),
        ("1h 5", None),
        ("99999999999999999999999999999999999999999d", None),
        ("18446744073709551615s", Some(Duration::from_secs(u64::MAX))),
        ("18446744073709551616s", None),
    ];
    for (text, wanted) in table {
        assert_eq!(parse_duration(text), *wanted, "{text:?}");
    }
}

#[test]
fn memory_sizes_are_read_as_flink_writes_them() {
    let table: &[(&str, Option<u64>)] = &[
        ("0", Some(0)),
        ("1024", Some(1024)),
        ("1600m", Some(1600 << 20)),
        ("1gb", Some(1 << 30)),
        ("1 GB", Some(1 << 30)),
        ("2 tebibytes", Some(2 << 40)),
        ("5kb", Some(5 << 10)),
        ("7 bytes", Some(7)),
        ("1.5g", None),
        ("1Gi", None),
        ("g", None),
        ("", None),
        ("-1m", None),
        ("18446744073709551615t", None),
    ];
    for (text, wanted) in table {
        assert_eq!(parse_memory_size(text), *wanted, "{text:?}");
    }
}

#[test]
fn quantities_are_read_as_kubernetes_writes_them() {
    let one = 1_000_000_000;
    let table: &[(&str, Option<i128>)] = &[
        ("1", Some(one)),
        ("500m", Some(one / 2)),
        ("0.5", Some(one / 2)),
        ("-2", Some(-2 * one)),
        ("1k", Some(1000 * one)),
        ("1Ki", Some(1024 * one)),
        ("1.5Gi", Some(3 * (1 << 29) * one)),
        ("1e3", Some(1000 * one)),
        ("1E-3", Some(one / 1000)),
        ("1E", Some(1_000_000_000_000_000_000 * one)),
        ("0.1n", Some(1)),
        ("", None),
        ("m", None),
        ("1 Gi", None),
        ("1gb", None),
        ("1e999", None),
    ];
    for (text, wanted) in table {
        assert_eq!(parse_quantity(text), *wanted, "{text:?}");
    }
}

#[test]
fn spellings_are_compared_by_what_they_mean() {
    type Same = fn(&Value, &Value) -> bool;
    let table: &[(Same, &str, &str, bool)] = &[
        (duration, "60s", "1min", true),
        (duration, "60s", "61s", false),
        (duration, "soon", "soon", true),
        (duration, "soon", "later", false),
        (memory_size, "1g", "1024m", true),
        (memory_size, "1g", "1000m", false),
        (quantity, "0.5", "500m", true),
        (quantity, "1Gi", "1G", false),
        (json, r#"{"a":1,"b":[true]}"#, r#"{ "b": [ true ], "a": 1.0 }"#, true),
        (json, r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false),
        (json, "{", "{ ", false),
        (yaml, "a: 1\nb: [x]\n", "# text\n{b: [\"x\"], a: 1.0}", true),
        (yaml, "a: |\n  x\n", "a: \"x\\n\"", true),
        (yaml, "a: 1\n---\nb: 2", "---\na: 1\n---\nb: 2\n", true),
        (yaml, "a: &x {c: 1}\nb: *x", "a: {c: 1}\nb: {c: 1}", true),
        (yaml, "a: 1", "a: \"1\"", false),
        (yaml, "a: 1", "a: 1\n---\n", false),
        (yaml, "a: !t 1", "a:  !t 1", false),
        (yaml, "1: a", "1:  a", false),
        (yaml, "a: [", "a:  [", false),
        (path, "file:/x", "file:///x", true),
        (path, "file:/x/", "file://localhost/x", true),
        (path, "s3://b/k/", "s3://b//k", true),
        (path, "s3://b", "s3://b/", true),
        (path, "s3://b/k", "s3://c/k", false),
        (path, "file:/x", "/x", false),
        (path, "/x/y", "/x//y/", true),
        (path, "x", "/x", false),
        (path, "/", "", false),
    ];
    for (same, one, two, wanted) in table {
        let (one, two) = (Value::from(*one), Value::from(*two));
        assert_eq!(same(&one, &two), *wanted, "{one:?} {two:?}");
        assert_eq!(same(&two, &one), *wanted, "{two:?} {one:?}");
    }
}

#[test]
fn values_of_another_type_are_compared_as_they_are() {
    assert!(duration(&5.into(), &5.into()));
    assert!(!duration(&5.into(), &"5".into()));
}
