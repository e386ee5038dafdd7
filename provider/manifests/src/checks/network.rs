//! Services, Ingress and network policy.

use std::net::IpAddr;

use super::Findings;
use crate::description::{HighAvailabilityType, NetworkPolicy, Peer, Rest, ServiceType, Strategy};
use crate::parts::services::{BLOB_PORT, REST_PORT, RPC_PORT, TASK_MANAGER_RPC_PORT};
use crate::{Cluster, description::Ingress};

pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    rest(&cluster.rest, found);
    if let Some(ingress) = &cluster.rest.ingress {
        check_ingress(ingress, found);
    }
    if let Some(policy) = &cluster.network_policy {
        network_policy(cluster, policy, found);
    }
    if let Some(metrics) = &cluster.metrics {
        let taken = [REST_PORT, RPC_PORT, BLOB_PORT, TASK_MANAGER_RPC_PORT].contains(&metrics.port);
        found.invalid_if(taken || metrics.port == 0, &["metrics", "prometheus", "port"], || {
            format!("The port {} is not free in the pods: Flink itself listens on 6122, 6123, 6124 and 8081.", metrics.port)
        });
    }
}

fn rest(rest: &Rest, found: &mut Findings) {
    found.invalid_if(rest.port == 0, &["rest", "port"], || {
        "A Service cannot have the port 0.".to_owned()
    });
    let has_node_port = match rest.service_type {
        ServiceType::NodePort | ServiceType::LoadBalancer => true,
        ServiceType::ClusterIp | ServiceType::Headless => false,
    };
    found.invalid_if(rest.node_port.is_some() && !has_node_port, &["rest", "node_port"], || {
        "Only a Service of type node_port or load_balancer has a port on the nodes.".to_owned()
    });
    let is_balanced = rest.service_type == ServiceType::LoadBalancer;
    let path = ["rest", "load_balancer_source_ranges"];
    found.invalid_if(!rest.load_balancer_source_ranges.is_empty() && !is_balanced, &path, || {
        "Only a Service of type load_balancer has source ranges.".to_owned()
    });
    for range in rest.load_balancer_source_ranges.iter().filter(|range| !is_cidr(range)) {
        found.invalid(
            &path,
            format!("{range:?} is not a network in CIDR notation, such as \"10.0.0.0/8\"."),
        );
    }
}

fn check_ingress(ingress: &Ingress, found: &mut Findings) {
    found.invalid_if(!ingress.path.starts_with('/'), &["rest", "ingress", "path"], || {
        format!("The path {:?} of the Ingress has to start with a slash.", ingress.path)
    });
    let with_port = ingress.host.as_ref().filter(|host| host.contains([':', '/']));
    if let Some(host) = with_port {
        found.invalid(
            &["rest", "ingress", "host"],
            format!("{host:?} is not a host name: no scheme, port or path."),
        );
    }
}

fn network_policy(cluster: &Cluster, policy: &NetworkPolicy, found: &mut Findings) {
    let lists = [
        ("allow_rest_from", &policy.allow_rest_from),
        ("allow_metrics_from", &policy.allow_metrics_from),
    ];
    for (field, peers) in lists {
        for peer in peers.iter().flatten() {
            check_peer(peer, field, found);
        }
    }
    let excludes_networks = policy
        .allow_rest_from
        .as_ref()
        .is_some_and(|peers| peers.iter().all(|peer| peer.cidr.is_none()));
    if excludes_networks {
        found.warn(
            &["network_policy", "allow_rest_from"],
            "The policy names no network that may reach the REST port. The API server connects from an address of \
             its own: with access = \"service_proxy\", or from outside, the provider is locked out of this cluster. \
             Add the API server's network as cidr, or use access = \"port_forward\".",
        );
    }
    let talks_to_kubernetes = cluster.strategy == Strategy::Native
        || cluster
            .high_availability
            .as_ref()
            .is_some_and(|it| it.r#type == HighAvailabilityType::Kubernetes);
    let is_closed = policy
        .egress_ports
        .as_ref()
        .is_some_and(|ports| !ports.contains(&443) && !ports.contains(&6443));
    if talks_to_kubernetes && is_closed {
        found.warn(
            &["network_policy", "egress_ports"],
            "The JobManager talks to the Kubernetes API, and neither 443 nor 6443 is among the ports that the pods \
             may connect to.",
        );
    }
}

fn check_peer(peer: &Peer, field: &str, found: &mut Findings) {
    let path = ["network_policy", field];
    let has_labels = !peer.namespace_labels.is_empty() || !peer.pod_labels.is_empty();
    match &peer.cidr {
        Some(cidr) => {
            found.invalid_if(!is_cidr(cidr), &path, || {
                format!("{cidr:?} is not a network in CIDR notation, such as \"10.0.0.0/8\".")
            });
            found.invalid_if(has_labels, &path, || {
                format!("A peer is a network or pods by their labels, not both: {cidr:?} has labels.")
            });
        }
        None => found.invalid_if(!has_labels, &path, || {
            "A peer needs cidr, namespace_labels or pod_labels: without any it would be everyone.".to_owned()
        }),
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    match (address.parse::<IpAddr>(), length.parse::<u8>()) {
        (Ok(IpAddr::V4(_)), Ok(length)) => length <= 32,
        (Ok(IpAddr::V6(_)), Ok(length)) => length <= 128,
        _ => false,
    }
}
