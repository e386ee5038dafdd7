//! How a cluster is reached, and by whom.

use std::collections::BTreeMap;

use terraform::{
    model::{Attr, Model},
    validate,
};

use super::SecretKey;
use crate::cluster::validate as cluster_validate;

/// The Service `<name>-rest` and what is in front of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Rest {
    /// `cluster_ip` (default): an address within Kubernetes; `node_port`: a port of every node; `load_balancer`: a cloud's; `headless`: the name resolves to the JobManager's pod. None of them asks for a password: whoever reaches it may run programs.
    #[attr(optional, one_of = ["cluster_ip", "node_port", "load_balancer", "headless"])]
    pub service_type: Attr<String>,
    /// Port of the Service; the JobManager listens on 8081 whatever it is. Default 8081, for a load balancer 80.
    #[attr(optional, validate = [validate::range::<1, 65_535>])]
    pub port: Attr<i64>,
    /// Port of the nodes, for `node_port` and `load_balancer`. Default: Kubernetes chooses.
    #[attr(optional, validate = [validate::range::<1, 65_535>])]
    pub node_port: Attr<i64>,
    /// Annotations of the Service, for example `service.beta.kubernetes.io/aws-load-balancer-internal`.
    #[attr(optional)]
    pub annotations: Attr<BTreeMap<String, String>>,
    /// Labels of the Service.
    #[attr(optional)]
    pub labels: Attr<BTreeMap<String, String>>,
    /// Networks in CIDR notation that a load balancer lets through. Default: all.
    #[attr(optional)]
    pub load_balancer_source_ranges: Attr<Vec<String>>,
    /// An Ingress to the Service.
    #[attr(optional)]
    pub ingress: Attr<Ingress>,
    /// HTTPS at the JobManager itself; the provider speaks it, too. A change restarts the cluster.
    #[attr(optional, on_change = "upgrade")]
    pub tls: Attr<RestTls>,
}

/// An Ingress to the REST Service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Ingress {
    /// Host name. Default: every host.
    #[attr(optional)]
    pub host: Attr<String>,
    /// Prefix of the path. Default `/`.
    #[attr(optional)]
    pub path: Attr<String>,
    /// The `IngressClass`. Default: the Kubernetes cluster's.
    #[attr(optional)]
    pub class_name: Attr<String>,
    /// Annotations that the controller reads.
    #[attr(optional)]
    pub annotations: Attr<BTreeMap<String, String>>,
    /// Labels of the Ingress.
    #[attr(optional)]
    pub labels: Attr<BTreeMap<String, String>>,
    /// Certificates that the Ingress presents.
    #[attr(optional)]
    pub tls: Attr<Vec<IngressTls>>,
}

/// A certificate that the Ingress presents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct IngressTls {
    /// A Secret of type `kubernetes.io/tls`. Default: the controller's own certificate.
    #[attr(optional)]
    pub secret_name: Attr<String>,
    /// The hosts that it is for.
    #[attr(optional)]
    pub hosts: Attr<Vec<String>>,
}

/// HTTPS at the JobManager's REST endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct RestTls {
    /// Secret with certificate and key.
    #[attr(required, validate = [validate::non_empty])]
    pub secret: Attr<String>,
    /// The Secret's key of a PKCS#12 or JKS keystore. Default: the Secret has `tls.crt` and `tls.key`.
    #[attr(optional)]
    pub keystore: Attr<String>,
    /// The Secret's key of the truststore. Default: the keystore.
    #[attr(optional)]
    pub truststore: Attr<String>,
    /// Where the password of keystore and truststore is. Needed with `keystore`.
    #[attr(optional)]
    pub password: Attr<SecretKey>,
    /// Whether clients have to present a certificate that the truststore (or `ca.crt` of the Secret) knows (default `false`).
    #[attr(optional)]
    pub client_authentication: Attr<bool>,
}

/// Who may connect to the pods, and where these may connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct NetworkPolicy {
    /// Who may reach the REST port. Default: everyone; `[]`: only the cluster's own pods, which locks the provider out unless it comes through the Kubernetes API server.
    #[attr(optional)]
    pub allow_rest_from: Attr<Vec<Peer>>,
    /// Who may reach the metrics port. Default: everyone.
    #[attr(optional)]
    pub allow_metrics_from: Attr<Vec<Peer>>,
    /// Ports that the pods may connect to anywhere, besides DNS and their own cluster. Default: every port.
    #[attr(optional, validate = [cluster_validate::ports])]
    pub egress_ports: Attr<Vec<i64>>,
}

/// A peer: what is set has to hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Peer {
    /// A network in CIDR notation; not together with labels.
    #[attr(optional)]
    pub cidr: Attr<String>,
    /// Labels of the peer's namespace. Default: the cluster's own namespace.
    #[attr(optional)]
    pub namespace_labels: Attr<BTreeMap<String, String>>,
    /// Labels of the peer's pods. Default: all.
    #[attr(optional)]
    pub pod_labels: Attr<BTreeMap<String, String>>,
}
