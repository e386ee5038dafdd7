//! What service accounts asked the API server for, as it has written down itself.

use super::Node;
use crate::failure::Outcome;
use serde_json::Value;
use std::fmt;
use std::fs;

/// What Kubernetes' authorization is asked about: a verb on a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// The group of the API; empty for the core's.
    pub group: String,
    /// The resource, with the subresource after a slash.
    pub resource: String,
    /// `get`, `list`, `create` and so on.
    pub verb: String,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { group, resource, verb } = self;
        let dot = if group.is_empty() { "" } else { "." };
        write!(f, "{verb} {resource}{dot}{group}")
    }
}

/// A request of a service account that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it was, to authorization.
    pub access: Access,
    /// Path and query.
    pub uri: String,
    /// Whether it was allowed.
    pub allowed: bool,
}

impl Asked {
    /// Whether Flink was asked, through the API server's proxy.
    pub fn is_of_flink(&self) -> bool {
        self.access.resource.ends_with("/proxy")
    }
}

impl Node {
    /// What a service account has asked for so far, in the order of the answers.
    pub fn asked(&self, namespace: &str, account: &str) -> Outcome<Vec<Asked>> {
        let log = fs::read_to_string(self.logs().join("audit.log"))?;
        let user = format!("system:serviceaccount:{namespace}:{account}");
        // The last line may still be being written.
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let ours = events.filter(|event| event["user"]["username"] == user);
        Ok(ours.filter_map(|event| asked(&event)).collect())
    }
}

/// `None` for what is about no resource, such as the versions of an API.
fn asked(event: &Value) -> Option<Asked> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let object = event.get("objectRef")?;
    let mut resource = text(&object["resource"]);
    if let Some(subresource) = object["subresource"].as_str() {
        resource = format!("{resource}/{subresource}");
    }
    let access = Access { group: text(&object["apiGroup"]), resource, verb: text(&event["verb"]) };
    let decision = &event["annotations"]["authorization.k8s.io/decision"];
    Some(Asked { access, uri: text(&event["requestURI"]), allowed: decision == "allow" })
}

#[cfg(test)]
mod tests {
    use super::asked;
    use serde_json::json;

    #[test]
    fn an_event_is_told_as_authorization_saw_it() {
        let mut event = json!({
            "verb": "get",
            "requestURI": "/api/v1/namespaces/n/services/http:a-rest:8081/proxy/overview",
            "objectRef": { "resource": "services", "name": "http:a-rest:8081", "subresource": "proxy" },
            "annotations": { "authorization.k8s.io/decision": "allow" },
        });
        let found = asked(&event).unwrap();
        assert_eq!(found.access.to_string(), "get services/proxy");
        assert!(found.allowed && found.is_of_flink());
        event["objectRef"] =
            json!({ "resource": "roles", "apiGroup": "rbac.authorization.k8s.io", "name": "r" });
        event["annotations"]["authorization.k8s.io/decision"] = json!("forbid");
        let found = asked(&event).unwrap();
        assert_eq!(found.access.to_string(), "get roles.rbac.authorization.k8s.io");
        assert!(!found.allowed && !found.is_of_flink());
        event.as_object_mut().unwrap().remove("objectRef");
        assert_eq!(asked(&event), None);
    }
}
