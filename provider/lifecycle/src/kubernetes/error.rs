//! What can go wrong between a request and Kubernetes' answer, sorted by what
//! a caller does about it.

use std::time::Duration;

use serde::Deserialize;

use super::{plugin, rule::Rule, settings};

/// What is beneath an error.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// A request to Kubernetes that was not answered as hoped.
#[derive(Debug, thiserror::Error)]
#[error("{call} failed")]
pub struct Error {
    /// The method and path; empty where there was no request yet.
    pub call: String,
    /// What went wrong.
    #[source]
    pub kind: Kind,
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Kind {
    /// What says how to reach Kubernetes is wrong. Nothing was sent.
    #[error("the connection to Kubernetes cannot be set up")]
    Settings(#[source] settings::Error),
    /// The program that should give credentials did not. Nothing was sent.
    #[error(transparent)]
    Plugin(plugin::Error),
    /// No connection could be made. Nothing has happened.
    #[error("the API server at {server} cannot be reached")]
    Unreachable {
        /// Its address.
        server: String,
        /// Why.
        #[source]
        source: Source,
    },
    /// The API server's certificate is not trusted, or it does not trust
    /// ours. Nothing has happened.
    #[error("no TLS connection to the API server at {server} can be agreed on")]
    Distrust {
        /// Its address.
        server: String,
        /// Why.
        #[source]
        source: Source,
    },
    /// The connection broke before the answer was complete. Whether the
    /// request was carried out is not known.
    #[error("the connection to the API server broke before the answer was complete")]
    Interrupted {
        /// How.
        #[source]
        source: Source,
    },
    /// No answer in time. Whether the request was carried out is not known.
    #[error("no answer of the API server within {} s", after.as_secs())]
    TimedOut {
        /// How long was waited.
        after: Duration,
    },
    /// The API server does not know who asks.
    #[error("401: the API server does not accept the credentials: {message}")]
    Unauthorized {
        /// What it says.
        message: String,
    },
    /// Who asks has no right to.
    #[error("403: {}", .0.message)]
    Forbidden(Box<Forbidden>),
    /// There is no such object, or no such kind.
    #[error("{0}")]
    NotFound(Box<Status>),
    /// There is one of this name already.
    #[error("{0}")]
    AlreadyExists(Box<Status>),
    /// It has been changed since, or a field belongs to another manager.
    #[error("{0}")]
    Conflict(Box<Status>),
    /// What was sent is not valid.
    #[error("{0}")]
    Invalid(Box<Status>),
    /// It is refused for another reason, such as a quota or an admission
    /// webhook.
    #[error("{0}")]
    Refused(Box<Status>),
    /// The API server, or what stands before it, cannot answer now.
    #[error("{0}")]
    Unavailable(Box<Status>),
    /// Something else than Kubernetes answers.
    #[error("{status}: the answer does not come from Kubernetes: {beginning:?}")]
    NotKubernetes {
        /// The HTTP status.
        status: u16,
        /// How its text begins.
        beginning: String,
    },
    /// The answer cannot be understood.
    #[error("the answer cannot be understood")]
    UnknownFormat(#[source] serde_json::Error),
    /// There is no such Flink cluster.
    #[error(
        "there is no Flink cluster {name:?} in namespace {namespace:?}: neither a Service \"{name}-rest\" nor a Service {name:?} with a port named rest, webui or http or numbered 8081. {candidates}"
    )]
    NoCluster {
        /// The namespace that was looked in.
        namespace: String,
        /// The name.
        name: String,
        /// What might be meant, as a sentence.
        candidates: String,
    },
}

/// Something that who asks has no right to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forbidden {
    /// What was asked for.
    pub rule: Option<Rule>,
    /// What the API server says.
    pub message: String,
}

/// Kubernetes' own word about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
    /// One word, such as `AlreadyExists`.
    pub reason: String,
    /// A sentence.
    pub message: String,
    /// The kind or resource that it is about.
    pub kind: String,
    /// The object that it is about.
    pub name: String,
    /// The single things that are wrong.
    pub causes: Vec<Cause>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Cause {
    /// One word, such as `FieldManagerConflict`.
    pub reason: String,
    /// A sentence.
    pub message: String,
    /// The field, such as `.spec.replicas`.
    pub field: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    kind: String,
    api_version: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    code: u16,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Details {
    kind: String,
    name: String,
    causes: Vec<Cause>,
}

impl Status {
    /// Reads an answer; `None` where it is not Kubernetes' own word.
    pub fn read(body: &[u8]) -> Option<Self> {
        let sent: Sent = serde_json::from_slice(body).ok()?;
        if sent.kind != "Status" || sent.api_version != "v1" {
            return None;
        }
        let Details { kind, name, causes } = sent.details.unwrap_or_default();
        let Sent { kind: _, api_version: _, message, reason, code, details: _ } = sent;
        Some(Self { code, reason, message, kind, name, causes })
    }
}

impl Error {
    /// Whether there is no such object.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound(_))
    }

    /// Whether somebody else was faster, or owns a field.
    pub fn is_conflict(&self) -> bool {
        matches!(self.kind, Kind::Conflict(_) | Kind::AlreadyExists(_))
    }

    /// Whether who asks has no right to.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.kind, Kind::Forbidden(_))
    }

    /// Whether the same request may well succeed later.
    pub fn is_unavailable(&self) -> bool {
        match &self.kind {
            Kind::Unreachable { .. }
            | Kind::Interrupted { .. }
            | Kind::TimedOut { .. }
            | Kind::Unavailable(_) => true,
            Kind::Settings(_)
            | Kind::Plugin(_)
            | Kind::Distrust { .. }
            | Kind::Unauthorized { .. }
            | Kind::Forbidden(_)
            | Kind::NotFound(_)
            | Kind::AlreadyExists(_)
            | Kind::Conflict(_)
            | Kind::Invalid(_)
            | Kind::Refused(_)
            | Kind::NotKubernetes { .. }
            | Kind::UnknownFormat(_)
            | Kind::NoCluster { .. } => false,
        }
    }

    /// Whether the request may have been carried out although no good answer
    /// came, so that a caller must look before it judges.
    pub fn may_have_happened(&self) -> bool {
        match &self.kind {
            Kind::Interrupted { .. } | Kind::TimedOut { .. } | Kind::UnknownFormat(_) => true,
            // Too many requests, and an API server that says that it is not
            // ready, are said before anything is done.
            Kind::Unavailable(status) => !matches!(status.code, 429 | 503),
            Kind::NotKubernetes { status, .. } => *status >= 500 || *status < 300,
            Kind::Settings(_)
            | Kind::Plugin(_)
            | Kind::Unreachable { .. }
            | Kind::Distrust { .. }
            | Kind::Unauthorized { .. }
            | Kind::Forbidden(_)
            | Kind::NotFound(_)
            | Kind::AlreadyExists(_)
            | Kind::Conflict(_)
            | Kind::Invalid(_)
            | Kind::Refused(_)
            | Kind::NoCluster { .. } => false,
        }
    }
}

