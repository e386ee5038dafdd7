//! How the cluster is reached, and by whom.

use std::collections::BTreeMap;

use super::SecretKey;

/// The REST API and web interface: the Service `<name>-rest` and what is in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The type of the Service.
    pub service_type: ServiceType,
    /// The Service's port; the JobManager listens on 8081 whatever it is.
    pub port: u16,
    /// The port on the nodes, for `NodePort` and `LoadBalancer`; `None` lets
    /// Kubernetes choose.
    pub node_port: Option<u16>,
    /// Annotations of the Service, for example of a cloud's load balancer.
    pub annotations: BTreeMap<String, String>,
    /// Labels of the Service.
    pub labels: BTreeMap<String, String>,
    /// The networks in CIDR notation that a load balancer lets through; none: all.
    pub load_balancer_source_ranges: Vec<String>,
    /// An Ingress to the Service.
    pub ingress: Option<Ingress>,
    /// HTTPS at the JobManager itself.
    pub tls: Option<RestTls>,
}

impl Default for Rest {
    fn default() -> Self {
        Self {
            service_type: ServiceType::ClusterIp,
            port: ServiceType::ClusterIp.default_port(),
            node_port: None,
            annotations: BTreeMap::new(),
            labels: BTreeMap::new(),
            load_balancer_source_ranges: Vec::new(),
            ingress: None,
            tls: None,
        }
    }
}

/// The type of the REST Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceType {
    /// An address within the Kubernetes cluster.
    ClusterIp,
    /// A port of every node.
    NodePort,
    /// A cloud's load balancer.
    LoadBalancer,
    /// No address: the name resolves to the pods of the JobManager.
    Headless,
}

impl ServiceType {
    /// The Service's port when the user names none: 80 for a load balancer, else 8081.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::LoadBalancer => 80,
            Self::ClusterIp | Self::NodePort | Self::Headless => 8081,
        }
    }
}

/// An Ingress to the REST Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// The host name; `None` matches every host.
    pub host: Option<String>,
    /// The path prefix.
    pub path: String,
    /// The `IngressClass`; `None` takes the default one.
    pub class_name: Option<String>,
    /// Annotations that the controller reads.
    pub annotations: BTreeMap<String, String>,
    /// Labels of the Ingress.
    pub labels: BTreeMap<String, String>,
    /// HTTPS at the Ingress.
    pub tls: Vec<IngressTls>,
}

impl Default for Ingress {
    fn default() -> Self {
        Self {
            host: None,
            path: "/".to_owned(),
            class_name: None,
            annotations: BTreeMap::new(),
            labels: BTreeMap::new(),
            tls: Vec::new(),
        }
    }
}

/// A certificate that the Ingress presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngressTls {
    /// The Secret of type `kubernetes.io/tls`; `None` leaves it to the controller.
    pub secret_name: Option<String>,
    /// The hosts that it is for.
    pub hosts: Vec<String>,
}

/// HTTPS at the JobManager's REST endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestTls {
    /// The Secret that holds certificate and key.
    pub secret: String,
    /// In which form.
    pub source: RestTlsSource,
    /// Whether clients have to present a certificate that the truststore knows.
    pub client_authentication: bool,
}

/// The forms in which a Secret holds a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestTlsSource {
    /// A PKCS#12 or JKS file, as cert-manager and keytool write it.
    Keystore {
        /// The Secret's key of the keystore.
        keystore: String,
        /// The Secret's key of the truststore; the keystore serves when there is none.
        truststore: Option<String>,
        /// Where the password of both is.
        password: SecretKey,
    },
    /// `tls.crt`, `tls.key` and, if clients are verified, `ca.crt`: the Secret
    /// type `kubernetes.io/tls`. The image needs the program `openssl`.
    Pem,
}

/// Who may connect to the pods, and where these may connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Who may reach the REST port; `None`: everyone, an empty list: only the
    /// cluster's own pods.
    pub allow_rest_from: Option<Vec<Peer>>,
    /// Who may reach the metrics port; `None`: everyone.
    pub allow_metrics_from: Option<Vec<Peer>>,
    /// The ports that the pods may connect to anywhere, besides DNS and their
    /// own cluster; `None`: every port.
    pub egress_ports: Option<Vec<u16>>,
}

/// A peer of a network policy: what is set has to hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    /// A network in CIDR notation; not together with labels.
    pub cidr: Option<String>,
    /// Labels of the peer's namespace; none: the cluster's own.
    pub namespace_labels: BTreeMap<String, String>,
    /// Labels of the peer's pods; none: all.
    pub pod_labels: BTreeMap<String, String>,
}
