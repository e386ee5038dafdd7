//! What a configured provider has: how to reach Flink, and a client per JobManager, made when it
//! is first needed.
//!
//! No IO happens here before a resource asks for something.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lifecycle::{
    cluster::Name,
    flink::{
        Authentication, Client, Endpoint, Identity, Secret,
        endpoint::{AddressError, Patience},
    },
    job::{
        Goal, Report,
        drive::{Limits, drive},
        goal::{Run, Suspend},
        relocate::relocate,
        rest,
    },
    kubernetes::{Access, Behind, Configuration, Journals, Kubernetes},
};
use terraform::model::Attr;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    cluster::looks::Looks,
    config::{ProviderConfig, Rest},
    job::goal,
    job_manager::JobManager,
    kubernetes_config,
    location::Location,
};

/// The environment variable that names a JobManager where the configuration does not say anything.
const URL_VARIABLE: &str = "FLINK_REST_URL";
/// How many jobs change at once where the configuration does not say.
const CONCURRENT_UPGRADES: usize = 4;
/// How long what looks into a new version may not answer before it is asked again.
const SCOUT_PATIENCE: Duration = Duration::from_secs(3);

/// Namespace of clusters where nothing says another.
const NAMESPACE: &str = "default";
/// Owner of the fields of objects where nothing says another.
const FIELD_MANAGER: &str = "terraform-provider-flink";

/// What a refresh does when a JobManager cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUnreachable {
    /// It fails.
    Error,
    /// It keeps what is recorded, and warns.
    Warn,
}

/// A configured provider.
pub struct Session {
    rest: Rest,
    url: Option<String>,
    /// What a refresh does when a JobManager cannot be reached.
    pub on_unreachable: OnUnreachable,
    kubernetes: Kubernetes,
    access: Access,
    namespace: String,
    field_manager: String,
    force_conflicts: bool,
    default_labels: BTreeMap<String, String>,
    /// Looks at namespaces that clusters share.
    pub looks: Looks,
    upgrades: Semaphore,
    job_managers: Mutex<BTreeMap<String, Arc<JobManager>>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Why there is no client for a resource.
#[derive(Debug, thiserror::Error)]
pub enum NoJobManager {
    /// Neither the resource nor the provider names a JobManager.
    #[error("no JobManager is named")]
    NotNamed,
    /// What names it is not an address.
    #[error("{url:?} is not the address of a JobManager")]
    Address {
        /// What was given.
        url: String,
        /// What is wrong with it.
        #[source]
        source: AddressError,
    },
}

impl Session {
    /// The session of a provider block; `None` while a value that it needs is unknown.
    pub fn new(config: ProviderConfig) -> Option<Self> {
        let ProviderConfig {
            rest,
            kubernetes,
            access,
            default_labels,
            field_manager,
            force_conflicts,
            on_unreachable,
            max_concurrent_upgrades,
        } = config;
        let unknown = kubernetes.is_unknown()
            || kubernetes.known().is_some_and(kubernetes_config::Kubernetes::holds_unknown)
            || [&access, &field_manager, &on_unreachable].into_iter().any(Attr::is_unknown)
            || default_labels.is_unknown()
            || force_conflicts.is_unknown();
        if unknown {
            return None;
        }
        let from_environment = rest.is_null() || rest == Attr::Known(Rest::default());
        let rest = match rest {
            Attr::Known(rest) => rest,
            Attr::Null => Rest::default(),
            Attr::Unknown => return None,
        };
        if holds_unknown(&rest) {
            return None;
        }
        let url = rest.url.known().cloned();
        let variable = || std::env::var(URL_VARIABLE).ok().filter(|url| !url.is_empty());
        let permits =
            max_concurrent_upgrades.known().and_then(|number| usize::try_from(*number).ok());
        Some(Self {
            url: if from_environment { variable() } else { url },
            rest,
            on_unreachable: match on_unreachable.known().map(String::as_str) {
                Some("warn") => OnUnreachable::Warn,
                Some(_) | None => OnUnreachable::Error,
            },
            kubernetes: Kubernetes::new(
                kubernetes.known().map_or_else(
                    Configuration::default,
                    kubernetes_config::Kubernetes::configuration,
                ),
            ),
            access: way(&access),
            namespace: kubernetes
                .known()
                .and_then(|kubernetes| kubernetes.namespace.known().cloned())
                .unwrap_or_else(|| NAMESPACE.to_owned()),
            field_manager: field_manager
                .known()
                .cloned()
                .unwrap_or_else(|| FIELD_MANAGER.to_owned()),
            force_conflicts: force_conflicts.known().copied().unwrap_or_default(),
            default_labels: default_labels.known().cloned().unwrap_or_default(),
            looks: Looks::default(),
            upgrades: Semaphore::new(permits.unwrap_or(CONCURRENT_UPGRADES).max(1)),
            job_managers: Mutex::default(),
        })
    }

