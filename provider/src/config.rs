//! The provider block: its attributes, and what they mean together.

use std::collections::BTreeMap;

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    meaning,
    model::{Attr, Model},
    path::Path,
    validate,
};

use crate::job::validate::rest_url;

/// Connects to Flink and sets what holds for all resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct ProviderConfig {
    /// How to reach Flink's REST API. If nothing of it is set, the environment variable `FLINK_REST_URL` gives the URL.
    #[attr(optional)]
    pub rest: Attr<Rest>,
    /// What a refresh does when a JobManager cannot be reached: `error` (default) fails; `warn` keeps what is recorded and warns. Either way nothing is taken to be gone.
    #[attr(optional, one_of = ["error", "warn"])]
    pub on_unreachable: Attr<String>,
    /// The most jobs that are created, changed or destroyed at once (default 4); further ones wait. Each of them makes the JobManager take a savepoint or build a plan.
    #[attr(optional, validate = [at_least_one])]
    pub max_concurrent_upgrades: Attr<i64>,
}

/// How to reach Flink's REST API.
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

/// Rules over several attributes of the provider block.
pub fn validate(config: &ProviderConfig) -> Diagnostics {
    let Attr::Known(rest) = &config.rest else { return Diagnostics::new() };
    let at = || Path::attribute("rest");
    let together = |one: &Attr<String>, other: &Attr<String>| !one.is_null() && other.is_null();
    let mut found = Diagnostics::new();
    if !rest.bearer_token.is_null() && !rest.username.is_null() {
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
