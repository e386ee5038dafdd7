//! Which Service leads to a Flink cluster's REST API.
//!
//! In this order: the Service that our clusters, Flink's own client, the
//! operator and most charts make (`<name>-rest`); a Service of the very name
//! with a port that looks like Flink's; else an error that lists what might
//! be meant. Reads only, mostly one.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use http::Request;
use serde_json::Value;

use super::Kubernetes;
use super::error::{Error, Kind};

/// Names of ports that Flink's REST API has.
const NAMES: [&str; 5] = ["rest", "webui", "http", "https", "ui"];
/// Flink's own default.
const PORT: u16 = 8081;

/// A Service that leads to a JobManager's REST API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub service: String,
    /// Its port.
    pub port: u16,
    /// The pods' port.
    pub target_port: TargetPort,
    /// Whether the REST API speaks TLS.
    pub tls: bool,
    /// Labels of the JobManager's pods; none where nothing is selected.
    pub selector: BTreeMap<String, String>,
    /// Its address in the cluster, where it has one.
    pub cluster_ip: Option<String>,
    /// Its port on every node, where it has one.
    pub node_port: Option<u16>,
    /// Addresses of its load balancer.
    pub load_balancers: Vec<String>,
}

/// The port of a pod that a Service leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPort {
    /// By its number.
    Number(u16),
    /// By the name that a container gives it.
    Name(String),
}

impl Target {
    /// What a Service leads to; `None` where no port of it looks like
    /// Flink's. With `is_rest` its only port is taken whatever it is called.
    pub fn of(service: &Value, is_rest: bool) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let (metadata, spec) = (&service["metadata"], &service["spec"]);
        let ports = spec["ports"].as_array()?;
        let port = match ports.as_slice() {
            [only] if is_rest => only,
            ports => ports
                .iter()
                .min_by_key(|port| preference(port))
                .filter(|port| preference(port) < NAMES.len() + 1)?,
        };
        let number = number(&port["port"])?;
        let selector = spec["selector"].as_object().into_iter().flatten();
        let balancers = service["status"]["loadBalancer"]["ingress"].as_array();
        let address = |ingress: &Value| text(&ingress["ip"]).or_else(|| text(&ingress["hostname"]));
        Some(Self {
            namespace: text(&metadata["namespace"])?,
            service: text(&metadata["name"])?,
            port: number,
            target_port: target_port(&port["targetPort"], number),
            tls: speaks_tls(port),
            selector: selector
                .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
                .collect(),
            cluster_ip: text(&spec["clusterIP"]).filter(|ip| !ip.is_empty() && ip != "None"),
            node_port: self::number(&port["nodePort"]),
            load_balancers: balancers.into_iter().flatten().filter_map(address).collect(),
        })
    }

    /// The name that certificates of the REST API are checked against, which
    /// is also its name in the cluster.
    pub fn host(&self) -> String {
        format!("{}.{}.svc", self.service, self.namespace)
    }
}

/// The lower, the more a port looks like Flink's.
fn preference(port: &Value) -> usize {
    let named = NAMES.iter().position(|name| port["name"] == **name);
    let other = NAMES.len() + usize::from(number(&port["port"]) != Some(PORT));
    named.unwrap_or(other)
}

fn number(value: &Value) -> Option<u16> {
    value.as_u64().and_then(|number| u16::try_from(number).ok())
}

fn target_port(value: &Value, port: u16) -> TargetPort {
    match value.as_str() {
        Some(name) => TargetPort::Name(name.to_owned()),
        None => TargetPort::Number(number(value).unwrap_or(port)),
    }
}

/// As Kubernetes has it said: by the application protocol, or by the name.
fn speaks_tls(port: &Value) -> bool {
    match port["appProtocol"].as_str() {
        Some(protocol) => protocol.eq_ignore_ascii_case("https"),
        None => port["name"].as_str().is_some_and(|name| name.starts_with("https")),
    }
}

/// Names of the Services that might be meant, as a sentence.
fn candidates(list: &Value) -> String {
    let services = list["items"].as_array().into_iter().flatten();
    let names: Vec<&str> = services
        .filter(|service| Target::of(service, false).is_some())
        .filter_map(|service| service["metadata"]["name"].as_str())
        .map(|name| name.strip_suffix("-rest").unwrap_or(name))
        .collect();
    if names.is_empty() {
        "No Service of the namespace has such a port.".to_owned()
    } else {
        format!("Those of the namespace that look like Flink: {}.", names.join(", "))
    }
}

/// How old what a list has shown may be.
const FRESH: Duration = Duration::from_secs(5);

/// Services that a list has just shown, by namespace and name.
///
/// Each serves once: whoever comes back asks because it did not lead there.
#[derive(Debug, Default)]
pub(super) struct Listed(Mutex<BTreeMap<(String, String), (Instant, Value)>>);

impl Listed {
    fn take(&self, namespace: &str, name: &str) -> Option<Value> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, service) = all.remove(&(namespace.to_owned(), name.to_owned()))?;
        (since.elapsed() < FRESH).then_some(service)
    }

    fn put(&self, namespace: &str, services: &[Value]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for service in services {
            let name = service["metadata"]["name"].as_str().unwrap_or_default().to_owned();
            all.insert((namespace.to_owned(), name), (Instant::now(), service.clone()));
        }
    }
}