    /// The JobManager at a location. Nothing is opened yet.
    pub fn job_manager(&self, location: &Location) -> Result<Arc<JobManager>, NoJobManager> {
        let url = match location {
            Location::Rest(url) => url.as_deref().or(self.url.as_deref()),
            Location::Cluster { namespace, name } => return Ok(self.on_cluster(namespace, name)),
        };
        let url = url.ok_or(NoJobManager::NotNamed)?;
        let endpoint = self.endpoint(url)?;
        let origin = endpoint.origin();
        let mut job_managers = self.job_managers.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(
            job_managers.entry(origin).or_insert_with(|| Arc::new(JobManager::new(endpoint))),
        ))
    }

    /// The stable name of the JobManager at a location.
    pub fn origin(&self, location: &Location) -> Result<String, NoJobManager> {
        Ok(self.job_manager(location)?.origin.clone())
    }

    /// The JobManager of a cluster on Kubernetes. Nothing is looked for or opened before the first
    /// request.
    pub fn on_cluster(&self, namespace: &str, name: &str) -> Arc<JobManager> {
        let origin = format!("{namespace}/{name}");
        let mut job_managers = self.job_managers.lock().unwrap_or_else(PoisonError::into_inner);
        let made = job_managers.entry(origin).or_insert_with_key(|origin| {
            let endpoint = self.equipped(Endpoint::anywhere(), self.url.is_none());
            let patience = endpoint.patience;
            let (kubernetes, place) = (self.kubernetes.clone(), (namespace, name));
            let way = Behind::new(kubernetes.clone(), place, self.access, endpoint);
            let client = Client::over(origin.clone(), Arc::new(way), patience);
            let (namespace, cluster) = (namespace.to_owned(), name.to_owned());
            let journals = Journals::new(kubernetes, Name { namespace, cluster });
            Arc::new(JobManager::over(client, |client| {
                rest::Rest::on_cluster(client, journals.clone())
            }))
        });
        Arc::clone(made)
    }

    /// What looks into a version of an application on Kubernetes before the one that runs stops.
    /// Nothing is looked for or opened before the first request.
    pub fn scout_of(&self, namespace: &str, name: &str) -> Client {
        let endpoint = self.equipped(Endpoint::anywhere(), self.url.is_none());
        let patience = Patience { unavailable: SCOUT_PATIENCE, ..endpoint.patience };
        let scout = manifests::scout::name(name);
        let place = (namespace, scout.as_str());
        let way = Behind::new(self.kubernetes.clone(), place, self.access, endpoint);
        Client::over(format!("{namespace}/{scout}"), Arc::new(way.certified_as(name)), patience)
    }

    /// Kubernetes, reached when it is first asked.
    pub fn kubernetes(&self) -> &Kubernetes {
        &self.kubernetes
    }

    /// Namespace of clusters that set none; never a kubeconfig's, so that ids are known at plan.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Name under which fields of objects are owned.
    pub fn field_manager(&self) -> &str {
        &self.field_manager
    }

    /// Whether fields that another manager owns are taken from it.
    pub fn force_conflicts(&self) -> bool {
        self.force_conflicts
    }

    /// Labels on every object on Kubernetes.
    pub fn default_labels(&self) -> &BTreeMap<String, String> {
        &self.default_labels
    }

