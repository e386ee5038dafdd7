use super::{Reason, name, parse, render};
use crate::Version;
use crate::configuration::Configuration;

const OLD: Version = Version::new(1, 18, 1);
const NEW: Version = Version::new(1, 19, 0);

fn configuration(pairs: &[(&str, &str)]) -> Configuration {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_file_is_that_of_the_version_sorted_and_flat() {
    let options = configuration(&[
        ("high-availability.storageDir", "file:/ha"),
        ("high-availability", "kubernetes"),
        ("env.java.home", "/opt/java"),
        ("a", "x: \"y\""),
    ]);
    assert_eq!(name(OLD), "flink-conf.yaml");
    assert_eq!(
        render(&options, OLD).expect("plain values"),
        "a: x: \"y\"\nenv.java.home: /opt/java\nhigh-availability: kubernetes\n\
         high-availability.storageDir: file:/ha\n"
    );
    assert_eq!(name(NEW), "config.yaml");
    assert_eq!(
        render(&options, NEW).expect("any values"),
        "\"a\": \"x: \\\"y\\\"\"\nenv.java.home: /opt/java\n\
         \"high-availability\": \"kubernetes\"\n\"high-availability.storageDir\": \"file:/ha\"\n"
    );
}

#[test]
fn what_flink_conf_cannot_carry_is_refused_by_key() {
    let options = configuration(&[
        ("a", "x #y"),
        ("b", "x#y"),
        ("c", "x\ny"),
        ("d", " x"),
        ("e", "x\t"),
        ("f", ""),
        ("g: h", "x"),
        ("ok", "a: b"),
    ]);
    let failures = render(&options, OLD).expect_err("values that it cannot carry");
    let told: Vec<_> = failures.iter().map(|it| (it.key.as_str(), it.reason)).collect();
    assert_eq!(
        told,
        [
            ("a", Reason::Comment),
            ("b", Reason::Comment),
            ("c", Reason::Lines),
            ("d", Reason::Blanks),
            ("e", Reason::Blanks),
            ("f", Reason::Empty),
            ("g: h", Reason::Key),
        ]
    );
    assert!(render(&options, NEW).is_ok());
    let failures = render(&configuration(&[("env.java.home", "/a b")]), NEW).expect_err("a blank");
    let [failure] = failures.as_slice() else { panic!("{failures:?}") };
    assert_eq!(
        failure.to_string(),
        "config.yaml cannot carry the option \"env.java.home\": a shell script of Flink reads it, \
         which takes a plain absolute path only"
    );
}

#[test]
fn every_value_survives_the_file() {
    let nasty = configuration(&[
        ("a", "x #y"),
        ("b", "line\nbreak\r\n\ttab"),
        ("c", " blanks "),
        ("d", ""),
        ("e", "true"),
        ("f", "1.10"),
        ("g", "~"),
        ("h", "ä€😀\u{7f}\u{85}\u{2028}\u{feff}\u{1}"),
        ("i", "\\ \" ' \u{0}"),
        ("a.b", "prefix"),
        ("with: colon # and \"quote\"", "x"),
        ("j", "[1, 2]"),
    ]);
    let text = render(&nasty, NEW).expect("any values");
    assert_eq!(parse("config.yaml", &text), Ok(nasty));
    let plain = configuration(&[("a", "x: y"), ("b", "\"q\""), ("c", "ä"), ("k.l", "two  blanks")]);
    let text = render(&plain, OLD).expect("plain values");
    assert_eq!(parse("flink-conf.yaml", &text), Ok(plain));
}

/// Compared with `GlobalConfiguration.loadConfiguration` of 1.18.1 and 1.20.5.
#[test]
fn flink_conf_is_read_as_flink_reads_it() {
    let text = "a: x #y\nb: x#y\nc: #y\nd:x\ne: \nf: \"q\"\n  g: 1  \nh: a: b: c\n#i: 1\n\
                j: x\t#y\nk : 1\nm:  two  blanks \n: z\nn: ${A}\np: 1\np: 2\n";
    let wanted = configuration(&[
        ("a", "x"),
        ("b", "x"),
        ("f", "\"q\""),
        ("g", "1"),
        ("h", "a: b: c"),
        ("j", "x"),
        ("k", "1"),
        ("m", "two  blanks"),
        ("n", "${A}"),
        ("p", "2"),
    ]);
    assert_eq!(parse("flink-conf.yaml", text), Ok(wanted));
}

/// Compared with `GlobalConfiguration.loadConfiguration` of 1.19.3, 1.20.5 and 2.3.0.
#[test]
fn config_yaml_is_read_as_flink_reads_it() {
    let text = "a: 1.10\nb: {c: 1, \"d.e\": x}\nf: [1, \"a;b\", {x: y}]\ng: true\nh: 0x1F\n\
                i: 0o17\nk: yes\nl: 1e3\nm: 1_000\nn: .inf\no: 2020-01-01\np: |\n  x\n  y\nq: \"\"\n\
                r: []\ns: {}\nu: +5\nv: 1e-3\n\"w x\": 1\nx: &a 7\n\"y\": *a\nz: !!str 5\naa: 1.0\n\
                ab: 100000000.0\nad: NaN\nae: .nan\naf: 0.1f\nag: on\nah: ~x\nak: 12e03\n\
                al: 0.0001\nam: True\nap: {x: [1]}\naq: [[1,2],[3]]\nat: .5\nav: \"1.10\"\n\
                aw:\n  ax:\n    ay: z\n";
    let wanted = configuration(&[
        ("a", "1.1"),
        ("aa", "1.0"),
        ("ab", "1.0E8"),
        ("ad", "NaN"),
        ("ae", ".nan"),
        ("af", "0.1f"),
        ("ag", "on"),
        ("ah", "~x"),
        ("ak", "12000.0"),
        ("al", "1.0E-4"),
        ("am", "true"),
        ("ap.x", "[1]"),
        ("aq", "[[1, 2], [3]]"),
        ("at", "0.5"),
        ("av", "1.10"),
        ("aw.ax.ay", "z"),
        ("b.c", "1"),
        ("b.d.e", "x"),
        ("f", "[1, a;b, {x: y}]"),
        ("g", "true"),
        ("h", "31"),
        ("i", "15"),
        ("k", "yes"),
        ("l", "1000.0"),
        ("m", "1_000"),
        ("n", ".inf"),
        ("o", "2020-01-01"),
        ("p", "x\ny\n"),
        ("q", ""),
        ("r", "[]"),
        ("u", "5"),
        ("v", "0.001"),
        ("w x", "1"),
        ("x", "7"),
        ("y", "7"),
        ("z", "5"),
    ]);
    assert_eq!(parse("config.yaml", text), Ok(wanted));
    assert_eq!(parse("config.yaml", ""), Ok(Configuration::new()));
    let last = parse("config.yaml", "a.b: 1\na: {b: 2}\n");
    assert_eq!(last, Ok(configuration(&[("a.b", "2")])));
}

#[test]
fn a_file_that_flink_would_not_start_with_is_told() {
    for text in ["a: ~\n", "a:\n", "- a\n", "a: 1\n---\nb: 2\n", "a: 1\na: 2\n", "5: x\n", "a: [\n"]
    {
        let error = parse("config.yaml", text).expect_err(text);
        assert!(error.to_string().starts_with("config.yaml is not a configuration of Flink: "));
    }
}
