//! How the cluster of a description is reached, and by whom.

use manifests::description::{
    Ingress, IngressTls, NetworkPolicy, Peer, Rest, RestTls, RestTlsSource, ServiceType,
};
use terraform::model::Attr;

use super::{is, list, list_of, map, number, process::secret_key, text};
use crate::cluster::model;

pub(super) fn rest(wanted: &Attr<model::Rest>) -> Rest {
    let Some(wanted) = wanted.known() else { return Rest::default() };
    let model::Rest {
        service_type,
        port,
        node_port,
        annotations,
        labels,
        load_balancer_source_ranges,
        ingress,
        tls,
    } = wanted;
    let service_type = match service_type.known().map(String::as_str) {
        Some("node_port") => ServiceType::NodePort,
        Some("load_balancer") => ServiceType::LoadBalancer,
        Some("headless") => ServiceType::Headless,
        Some(_) | None => ServiceType::ClusterIp,
    };
    Rest {
        service_type,
        port: number(port).unwrap_or_else(|| service_type.default_port()),
        node_port: number(node_port),
        annotations: map(annotations),
        labels: map(labels),
        load_balancer_source_ranges: list(load_balancer_source_ranges),
        ingress: ingress.known().map(self::ingress),
        tls: tls.known().map(self::tls),
    }
}

fn ingress(wanted: &model::Ingress) -> Ingress {
    let model::Ingress { host, path, class_name, annotations, labels, tls } = wanted;
    let usual = Ingress::default();
    Ingress {
        host: text(host),
        path: text(path).unwrap_or(usual.path),
        class_name: text(class_name),
        annotations: map(annotations),
        labels: map(labels),
        tls: list_of(tls, |model::IngressTls { secret_name, hosts }| IngressTls {
            secret_name: text(secret_name),
            hosts: list(hosts),
        }),
    }
}

fn tls(wanted: &model::RestTls) -> RestTls {
    let model::RestTls { secret, keystore, truststore, password, client_authentication } = wanted;
    let source = match (keystore.known(), password.known()) {
        (Some(keystore), Some(password)) => RestTlsSource::Keystore {
            keystore: keystore.clone(),
            truststore: text(truststore),
            password: secret_key(password),
        },
        (Some(_) | None, _) => RestTlsSource::Pem,
    };
    RestTls {
        secret: text(secret).unwrap_or_default(),
        source,
        client_authentication: is(*client_authentication),
    }
}

pub(super) fn policy(wanted: &model::NetworkPolicy) -> NetworkPolicy {
    let model::NetworkPolicy { allow_rest_from, allow_metrics_from, egress_ports } = wanted;
    let peers = |peers: &Attr<Vec<model::Peer>>| peers.known().map(|_| list_of(peers, peer));
    let port = |port: &i64| u16::try_from(*port).ok();
    NetworkPolicy {
        allow_rest_from: peers(allow_rest_from),
        allow_metrics_from: peers(allow_metrics_from),
        egress_ports: egress_ports.known().map(|ports| ports.iter().filter_map(port).collect()),
    }
}

fn peer(wanted: &model::Peer) -> Peer {
    let model::Peer { cidr, namespace_labels, pod_labels } = wanted;
    Peer { cidr: text(cidr), namespace_labels: map(namespace_labels), pod_labels: map(pod_labels) }
}