impl Kubernetes {
    /// Remembers Services that a list has shown, for who looks for one next.
    pub(super) fn has_listed(&self, namespace: &str, services: &[Value]) {
        self.shared.listed.put(namespace, services);
    }

    /// The REST API of the cluster `name`.
    ///
    /// # Errors
    /// [`Kind::NoCluster`] with what might be meant; those of the reads.
    pub async fn find(&self, namespace: &str, name: &str) -> Result<Target, Error> {
        let services = format!("/api/v1/namespaces/{namespace}/services");
        let rest = match self.shared.listed.take(namespace, &format!("{name}-rest")) {
            Some(service) => Some(service),
            None => self.service(&format!("{services}/{name}-rest")).await?,
        };
        if let Some(target) = rest.and_then(|service| Target::of(&service, true)) {
            return Ok(target);
        }
        let same = self.service(&format!("{services}/{name}")).await?;
        if let Some(target) = same.and_then(|service| Target::of(&service, false)) {
            return Ok(target);
        }
        // Listing helps a person; who may not list gets the error all the same.
        let list = self.request(get(&services)).await;
        let candidates = list.map_or_else(|_| String::new(), |list| candidates(&list));
        let kind =
            Kind::NoCluster { namespace: namespace.to_owned(), name: name.to_owned(), candidates };
        Err(Error { call: format!("GET {services}"), kind })
    }

    async fn service(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.request(get(path)).await {
            Ok(service) => Ok(Some(service)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A request that reads.
pub(super) fn get(path: &str) -> Request<Vec<u8>> {
    let mut request = Request::new(Vec::new());
    if let Ok(path) = path.parse() {
        *request.uri_mut() = path;
    }
    request
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(name: &str, ports: &Value) -> Value {
        json!({
            "metadata": { "namespace": "n", "name": name },
            "spec": { "ports": ports, "selector": { "app": name }, "clusterIP": "10.96.0.7" },
        })
    }

    #[test]
    fn the_port_is_known_by_its_name_or_number() {
        let cases = [
            (
                json!([{ "port": 6123, "name": "rpc" }, { "port": 8081, "name": "webui" }]),
                Some(8081),
            ),
            (json!([{ "port": 80, "name": "http" }, { "port": 81, "name": "rest" }]), Some(81)),
            (json!([{ "port": 8081 }]), Some(8081)),
            (json!([{ "port": 6123, "name": "rpc" }, { "port": 8081, "name": "x" }]), Some(8081)),
            (json!([{ "port": 6123, "name": "rpc" }]), None),
            (json!([]), None),
        ];
        for (ports, expected) in cases {
            let port = Target::of(&service("a", &ports), false).map(|target| target.port);
            assert_eq!(port, expected, "{ports}");
        }
        let only = json!([{ "port": 80, "name": "web", "targetPort": "api" }]);
        let target = Target::of(&service("a-rest", &only), true).expect("a port");
        assert_eq!((target.port, target.target_port), (80, TargetPort::Name("api".to_owned())));
    }

    #[test]
    fn what_a_list_has_shown_serves_once() {
        let listed = Listed::default();
        listed.put("n", &[service("a-rest", &json!([{ "port": 8081 }]))]);
        assert_eq!(listed.take("other", "a-rest"), None);
        assert!(listed.take("n", "a-rest").is_some());
        assert_eq!(listed.take("n", "a-rest"), None);
    }

    #[test]
    fn tls_is_told_by_the_protocol_or_the_name() {
        let cases = [
            (json!({ "port": 8081, "name": "rest", "appProtocol": "https" }), true),
            (json!({ "port": 8081, "name": "https" }), true),
            (json!({ "port": 8081, "name": "https", "appProtocol": "http" }), false),
            (json!({ "port": 8081, "name": "rest" }), false),
        ];
        for (port, expected) in cases {
            let target = Target::of(&service("a", &json!([port])), false).expect("a port");
            assert_eq!(target.tls, expected, "{port}");
        }
    }

    #[test]
    fn addresses_are_those_that_kubernetes_gave() {
        let mut service = service("a-rest", &json!([{ "port": 8081, "nodePort": 30081 }]));
        service["status"] = json!({ "loadBalancer": { "ingress": [{ "ip": "1.2.3.4" }, { "hostname": "lb.example" }] } });
        let target = Target::of(&service, true).expect("a port");
        assert_eq!(target.cluster_ip.as_deref(), Some("10.96.0.7"));
        assert_eq!(target.node_port, Some(30081));
        assert_eq!(target.load_balancers, ["1.2.3.4", "lb.example"]);
        assert_eq!(target.host(), "a-rest.n.svc");
        service["spec"]["clusterIP"] = json!("None");
        assert_eq!(Target::of(&service, true).expect("a port").cluster_ip, None);
    }

    #[test]
    fn candidates_are_named_as_a_user_names_clusters() {
        let list = json!({ "items": [
            service("orders-rest", &json!([{ "port": 8081, "name": "rest" }])),
            service("postgres", &json!([{ "port": 5432 }])),
            service("payments", &json!([{ "port": 8081 }])),
        ] });
        assert_eq!(
            candidates(&list),
            "Those of the namespace that look like Flink: orders, payments."
        );
        assert_eq!(candidates(&json!({})), "No Service of the namespace has such a port.");
    }
}