/// Sorts an answer that is no success. `rule` is what was asked for.
pub fn classify(code: u16, body: &[u8], rule: Option<Rule>) -> Kind {
    let Some(status) = Status::read(body) else { return foreign(code, body, rule) };
    let status = Box::new(Status { code, ..status });
    match (code, status.reason.as_str()) {
        (401, _) => Kind::Unauthorized { message: status.message },
        // An exceeded quota and a refused admission are Forbidden as well,
        // but no Role helps against them.
        (403, _) if is_about_rights(&status.message) => {
            let rule = rule.map(|rule| rule.narrowed_by(&status.message));
            Kind::Forbidden(Box::new(Forbidden { rule, message: status.message }))
        }
        (404, _) => Kind::NotFound(status),
        (409, "AlreadyExists") => Kind::AlreadyExists(status),
        (409, _) => Kind::Conflict(status),
        (422, _) => Kind::Invalid(status),
        (429 | 500 | 502..=504, _) => Kind::Unavailable(status),
        _ => Kind::Refused(status),
    }
}

/// `… is forbidden: User "x" cannot create resource "y" …`, as the RBAC
/// authorizer says it.
fn is_about_rights(message: &str) -> bool {
    message.contains("\" cannot ")
}

fn foreign(code: u16, body: &[u8], rule: Option<Rule>) -> Kind {
    let text = String::from_utf8_lossy(body);
    let words: Vec<&str> = text.split_whitespace().collect();
    let beginning: String = words.join(" ").chars().take(200).collect();
    match code {
        401 => Kind::Unauthorized { message: beginning },
        403 => Kind::Forbidden(Box::new(Forbidden { rule, message: beginning })),
        429 | 502..=504 => {
            Kind::Unavailable(Box::new(Status { code, message: beginning, ..Status::default() }))
        }
        _ => Kind::NotKubernetes { status: code, beginning },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sort(code: u16, body: &str) -> Kind {
        classify(code, body.as_bytes(), None)
    }

    fn status(code: u16, reason: &str, message: &str) -> String {
        json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "reason": reason, "code": code })
            .to_string()
    }

    #[test]
    fn a_quota_and_an_admission_are_no_missing_rights() {
        let rights = r#"deployments.apps "d" is forbidden: User "u" cannot patch resource "deployments" in API group "apps" in the namespace "n""#;
        let quota = r#"pods "p" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1"#;
        let webhook = r#"admission webhook "w.example" denied the request: no"#;
        assert!(matches!(sort(403, &status(403, "Forbidden", rights)), Kind::Forbidden(_)));
        assert!(matches!(sort(403, &status(403, "Forbidden", quota)), Kind::Refused(_)));
        assert!(matches!(sort(403, &status(403, "Forbidden", webhook)), Kind::Refused(_)));
    }

    #[test]
    fn conflicts_name_the_field_and_the_manager() {
        let body = json!({
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Conflict", "code": 409,
            "message": "Apply failed with 1 conflict",
            "details": { "causes": [{ "reason": "FieldManagerConflict", "message": "conflict with \"kubectl\"", "field": ".spec.replicas" }] },
        });
        let Kind::Conflict(status) = sort(409, &body.to_string()) else { panic!("no conflict") };
        assert_eq!(status.causes[0].field, ".spec.replicas");
        assert_eq!(status.causes[0].reason, "FieldManagerConflict");
        assert!(matches!(sort(409, &status_of_existing()), Kind::AlreadyExists(_)));
    }

    fn status_of_existing() -> String {
        status(409, "AlreadyExists", "configmaps \"c\" already exists")
    }

    #[test]
    fn what_may_have_happened_is_told_from_what_has_not() {
        let cases = [
            (429, status(429, "TooManyRequests", "slow down"), false),
            (503, status(503, "ServiceUnavailable", "no endpoints"), false),
            (504, status(504, "Timeout", "request did not complete"), true),
            (500, status(500, "InternalError", "etcdserver: request timed out"), true),
            (502, "<html>bad gateway</html>".to_owned(), true),
            (200, "<html>login</html>".to_owned(), true),
            (302, String::new(), false),
            (404, status(404, "NotFound", "no"), false),
        ];
        for (code, body, expected) in cases {
            let error = Error { call: String::new(), kind: sort(code, &body) };
            assert_eq!(error.may_have_happened(), expected, "{code} {body}");
        }
    }
}
