//! Objects as the API server has them: read, applied, deleted.

use futures_util::future::join_all;
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::{Error, Kubernetes, error::Kind};
use crate::cluster::{
    goal::Id,
    observed::Refusal,
    problem::Conflict,
    step::{Apply, TakeOver},
};

/// A kind of object that a cluster may consist of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) plural: &'static str,
}

const fn resource(api_version: &'static str, kind: &'static str, plural: &'static str) -> Resource {
    Resource { api_version, kind, plural }
}

/// How many kinds there are. A number of its own: `RESOURCES.len()` in a type is
/// more than rustc can work out when it optimises (E0391).
pub(crate) const KINDS: usize = 10;

/// Every kind that a cluster of ours may consist of.
pub(crate) const RESOURCES: [Resource; KINDS] = [
    resource("apps/v1", "Deployment", "deployments"),
    resource("v1", "Service", "services"),
    resource("v1", "ConfigMap", "configmaps"),
    resource("v1", "ServiceAccount", "serviceaccounts"),
    resource("rbac.authorization.k8s.io/v1", "Role", "roles"),
    resource("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    resource("networking.k8s.io/v1", "Ingress", "ingresses"),
    resource("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    resource("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    resource("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
];

impl Resource {
    fn of(id: &Id) -> Option<Self> {
        RESOURCES.into_iter().find(|one| one.kind == id.kind)
    }

    pub(crate) fn collection(self, namespace: &str) -> String {
        collection(self.api_version, namespace, self.plural)
    }
}

fn collection(api_version: &str, namespace: &str, plural: &str) -> String {
    let root = if api_version.contains('/') { "apis" } else { "api" };
    format!("/{root}/{api_version}/namespaces/{namespace}/{plural}")
}

/// Where an object is.
fn path(namespace: &str, id: &Id) -> String {
    let plural = Resource::of(id).map_or_else(
        || format!("{}s", id.kind.to_lowercase()),
        |resource| resource.plural.to_owned(),
    );
    format!("{}/{}", collection(&id.api_version, namespace, &plural), id.name)
}

pub(crate) fn request(method: Method, uri: &str, body: Option<&Value>) -> Request<Vec<u8>> {
    let bytes = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
    let mut request = Request::new(bytes);
    *request.method_mut() = method;
    if let Ok(uri) = uri.parse() {
        *request.uri_mut() = uri;
    }
    let json = header::HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    request
}

/// A text as it may stand in a query.
pub(crate) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The objects of a kind that a selector finds, whole.
pub(crate) async fn list(
    kube: &Kubernetes,
    (namespace, of): (&str, Resource),
    selector: &str,
) -> Result<Vec<Value>, Error> {
    let uri = format!("{}?labelSelector={}", of.collection(namespace), encoded(selector));
    let mut answer = kube.request(request(Method::GET, &uri, None)).await?;
    let items = answer["items"].as_array_mut().map(std::mem::take).unwrap_or_default();
    // A list does not repeat what its items are.
    Ok(items
        .into_iter()
        .map(|mut item| {
            item["apiVersion"] = json!(of.api_version);
            item["kind"] = json!(of.kind);
            item
        })
        .collect())
}

/// An object, whole; `None`: there is none.
pub(crate) async fn get(
    kube: &Kubernetes,
    namespace: &str,
    id: &Id,
) -> Result<Option<Value>, Error> {
    match kube.request(request(Method::GET, &path(namespace, id), None)).await {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the effect is wanted or only the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is done.
    Real,
    /// The API server says what it would answer.
    DryRun,
}

/// Says what we have to say of an object.
pub(crate) async fn apply(
    kube: &Kubernetes,
    (namespace, manager): (&str, &str),
    apply: &Apply,
    mode: Mode,
) -> Result<Value, Error> {
    let path = path(namespace, &apply.id);
    let dry_run = match mode {
        Mode::Real => "",
        Mode::DryRun => "&dryRun=All",
    };
    let uri = format!("{path}?fieldManager={}&force={}{dry_run}", encoded(manager), apply.force);
    let mut request = request(Method::PATCH, &uri, Some(&apply.body));
    // JSON is YAML.
    let yaml = header::HeaderValue::from_static("application/apply-patch+yaml");
    request.headers_mut().insert(header::CONTENT_TYPE, yaml);
    kube.request(request).await
}

/// Sets who says which field, if the object has not changed meanwhile.
pub(crate) async fn take_over(
    kube: &Kubernetes,
    namespace: &str,
    step: &TakeOver,
) -> Result<Value, Error> {
    let TakeOver { id, resource_version, managed_fields } = step;
    let metadata = json!({ "resourceVersion": resource_version, "managedFields": managed_fields });
    let patch = json!({ "metadata": metadata });
    let mut request = request(Method::PATCH, &path(namespace, id), Some(&patch));
    let merge = header::HeaderValue::from_static("application/merge-patch+json");
    request.headers_mut().insert(header::CONTENT_TYPE, merge);
    kube.request(request).await
}

/// What the API server would not take.
pub(crate) async fn dry_run(
    kube: &Kubernetes,
    place: (&str, &str),
    all: &[Apply],
) -> Result<Vec<(Id, Refusal)>, Error> {
    let answers = join_all(all.iter().map(|one| apply(kube, place, one, Mode::DryRun))).await;
    let mut refused = Vec::new();
    for (one, answer) in all.iter().zip(answers) {
        if let Err(error) = answer
            && !waits_for_its_role(&one.id, &error)
        {
            refused.push((one.id.clone(), refusal(&one.id, error)?));
        }
    }
    Ok(refused)
}

/// Whether it is only the Role, tried as well and not there yet, that a
/// binding misses. The API server looks for it where who binds may not bind
/// whatever he likes, and says that the binding itself was not found.
fn waits_for_its_role(id: &Id, error: &Error) -> bool {
    let Kind::NotFound(status) = &error.kind else { return false };
    id.kind == "RoleBinding" && !status.message.starts_with("namespaces ")
}

/// Deletes this very object and nothing of the same name that came after it.
pub(crate) async fn delete(
    kube: &Kubernetes,
    namespace: &str,
    id: &Id,
    preconditions: &Value,
) -> Result<Deleted, Error> {
    let options = json!({
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": preconditions,
    });
    let path = path(namespace, id);
    match kube.request(request(Method::DELETE, &path, Some(&options))).await {
        Ok(_) => Ok(Deleted::Gone),
        Err(error) if error.is_not_found() => Ok(Deleted::Gone),
        Err(error) if error.is_conflict() => Ok(Deleted::IsAnother),
        Err(error) => Err(error),
    }
}

/// What a deletion came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deleted {
    /// It is gone, or going.
    Gone,
    /// There is another of the name, or it has changed.
    IsAnother,
}

/// Why an object was not taken, or that there was no answer.
pub(crate) fn refusal(id: &Id, error: Error) -> Result<Refusal, Error> {
    let Error { call, kind } = error;
    Ok(match kind {
        Kind::Conflict(status) if !status.causes.is_empty() => {
            let conflict = |cause: &super::error::Cause| Conflict {
                object: id.clone(),
                manager: manager(&cause.message),
                field: cause.field.clone(),
            };
            Refusal::Conflicts(status.causes.iter().map(conflict).collect())
        }
        Kind::Forbidden(forbidden) => match &forbidden.rule {
            Some(rule) if forbidden.message.contains(" cannot ") => Refusal::Forbidden {
                verb: rule.verb.clone(),
                resource: rule.resource.clone(),
                reason: forbidden.message.clone(),
            },
            Some(_) | None => invalid(forbidden.message.clone(), Vec::new()),
        },
        Kind::NotFound(status) if status.message.starts_with("namespaces ") => {
            Refusal::NamespaceMissing
        }
        Kind::Refused(status) if status.message.ends_with("because it is being terminated") => {
            Refusal::NamespaceTerminating
        }
        Kind::Invalid(status) | Kind::Refused(status) => {
            let fields = status.causes.iter().map(|cause| cause.field.clone()).collect();
            invalid(status.message.clone(), fields)
        }
        kind @ (Kind::Conflict(_)
        | Kind::NotFound(_)
        | Kind::AlreadyExists(_)
        | Kind::Settings(_)
        | Kind::Plugin(_)
        | Kind::Unreachable { .. }
        | Kind::Distrust { .. }
        | Kind::Interrupted { .. }
        | Kind::TimedOut { .. }
        | Kind::Unauthorized { .. }
        | Kind::Unavailable(_)
        | Kind::NotKubernetes { .. }
        | Kind::UnknownFormat(_)
        | Kind::NoCluster { .. }) => return Err(Error { call, kind }),
    })
}

fn invalid(reason: String, fields: Vec<String>) -> Refusal {
    let fields = fields.into_iter().filter(|field| !field.is_empty()).collect();
    Refusal::Invalid { reason, fields }
}

/// The manager in `conflict with "kubectl-edit" using apps/v1`.
fn manager(message: &str) -> String {
    let mut parts = message.split('"');
    parts.nth(1).unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::error;

    #[test]
    fn a_binding_whose_role_is_still_to_come_is_not_refused() {
        let binding = Id::new("rbac.authorization.k8s.io/v1", "RoleBinding", "b");
        let told = |message: &str| {
            let body = json!({ "kind": "Status", "apiVersion": "v1", "reason": "NotFound", "code": 404, "message": message });
            let kind = error::classify(404, body.to_string().as_bytes(), None);
            Error { call: String::new(), kind }
        };
        let missing = told("rolebindings.rbac.authorization.k8s.io \"b\" not found");
        assert!(waits_for_its_role(&binding, &missing));
        assert!(!waits_for_its_role(&Id::new("v1", "Service", "b"), &missing));
        assert!(!waits_for_its_role(&binding, &told("namespaces \"n\" not found")));
    }

    #[test]
    fn a_namespace_that_is_going_is_told_from_other_refusals() {
        let message = "deployments.apps \"d\" is forbidden: unable to create new content in namespace n because it is being terminated";
        let body = json!({ "kind": "Status", "apiVersion": "v1", "reason": "Forbidden", "code": 403, "message": message });
        let kind = error::classify(403, body.to_string().as_bytes(), None);
        let error = Error { call: String::new(), kind };
        let refusal = refusal(&Id::new("apps/v1", "Deployment", "d"), error).expect("a refusal");
        assert_eq!(refusal, Refusal::NamespaceTerminating);
    }
}
