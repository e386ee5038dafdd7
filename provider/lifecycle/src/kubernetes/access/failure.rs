//! What an error on the way to Flink means to who asked Flink.

use std::error::Error as _;

use flink::Unusable;
use flink::error::{Kind as Failure, Unavailable};

use crate::kubernetes::error::{self, Error, Forbidden, Kind, Status};
use crate::kubernetes::rule::Rule;

/// What an error of Kubernetes means.
pub(super) fn of(error: Error) -> Failure {
    match error.kind {
        Kind::NotKubernetes { status, .. } if !(300..500).contains(&status) => {
            Failure::Interrupted { source: error.kind.into() }
        }
        Kind::Settings(_)
        | Kind::Plugin(_)
        | Kind::Distrust { .. }
        | Kind::Invalid(_)
        | Kind::Refused(_)
        | Kind::NotKubernetes { .. } => {
            Failure::Unusable { source: Unusable::Way(error.kind.into()) }
        }
        Kind::Unauthorized { .. } => Failure::Forbidden { reason: text(&error.kind) },
        Kind::Forbidden(forbidden) => Failure::Forbidden { reason: needs(&forbidden) },
        Kind::NotFound(_) | Kind::NoCluster { .. } => {
            Failure::NoService { reason: text(&error.kind) }
        }
        Kind::Unreachable { .. } => {
            Failure::Unavailable { reason: Unavailable::NoConnection(error.kind.into()) }
        }
        Kind::Unavailable(status) => Failure::Unavailable {
            reason: Unavailable::Told { status: status.code, text: status.message },
        },
        Kind::Interrupted { .. }
        | Kind::TimedOut { .. }
        | Kind::UnknownFormat(_)
        | Kind::AlreadyExists(_)
        | Kind::Conflict(_) => Failure::Interrupted { source: error.kind.into() },
    }
}

/// What it means that Kubernetes keeps somebody out; `None` for any other
/// error.
pub(super) fn denied(error: &Error) -> Option<Failure> {
    match &error.kind {
        Kind::Unauthorized { .. } => Some(Failure::Forbidden { reason: text(&error.kind) }),
        Kind::Forbidden(forbidden) => Some(Failure::Forbidden { reason: needs(forbidden) }),
        Kind::Settings(_)
        | Kind::Plugin(_)
        | Kind::Unreachable { .. }
        | Kind::Distrust { .. }
        | Kind::Interrupted { .. }
        | Kind::TimedOut { .. }
        | Kind::NotFound(_)
        | Kind::AlreadyExists(_)
        | Kind::Conflict(_)
        | Kind::Invalid(_)
        | Kind::Refused(_)
        | Kind::Unavailable(_)
        | Kind::NotKubernetes { .. }
        | Kind::UnknownFormat(_)
        | Kind::NoCluster { .. } => None,
    }
}

/// An answer of the API server's own, where Flink's was hoped for; `None`
/// where it is Flink's.
///
/// Its proxy says "no endpoints" before it does anything. That it could not
/// reach a pod means nothing has happened only where no connection was made;
/// after a broken one that is not known.
pub(super) fn told(code: u16, body: &[u8], rule: Option<Rule>) -> Option<Failure> {
    let status = Status::read(body)?;
    if let Some(cause) = status.message.strip_prefix("error trying to reach service: ") {
        return Some(if was_never_made(cause) {
            let text = status.message.clone();
            Failure::Unavailable { reason: Unavailable::Told { status: 503, text } }
        } else {
            Failure::Interrupted { source: status.message.into() }
        });
    }
    if code == 500 {
        return Some(Failure::Interrupted { source: status.message.into() });
    }
    let kind = error::classify(code, body, rule);
    Some(of(Error { call: String::new(), kind }))
}

/// Whether the words of Go's HTTP client say that nothing was sent.
fn was_never_made(cause: &str) -> bool {
    ["dial tcp", "tls: ", "x509: ", "remote error: tls: ", "http: server gave HTTP response"]
        .iter()
        .any(|words| cause.starts_with(words))
}

/// Whether another way may lead there although this one does not: nothing has
/// happened, and the reason is the way's.
pub(super) fn is_of_the_way(failure: &Failure) -> bool {
    match failure {
        Failure::Forbidden { .. }
        | Failure::Unusable { .. }
        | Failure::Unavailable { reason: Unavailable::NoConnection(_) } => true,
        Failure::Unavailable { reason: Unavailable::Told { text, .. } } => {
            text.contains("tls: ") || text.contains("x509: ")
        }
        Failure::NotFound { .. }
        | Failure::NoSuchEndpoint
        | Failure::DuplicateJob
        | Failure::AlreadyEnded { .. }
        | Failure::Refused { .. }
        | Failure::Unauthorized { .. }
        | Failure::NoService { .. }
        | Failure::TimedOut { .. }
        | Failure::Interrupted { .. }
        | Failure::Redirected { .. }
        | Failure::NotFlink { .. }
        | Failure::UnknownFormat { .. }
        | Failure::UnreadableFile { .. } => false,
    }
}

