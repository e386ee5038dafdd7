use super::*;

fn flink(status: u16, text: &str) -> Kind {
    let errors = if status < 500 { vec![text] } else { vec!["Internal server error.", text] };
    classified(status, &serde_json::json!({ "errors": errors }).to_string())
}

fn classified(status: u16, body: &str) -> Kind {
    classify(StatusCode::from_u16(status).expect("a status"), body.as_bytes())
}

/// The name of the variant, which is what a caller acts on.
fn sort(kind: &Kind) -> &'static str {
    match kind {
        Kind::NotFound { .. } => "not found",
        Kind::NoSuchEndpoint => "no such endpoint",
        Kind::DuplicateJob => "duplicate",
        Kind::AlreadyEnded { .. } => "already ended",
        Kind::Refused { .. } => "refused",
        Kind::Unauthorized { .. } => "unauthorized",
        Kind::Unavailable { .. } => "unavailable",
        Kind::NotFlink { .. } => "not Flink",
        Kind::TimedOut { .. }
        | Kind::Interrupted { .. }
        | Kind::Redirected { .. }
        | Kind::UnknownFormat { .. }
        | Kind::Unusable { .. }
        | Kind::Forbidden { .. }
        | Kind::NoService { .. }
        | Kind::UnreadableFile { .. } => "other",
    }
}

#[test]
fn flink_s_answers_are_sorted_by_what_a_caller_does() {
    let unknown_job =
        "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (1)";
    let server = format!(
        "<Exception on server side:\n{unknown_job}\n\tat a.b(C.java:1)\n\nEnd of exception on server side>"
    );
    let cases = [
        (404, unknown_job, "not found"),
        (
            404,
            "org.apache.flink.runtime.rest.handler.RestHandlerException: There is no savepoint operation with triggerId=1 for job 2\n\tat a",
            "not found",
        ),
        (500, server.as_str(), "not found"),
        (
            500,
            "<Exception on server side:\njava.lang.UnsupportedOperationException: no\nEnd of exception on server side>",
            "refused",
        ),
        (
            500,
            "<Exception on server side:\norg.apache.flink.runtime.dispatcher.UnavailableDispatcherOperationException: Unable to get JobMasterGateway for initializing job. The requested operation is not available while the JobManager is initializing.\nEnd of exception on server side>",
            "unavailable",
        ),
        (404, "Unable to load requested file /jars.", "no such endpoint"),
        (404, "Not found: /jars/x.jar/run", "no such endpoint"),
        (
            400,
            "a.RestHandlerException: Could not execute application.\nCaused by: org.apache.flink.runtime.client.DuplicateJobSubmissionException: Job has already been submitted.",
            "duplicate",
        ),
        (
            400,
            "a.RestHandlerException: Could not execute application.\nCaused by: org.apache.flink.runtime.client.DuplicateApplicationSubmissionException: Application has already been submitted.",
            "duplicate",
        ),
        (
            409,
            "a.RestHandlerException: Job cancellation failed because the job has already reached another terminal state (FAILED).",
            "already ended",
        ),
        (400, "POST request not allowed", "refused"),
        (
            503,
            "Service temporarily unavailable due to an ongoing leader election. Please refresh.",
            "unavailable",
        ),
    ];
    for (status, text, expected) in cases {
        assert_eq!(sort(&flink(status, text)), expected, "{status} {text}");
    }
}

#[test]
fn answers_of_others_are_never_taken_for_flink_s() {
    let kubernetes =
        r#"{"kind":"Status","status":"Failure","message":"services \"x\" not found","code":404}"#;
    let cases = [
        (404, kubernetes, "not Flink"),
        (404, "<html><h1>404 page not found</h1></html>", "not Flink"),
        (401, "", "unauthorized"),
        (403, r#"{"kind":"Status","code":403}"#, "unauthorized"),
        (502, "<html>Bad Gateway</html>", "unavailable"),
        (503, r#"{"kind":"Status","reason":"ServiceUnavailable","code":503}"#, "unavailable"),
        (504, "", "unavailable"),
        (413, "", "refused"),
        (500, "oops", "not Flink"),
    ];
    for (status, body, expected) in cases {
        assert_eq!(sort(&classified(status, body)), expected, "{status} {body}");
    }
}

#[test]
fn a_lost_answer_may_hide_a_change() {
    let wrap = |kind| Error { call: "POST /x".to_owned(), origin: "http://h:1".to_owned(), kind };
    let after = Duration::from_secs(30);
    assert!(wrap(Kind::TimedOut { after }).may_have_happened());
    assert!(wrap(classified(504, "")).may_have_happened());
    assert!(wrap(classified(200, "")).may_have_happened());
    assert!(!wrap(classified(503, "")).may_have_happened());
    let silent = format!("{:?}", classified(503, ""));
    assert!(silent.contains("no reason is given"), "{silent}");
    assert!(!wrap(classified(404, "x")).may_have_happened());
    assert!(!wrap(flink(400, "a.B: no")).may_have_happened());
    assert!(!wrap(Kind::Unauthorized { status: 401 }).may_have_happened());
}

#[test]
fn an_error_names_the_call_and_its_source_the_reason() {
    let kind = flink(
        400,
        "a.RestHandlerException: x\nCaused by: java.lang.IllegalStateException: injected",
    );
    let error =
        Error { call: "POST /jars/1/run".to_owned(), origin: "http://h:1".to_owned(), kind };
    assert_eq!(error.to_string(), "POST /jars/1/run at http://h:1 failed");
    let source = std::error::Error::source(&error).expect("a reason");
    assert_eq!(source.to_string(), "400: IllegalStateException: injected");
}
