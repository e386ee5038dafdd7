use std::cell::RefCell;

use serde_json::Value;
use tracing::{debug, info, info_span, subscriber::with_default, trace};

use super::*;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn keep(line: &str) {
    LINES.with_borrow_mut(|lines| lines.push(line.to_owned()));
}

fn logged(level: LevelFilter, log: impl FnOnce()) -> Vec<Value> {
    with_default(subscriber(level, keep), log);
    let lines = LINES.take();
    let parse = |line: &String| {
        let json = line.strip_suffix('\n').expect("a line");
        serde_json::from_str(json).expect("JSON")
    };
    lines.iter().map(parse).collect()
}

#[test]
fn the_nearest_variable_decides_the_level() {
    let cases: [(&[(&str, &str)], LevelFilter); 9] = [
        (&[], LevelFilter::ERROR),
        (&[("TF_LOG", "")], LevelFilter::ERROR),
        (&[("TF_LOG", "debug")], LevelFilter::DEBUG),
        (&[("TF_LOG", "JSON")], LevelFilter::TRACE),
        (&[("TF_LOG", "OFF")], LevelFilter::ERROR),
        (&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "WARN")], LevelFilter::WARN),
        (&[("TF_LOG_PROVIDER", "WARN"), ("TF_LOG_PROVIDER_MY_FLINK", "INFO")], LevelFilter::INFO),
        (&[("TF_LOG_PROVIDER_OTHER", "INFO")], LevelFilter::ERROR),
        (&[("TF_LOG", "nonsense")], LevelFilter::ERROR),
    ];
    for (variables, expected) in cases {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(level("my-flink", variable), expected, "{variables:?}");
    }
}

#[test]
fn an_event_is_a_line_with_its_fields_and_those_of_its_spans() {
    let lines = logged(LevelFilter::INFO, || {
        let span = info_span!("call", tf_rpc = "ReadResource", tf_req_id = tracing::field::Empty);
        span.record("tf_req_id", "7");
        span.in_scope(|| info!(attempts = 2, done = true, "read {}", "it"));
    });
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let expected = serde_json::json!({
        "@level": "info",
        "@message": "read it",
        "@module": "terraform.server.logging.tests",
        "@timestamp": line["@timestamp"],
        "tf_rpc": "ReadResource",
        "tf_req_id": "7",
        "attempts": 2,
        "done": true,
    });
    assert_eq!(*line, expected);
}

#[test]
fn the_time_has_the_digits_that_clients_insist_on() {
    let lines = logged(LevelFilter::INFO, || info!("now"));
    let time = lines[0]["@timestamp"].as_str().expect("text");
    let shape: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
}

#[test]
fn an_error_is_logged_with_its_causes() {
    #[derive(Debug, thiserror::Error)]
    #[error("failed to look")]
    struct Outer(#[source] io::Error);
    let lines = logged(LevelFilter::INFO, || {
        let error = Outer(io::Error::other("it is dark"));
        info!(error = &error as &(dyn std::error::Error + 'static), "no");
    });
    assert_eq!(lines[0]["error"], "failed to look: it is dark");
}

#[test]
fn what_is_below_the_level_or_about_the_wire_is_not_written() {
    let lines = logged(LevelFilter::DEBUG, || {
        trace!("too small");
        debug!(target: "h2::codec", "a frame with a header");
        debug!("kept");
    });
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["@message"], "kept");
}

#[test]
fn a_line_is_never_longer_than_clients_read() {
    let huge = "\u{1}é".repeat(100_000);
    let lines = logged(LevelFilter::INFO, || {
        info!(huge, "short");
        info!("{huge}");
    });
    assert_eq!(lines[0]["@message"], "short");
    assert!(lines[1]["@message"].as_str().expect("text").starts_with("\u{1}é"));
    assert!(lines.iter().all(|line| line.to_string().len() < 64 << 10));
}