fn needs(forbidden: &Forbidden) -> String {
    let Forbidden { rule, message } = forbidden;
    match rule {
        None => format!("403: {message}"),
        Some(rule) => {
            let place = rule.namespace.as_ref();
            let place = place.map_or_else(String::new, |name| format!(" in namespace {name:?}"));
            format!("403: {message}. A Role{place} with the rule {rule} allows it")
        }
    }
}

/// The error with everything beneath it, on one line.
pub(super) fn text(error: &Kind) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use super::*;

    fn status(code: u16, reason: &str, message: &str) -> Vec<u8> {
        json!({ "kind": "Status", "apiVersion": "v1", "reason": reason, "message": message, "code": code })
            .to_string()
            .into_bytes()
    }

    /// Which kind it is, and whether it may have happened.
    fn sort(code: u16, body: &[u8]) -> String {
        let Some(kind) = told(code, body, None) else { return "Flink's".to_owned() };
        let named = format!("{kind:?}");
        let name = named.split(' ').next().unwrap_or_default().to_owned();
        let error = flink::Error { call: String::new(), origin: String::new(), kind };
        format!("{name} {}", if error.may_have_happened() { "perhaps" } else { "never" })
    }

    #[test]
    fn a_pod_that_was_not_reached_is_told_from_one_that_hung_up() {
        let cases = [
            ("dial tcp 10.244.0.9:8081: connect: connection refused", "Unavailable never"),
            ("dial tcp 10.244.0.9:8081: i/o timeout", "Unavailable never"),
            ("remote error: tls: certificate required", "Unavailable never"),
            ("EOF", "Interrupted perhaps"),
            (
                "read tcp 10.0.0.1:4->10.244.0.9:8081: read: connection reset by peer",
                "Interrupted perhaps",
            ),
            (
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
                "Interrupted perhaps",
            ),
        ];
        for (cause, expected) in cases {
            let message = format!("error trying to reach service: {cause}");
            assert_eq!(
                sort(503, &status(503, "ServiceUnavailable", &message)),
                expected,
                "{cause}"
            );
        }
    }

    #[test]
    fn the_api_servers_own_answers_are_told_from_flinks() {
        let rights = r#"services "http:a-rest:8081" is forbidden: User "u" cannot create resource "services/proxy" in API group "" in the namespace "n""#;
        let own = [
            (
                503,
                "ServiceUnavailable",
                "no endpoints available for service \"http:a-rest:8081\"",
                "Unavailable never",
            ),
            (504, "Timeout", "request did not complete within 60s", "Unavailable perhaps"),
            (500, "InternalError", "rpc error: code = Unavailable", "Interrupted perhaps"),
            (429, "TooManyRequests", "too many requests", "Unavailable never"),
            (401, "Unauthorized", "Unauthorized", "Forbidden never"),
            (403, "Forbidden", rights, "Forbidden never"),
            (404, "NotFound", "services \"a-rest\" not found", "NoService never"),
        ];
        for (code, reason, message, expected) in own {
            assert_eq!(sort(code, &status(code, reason, message)), expected, "{code}");
        }
        let flinks = [
            (404, r#"{"errors":["Job 1 not found"]}"#),
            (503, r#"{"errors":["Service temporarily unavailable"]}"#),
            (200, r#"{"jobs":[]}"#),
            (200, "<html>"),
        ];
        for (code, body) in flinks {
            assert_eq!(sort(code, body.as_bytes()), "Flink's", "{code} {body}");
        }
    }

    #[test]
    fn a_missing_right_is_told_with_the_rule_that_grants_it() {
        let path = "/api/v1/namespaces/n/services/http:a-rest:8081/proxy/jars/upload";
        let rule = Rule::of(&Method::POST, path);
        let body = status(403, "Forbidden", r#"User "u" cannot create resource "services/proxy""#);
        let Some(Failure::Forbidden { reason }) = told(403, &body, rule) else { panic!("allowed") };
        assert_eq!(
            reason,
            r#"403: User "u" cannot create resource "services/proxy". A Role in namespace "n" with the rule { apiGroups: [""], resources: ["services/proxy"], verbs: ["create"] } allows it"#
        );
    }
}
