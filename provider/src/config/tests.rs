use terraform::value::{Number, Value};

use super::*;

fn text(text: &str) -> Attr<String> {
    Attr::Known(text.to_owned())
}

/// What is said about a `rest` block, as summaries.
fn summaries(rest: Rest) -> Vec<String> {
    let config = ProviderConfig { rest: Attr::Known(rest), ..ProviderConfig::default() };
    validate(&config).iter().map(|found| found.summary.clone()).collect()
}

#[test]
fn the_rest_block_says_one_way_to_authenticate_and_says_it_whole() {
    let (login, token) = ("Half of a login", "Two ways to authenticate");
    let certificate = "Half of a client certificate";
    let cases: [(&str, Rest, &[&str]); 11] = [
        ("nothing", Rest::default(), &[]),
        ("a login", Rest { username: text("ann"), password: text("s"), ..Rest::default() }, &[]),
        ("a user", Rest { username: text("ann"), ..Rest::default() }, &[login]),
        ("a password", Rest { password: text("s"), ..Rest::default() }, &[login]),
        ("a token", Rest { bearer_token: text("t"), ..Rest::default() }, &[]),
        (
            "a login and a token",
            Rest {
                username: text("ann"),
                password: text("s"),
                bearer_token: text("t"),
                ..Rest::default()
            },
            &[token],
        ),
        (
            "a user and a password that comes later",
            Rest { username: text("ann"), password: Attr::Unknown, ..Rest::default() },
            &[],
        ),
        (
            "a certificate with its key",
            Rest { client_certificate: text("C"), client_key: text("K"), ..Rest::default() },
            &[],
        ),
        (
            "a certificate",
            Rest { client_certificate: text("C"), ..Rest::default() },
            &[certificate],
        ),
        ("a key", Rest { client_key: text("K"), ..Rest::default() }, &[certificate]),
        (
            "a certificate and a key that comes later",
            Rest { client_certificate: text("C"), client_key: Attr::Unknown, ..Rest::default() },
            &[],
        ),
    ];
    for (case, rest, expected) in cases {
        assert_eq!(summaries(rest), expected, "{case}");
    }
}

/// What one rule says about one value.
fn said(rule: fn(&Value, &Path, &mut Diagnostics), value: &Value) -> bool {
    let mut found = Diagnostics::new();
    rule(value, &Path::attribute("it"), &mut found);
    for found in &found {
        assert_eq!(found.path, Path::attribute("it"));
    }
    found.iter().next().is_some()
}

#[test]
fn at_least_one_job_changes_at_a_time() {
    for (number, refused) in [(1, false), (4, false), (1_000_000, false), (0, true), (-1, true)] {
        let value = Value::Number(Number::Integer(number));
        assert_eq!(said(at_least_one, &value), refused, "{number}");
    }
}

#[test]
fn a_field_manager_has_a_name_that_kubernetes_takes() {
    let longest = "x".repeat(128);
    let too_long = "x".repeat(129);
    let cases = [
        ("terraform-provider-flink", false),
        ("Team A/orders", false),
        (longest.as_str(), false),
        ("", true),
        (too_long.as_str(), true),
        ("line\nbreak", true),
    ];
    for (name, refused) in cases {
        assert_eq!(said(field_manager, &Value::String(name.to_owned())), refused, "{name:?}");
    }
}
