//! How values are read, against Flink's own answers.
//!
//! `value-cases.tsv` has a line for each kind and text, and what each version makes of it: `!` where
//! it fails; a duration as seconds and nanoseconds, a memory size as bytes, lists and maps as JSON.
//! `FLINK_VALUE_CASES` names another file of the same form.

use std::collections::BTreeMap;
use std::env;
use std::fs;

use flink::Version;
use flink::configuration::options::Kind;
use flink::configuration::value;

#[test]
fn values_are_read_as_each_version_reads_them() {
    let file = env::var("FLINK_VALUE_CASES")
        .unwrap_or_else(|_| format!("{}/tests/value-cases.tsv", env!("CARGO_MANIFEST_DIR")));
    let text = fs::read_to_string(file).expect("recorded answers");
    let mut lines = text.lines();
    let names = lines.next().expect("a first line").split('\t').skip(2);
    let versions: Vec<Version> = names.map(|name| name.parse().expect("a version")).collect();
    let mut cases = 0;
    let mut differing = 0;
    for line in lines {
        let mut columns = line.split('\t');
        let kind = columns.next().expect("a kind");
        let text = unescaped(columns.next().expect("a text"));
        for (version, recorded) in versions.iter().zip(columns) {
            cases += 1;
            let told = answer(kind, &text, *version).unwrap_or_else(|| "!".to_owned());
            if told != recorded {
                differing += 1;
                println!("{kind} {text:?} is {told} in {version}, but {recorded} in Flink");
            }
        }
    }
    println!("{cases} cases, {differing} differ");
    assert!(cases > 1000, "{cases} cases");
    assert_eq!(differing, 0, "cases that differ");
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t")
}

/// What a version makes of a text, written as the recordings write it.
fn answer(kind: &str, text: &str, version: Version) -> Option<String> {
    match kind {
        "bool" => value::boolean(text).map(|it| it.to_string()),
        "int" => value::int(text).map(|it| it.to_string()),
        "long" => value::long(text).map(|it| it.to_string()),
        "float" => value::float(text).map(|it| value::java_double(shortest(it))),
        "double" => value::double(text).map(value::java_double),
        "duration" => value::duration(text, version).map(duration),
        "memory" => value::memory_size(text).map(|it| it.to_string()),
        "enum" => one_of(text),
        "list:string" => value::list(text, version).map(|it| json(&it)),
        "list:map" => value::maps(text, version).map(|it| objects(&it)),
        "list:enum" => {
            let names = value::list(text, version)?;
            names.iter().map(|name| one_of(name)).collect::<Option<Vec<_>>>().map(|it| json(&it))
        }
        "map" => value::map(text, version).map(|it| object(&it)),
        other => unreachable!("{other}"),
    }
}

/// The double that is written with the digits that are enough for the float.
fn shortest(number: f32) -> f64 {
    let digits = if number.is_finite() { format!("{number:e}") } else { number.to_string() };
    digits.parse().expect("a number")
}

fn duration(nanoseconds: i128) -> String {
    let (seconds, rest) =
        (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000));
    format!("{seconds}.{rest:09}")
}

fn one_of(text: &str) -> Option<String> {
    let names = ["ALPHA", "Beta_Two"];
    let is_known = Kind::Enum(names.to_vec()).accepts(text, Version::new(2, 3, 0));
    let name = names.into_iter().find(|name| name.eq_ignore_ascii_case(text));
    assert_eq!(is_known, name.is_some(), "{text}");
    name.map(str::to_owned)
}

fn json(elements: &[String]) -> String {
    serde_json::to_string(elements).expect("texts")
}

fn object(map: &BTreeMap<String, String>) -> String {
    serde_json::to_string(map).expect("texts")
}

fn objects(maps: &[BTreeMap<String, String>]) -> String {
    serde_json::to_string(maps).expect("texts")
}