    /// Brings a JobManager to a goal, when it is this operation's turn.
    pub async fn reach(&self, at: &JobManager, goal: Goal, limits: &Limits) -> Report {
        let _turn = self.turn(&limits.stop).await;
        let report = drive(&goal, at.world(), limits).await;
        at.forget_jobs().await;
        report
    }

    /// Moves a job to another name or JobManager, when it is this operation's turn.
    pub async fn relocate(
        &self,
        (departure, old): (&Suspend, &JobManager),
        (arrival, new): (&Run, &JobManager),
        limits: &Limits,
    ) -> Report {
        let _turn = self.turn(&limits.stop).await;
        let report = relocate((departure, old.world()), (arrival, new.world()), limits).await;
        old.forget_jobs().await;
        new.forget_jobs().await;
        report
    }

    /// Waits for a turn; whoever is to stop need not wait, and finds out by himself.
    pub(crate) async fn turn(&self, stop: &CancellationToken) -> Option<SemaphorePermit<'_>> {
        tokio::select! {
            turn = self.upgrades.acquire() => turn.ok(),
            () = stop.cancelled() => None,
        }
    }

    fn endpoint(&self, url: &str) -> Result<Endpoint, NoJobManager> {
        let refused = |source| NoJobManager::Address { url: without_login(url), source };
        let endpoint = Endpoint::new(url).map_err(refused)?;
        let ours = self.url.as_deref().is_none_or(|own| is_same_server(own, url));
        Ok(self.equipped(endpoint, ours))
    }

    /// The endpoint with whom to trust, how long to wait and, where it is `ours`, who asks: what
    /// one server is to be told must not be told to any other that a resource names.
    fn equipped(&self, mut endpoint: Endpoint, ours: bool) -> Endpoint {
        let Rest {
            url: _,
            username,
            password,
            bearer_token,
            headers,
            ca_certificate,
            client_certificate,
            client_key,
            request_timeout,
        } = &self.rest;
        endpoint.certificate_authority_pem = ca_certificate.known().cloned();
        if let Some(timeout) = goal::duration(request_timeout) {
            endpoint.patience = Patience { answer: timeout, ..endpoint.patience };
        }
        if !ours {
            return endpoint;
        }
        if let Some(login) = authentication(username, password, bearer_token) {
            endpoint.authentication = login;
        }
        endpoint.identity = identity(client_certificate, client_key);
        endpoint.headers = headers
            .known()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), Secret::new(value.clone())))
            .collect();
        endpoint
    }
}

/// Whether two addresses have one scheme, host and port.
fn is_same_server(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

fn way(access: &Attr<String>) -> Access {
    match access.known().map(String::as_str) {
        Some("service_proxy") => Access::ServiceProxy,
        Some("port_forward") => Access::PortForward,
        Some("direct") => Access::Direct,
        Some(_) | None => Access::Auto,
    }
}

fn authentication(
    username: &Attr<String>,
    password: &Attr<String>,
    bearer_token: &Attr<String>,
) -> Option<Authentication> {
    match (username.known(), password.known(), bearer_token.known()) {
        (_, _, Some(token)) => Some(Authentication::Bearer(Secret::new(token.clone()))),
        (Some(username), Some(password), None) => Some(Authentication::Basic {
            username: username.clone(),
            password: Secret::new(password.clone()),
        }),
        (Some(_) | None, _, None) => None,
    }
}

fn identity(certificate: &Attr<String>, key: &Attr<String>) -> Option<Identity> {
    let certificates_pem = certificate.known()?.clone();
    Some(Identity { certificates_pem, key_pem: Secret::new(key.known()?.clone()) })
}

fn holds_unknown(rest: &Rest) -> bool {
    let texts = [
        &rest.url,
        &rest.username,
        &rest.password,
        &rest.bearer_token,
        &rest.ca_certificate,
        &rest.client_certificate,
        &rest.client_key,
        &rest.request_timeout,
    ];
    texts.into_iter().any(Attr::is_unknown) || rest.headers.is_unknown()
}

/// The address without what stands before an `@`.
fn without_login(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests;
