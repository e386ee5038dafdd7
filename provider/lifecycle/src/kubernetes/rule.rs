//! What a request is to Kubernetes' authorization: verb and resource.

use std::fmt;

use http::Method;

/// What a caller must be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// `get`, `list`, `create` and so on.
    pub verb: String,
    /// The group of the API; empty for the core's.
    pub group: String,
    /// The resource, with the subresource after a slash.
    pub resource: String,
    /// The namespace, where there is one.
    pub namespace: Option<String>,
}

impl Rule {
    /// What `method` on this path and query comes to; `None` for what is no
    /// resource.
    pub fn of(method: &Method, path: &str) -> Option<Self> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        let (group, rest) = match segments.as_slice() {
            ["api", _, rest @ ..] => ("", rest),
            ["apis", group, _, rest @ ..] => (*group, rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        let (resource, name, subresource) = match rest {
            [] => return None,
            [resource] => (*resource, None, None),
            [resource, name] => (*resource, Some(name), None),
            [resource, name, subresource, ..] => (*resource, Some(name), Some(*subresource)),
        };
        let watches = query.split('&').any(|part| matches!(part, "watch=true" | "watch=1"));
        let resource = match subresource {
            None => resource.to_owned(),
            Some(subresource) => format!("{resource}/{subresource}"),
        };
        Some(Self {
            verb: verb(method, name.is_some(), watches)?.to_owned(),
            group: group.to_owned(),
            resource,
            namespace: namespace.map(ToOwned::to_owned),
        })
    }

    /// The rule that a refusal in the words of the RBAC authorizer is about.
    ///
    /// One request may need several: what is applied needs `create` where it
    /// is not there yet, and `patch` where it is.
    pub(super) fn narrowed_by(mut self, message: &str) -> Self {
        let told = message.split_once("\" cannot ").map(|(_, told)| told);
        let Some((verb, told)) = told.and_then(|told| told.split_once(" resource \"")) else {
            return self;
        };
        let group = told.split_once(" in API group \"").map(|(_, group)| group);
        let quoted = |text: &str| text.split('"').next().unwrap_or_default().to_owned();
        verb.clone_into(&mut self.verb);
        self.resource = quoted(told);
        self.group = group.map_or(self.group, quoted);
        self
    }
}

fn verb(method: &Method, named: bool, watches: bool) -> Option<&'static str> {
    Some(match (method.as_str(), named) {
        ("GET" | "HEAD", true) => "get",
        ("GET" | "HEAD", false) if watches => "watch",
        ("GET" | "HEAD", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => return None,
    })
}

/// As it stands in a Role or `ClusterRole`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verb, group, resource, namespace: _ } = self;
        write!(f, "{{ apiGroups: [{group:?}], resources: [{resource:?}], verbs: [{verb:?}] }}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_right_that_is_missing_whatever_the_request_was() {
        let asked = Rule::of(&Method::PATCH, "/apis/apps/v1/namespaces/n/deployments/d");
        let asked = asked.expect("a rule");
        let told = asked.clone().narrowed_by(
            r#"deployments.apps "d" is forbidden: User "u" cannot create resource "deployments" in API group "apps" in the namespace "n""#,
        );
        assert_eq!(told, Rule { verb: "create".to_owned(), ..asked.clone() });
        assert_eq!(asked.clone().narrowed_by("no"), asked);
    }

    #[test]
    fn requests_are_told_as_rules() {
        let cases = [
            ("GET", "/api/v1/namespaces/n/pods?watch=true&labelSelector=a", "watch", "pods in n"),
            ("GET", "/api/v1/namespaces/n/pods?labelSelector=a", "list", "pods in n"),
            ("GET", "/api/v1/namespaces/n/pods/p/log?tailLines=5", "get", "pods/log in n"),
            ("GET", "/api/v1/namespaces/n", "get", "namespaces"),
            ("GET", "/api/v1/nodes", "list", "nodes"),
            (
                "POST",
                "/api/v1/namespaces/n/services/http:a-rest:8081/proxy/jars/upload",
                "create",
                "services/proxy in n",
            ),
            ("PATCH", "/apis/apps/v1/namespaces/n/deployments/d", "patch", "apps deployments in n"),
            (
                "DELETE",
                "/apis/apps/v1/namespaces/n/deployments/d",
                "delete",
                "apps deployments in n",
            ),
            ("DELETE", "/api/v1/namespaces/n/configmaps", "deletecollection", "configmaps in n"),
        ];
        for (method, path, verb, what) in cases {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let rule = Rule::of(&method, path).expect(path);
            assert_eq!(rule.verb, verb, "{path}");
            let group = format!("{} {}", rule.group, rule.resource);
            let place = rule.namespace.map_or_else(String::new, |name| format!(" in {name}"));
            assert_eq!(format!("{}{place}", group.trim()), what, "{path}");
        }
    }

    #[test]
    fn a_rule_reads_as_in_a_role() {
        let rule = Rule::of(&Method::PATCH, "/apis/apps/v1/namespaces/n/deployments/d");
        assert_eq!(
            rule.expect("a rule").to_string(),
            r#"{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }"#
        );
    }

    #[test]
    fn what_is_no_resource_has_no_rule() {
        for path in ["/version", "/api/v1", "/openapi/v3"] {
            assert_eq!(Rule::of(&Method::GET, path), None, "{path}");
        }
    }
}
