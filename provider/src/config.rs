//! The provider block: its attributes, and what they mean together.

use std::collections::BTreeMap;

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    meaning,
    model::{Attr, Model},
    path::Path,
    validate,
};

use crate::{
    job::validate::rest_url,
    kubernetes_config::{self, Kubernetes},
};

/// Connects to Flink and to Kubernetes and sets what holds for all resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ProviderConfig {
    /// How to reach Flink's REST API. If nothing of it is set, the environment variable `FLINK_REST_URL` gives the URL. User name, password, token, headers and client certificate are sent only to the scheme, host and port of `url`, so that no other `rest_url` or cluster gets them; if `url` is not set, they are sent to every JobManager. Through `service_proxy` none of them can be sent.
    #[attr(optional)]
    pub rest: Attr<Rest>,
    /// How to reach Kubernetes, for clusters and for jobs on them. If nothing of it is set, the environment says: `KUBECONFIG`, else `~/.kube/config`. Nothing is read before a resource needs it.
    #[attr(optional)]
    pub kubernetes: Attr<Kubernetes>,
    /// How to reach the REST API of a cluster on Kubernetes: `service_proxy` through the API server (needs the verbs of `services/proxy`); `port_forward` through the API server to a pod (needs `pods/portforward`; nothing listens on this machine); `direct` at an address of its Service; `auto` (default) by the first of these that is open, beginning with `direct` only where `kubernetes.in_cluster` is set. TLS to Flink is checked on `port_forward` and `direct`, against the name `<service>.<namespace>.svc`; the API server's proxy does not check it.
    #[attr(optional, one_of = ["auto", "service_proxy", "port_forward", "direct"])]
    pub access: Attr<String>,
    /// Labels on every object that is made on Kubernetes, besides those of the resource, which win.
    #[attr(optional)]
    pub default_labels: Attr<BTreeMap<String, String>>,
    /// Name under which fields of objects are owned on Kubernetes (default `terraform-provider-flink`). Whoever changes it must set `force_conflicts` once: the fields belong to the old name.
    #[attr(optional, validate = [field_manager])]
    pub field_manager: Attr<String>,
    /// Whether fields that another manager owns on Kubernetes are taken from it (default `false`: an error names the field and the manager).
    #[attr(optional)]
    pub force_conflicts: Attr<bool>,
    /// What a refresh does when a JobManager cannot be reached: `error` (default) fails; `warn` keeps what is recorded and warns. Either way nothing is taken to be gone.
    #[attr(optional, one_of = ["error", "warn"])]
    pub on_unreachable: Attr<String>,
    /// The most jobs that are created, changed or destroyed at once (default 4); further ones wait. Each of them makes the JobManager take a savepoint or build a plan.
    #[attr(optional, validate = [at_least_one])]
    pub max_concurrent_upgrades: Attr<i64>,
}

/// How to reach Flink's REST API. The user name, password, token, headers and client certificate
/// go to where `url` leads and nowhere else; where `url` is not set, to every JobManager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Rest {
    /// URL of the JobManager's REST endpoint, for resources that set no `rest_url`.
    #[attr(optional, validate = [rest_url])]
    pub url: Attr<String>,
    /// User name for basic authentication.
    #[attr(optional)]
    pub username: Attr<String>,
    /// Password for basic authentication.
    #[attr(optional, sensitive)]
    pub password: Attr<String>,
    /// Token sent as `Authorization: Bearer`. Excludes `username`.
    #[attr(optional, sensitive)]
    pub bearer_token: Attr<String>,
    /// Headers sent with every request.
    #[attr(optional, sensitive)]
    pub headers: Attr<BTreeMap<String, String>>,
    /// Certificates of the authorities to trust, as PEM, instead of the system's.
    #[attr(optional)]
    pub ca_certificate: Attr<String>,
    /// Certificate that the provider shows to the server, as PEM. Needs `client_key`.
    #[attr(optional)]
    pub client_certificate: Attr<String>,
    /// Private key of `client_certificate`, as PEM.
    #[attr(optional, sensitive)]
    pub client_key: Attr<String>,
    /// How long to wait for the answer to one request. Default `30s`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub request_timeout: Attr<String>,
}

fn at_least_one(value: &terraform::value::Value, path: &Path, found: &mut Diagnostics) {
    use terraform::value::{Number, Value};
    if let Value::Number(number) = value
        && !matches!(number, Number::Integer(1..))
    {
        let detail =
            "At least one job must be allowed to change at a time; 4 are if nothing is set.";
        found.push(Diagnostic::error("Not a number of jobs", detail).at(path.clone()));
    }
}

/// What Kubernetes takes as the name of a field manager.
fn field_manager(value: &terraform::value::Value, path: &Path, found: &mut Diagnostics) {
    let terraform::value::Value::String(text) = value else { return };
    if text.is_empty() || text.len() > 128 || text.chars().any(char::is_control) {
        let detail = "It has 1 to 128 characters, none of them a control character.";
        found.push(Diagnostic::error("Not the name of a field manager", detail).at(path.clone()));
    }
}

/// Rules over several attributes of the provider block.
pub fn validate(config: &ProviderConfig) -> Diagnostics {
    let mut found = validate_rest(config);
    if let Attr::Known(kubernetes) = &config.kubernetes {
        found.extend(kubernetes_config::validate(kubernetes));
    }
    found
}

fn validate_rest(config: &ProviderConfig) -> Diagnostics {
    let Attr::Known(rest) = &config.rest else { return Diagnostics::new() };
    let at = || Path::attribute("rest");
    let together =
        |one: &Attr<String>, other: &Attr<String>| one.known().is_some() && other.is_null();
    let mut found = Diagnostics::new();
    if rest.bearer_token.known().is_some() && rest.username.known().is_some() {
        let detail = "A request carries one Authorization header. Remove rest.username and rest.password, or rest.bearer_token.";
        found.push(Diagnostic::error("Two ways to authenticate", detail).at(at()));
    }
    if together(&rest.username, &rest.password) || together(&rest.password, &rest.username) {
        let detail = "Basic authentication sends both. Set rest.username and rest.password.";
        found.push(Diagnostic::error("Half of a login", detail).at(at()));
    }
    if together(&rest.client_certificate, &rest.client_key)
        || together(&rest.client_key, &rest.client_certificate)
    {
        let detail = "A client certificate is of use only with its key. Set rest.client_certificate and rest.client_key.";
        found.push(Diagnostic::error("Half of a client certificate", detail).at(at()));
    }
    found
}

#[cfg(test)]
mod tests;
