//! Which ways lead to a JobManager, and in which order they are tried.

use std::fmt;

use crate::kubernetes::service::Target;

/// How Flink's REST API is reached behind a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Whichever way is open.
    #[default]
    Auto,
    /// Through the API server's proxy for Services.
    ServiceProxy,
    /// Through a port forward to a pod, over the API server.
    PortForward,
    /// At an address of the Service.
    Direct,
}

/// One way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    ServiceProxy,
    PortForward,
    Direct,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServiceProxy => "service_proxy",
            Self::PortForward => "port_forward",
            Self::Direct => "direct",
        })
    }
}

/// What is known before a way is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// Whether this runs in a pod of the same Kubernetes.
    pub(super) in_cluster: bool,
    /// Whether Flink is to be shown a certificate or a password, which the
    /// API server's proxy does not pass on.
    pub(super) shows_credentials: bool,
}

/// The ways to try, in order. Those that cost nothing to find closed come
/// first.
///
/// In a pod of the same Kubernetes the Service's own address is nearest.
/// Elsewhere its name and address in the cluster may mean something else, so
/// that `auto` uses only a load balancer's there, and that last.
pub(super) fn ways(access: Access, known: Known, target: &Target) -> Vec<Way> {
    let through = if known.shows_credentials {
        [Way::PortForward, Way::ServiceProxy]
    } else {
        [Way::ServiceProxy, Way::PortForward]
    };
    match access {
        Access::ServiceProxy => vec![Way::ServiceProxy],
        Access::PortForward => vec![Way::PortForward],
        Access::Direct => vec![Way::Direct],
        Access::Auto if known.in_cluster => [Way::Direct].into_iter().chain(through).collect(),
        Access::Auto if target.load_balancers.is_empty() => through.to_vec(),
        Access::Auto => through.into_iter().chain([Way::Direct]).collect(),
    }
}

/// The addresses of a Service, best first; `node` is one of a node's.
pub(super) fn addresses(
    access: Access,
    known: Known,
    target: &Target,
    node: Option<&str>,
) -> Vec<(String, u16)> {
    let is_near = access == Access::Direct || known.in_cluster;
    let near = [Some(target.host()), target.cluster_ip.clone()];
    let near = near.into_iter().flatten().filter(|_| is_near).map(|host| (host, target.port));
    let balancers = target.load_balancers.iter().map(|host| (host.clone(), target.port));
    let on_node = node.zip(target.node_port).filter(|_| is_near);
    let on_node = on_node.map(|(node, port)| (node.to_owned(), port));
    near.chain(balancers).chain(on_node).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(load_balancer: bool) -> Target {
        let ingress = if load_balancer { json!([{ "ip": "1.2.3.4" }]) } else { json!([]) };
        let service = json!({
            "metadata": { "namespace": "n", "name": "a-rest" },
            "spec": { "ports": [{ "port": 8081, "nodePort": 30081 }], "clusterIP": "10.96.0.7" },
            "status": { "loadBalancer": { "ingress": ingress } },
        });
        Target::of(&service, true).expect("a target")
    }

    const OUTSIDE: Known = Known { in_cluster: false, shows_credentials: false };

    #[test]
    fn what_is_asked_for_is_the_only_way() {
        for (access, way) in [
            (Access::ServiceProxy, Way::ServiceProxy),
            (Access::PortForward, Way::PortForward),
            (Access::Direct, Way::Direct),
        ] {
            assert_eq!(ways(access, OUTSIDE, &target(true)), [way]);
        }
    }

    #[test]
    fn auto_prefers_what_is_near_and_passes_credentials_on() {
        let order = |known, load_balancer| {
            let ways = ways(Access::Auto, known, &target(load_balancer));
            ways.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        let (inside, shows) =
            (Known { in_cluster: true, ..OUTSIDE }, Known { shows_credentials: true, ..OUTSIDE });
        assert_eq!(order(OUTSIDE, false), "service_proxy port_forward");
        assert_eq!(order(OUTSIDE, true), "service_proxy port_forward direct");
        assert_eq!(order(shows, false), "port_forward service_proxy");
        assert_eq!(order(inside, false), "direct service_proxy port_forward");
    }

    #[test]
    fn auto_uses_no_address_that_may_mean_another_cluster() {
        let of = |access, known| {
            let found = addresses(access, known, &target(true), Some("10.0.0.1"));
            found.iter().map(|(host, port)| format!("{host}:{port}")).collect::<Vec<_>>().join(" ")
        };
        let all = "a-rest.n.svc:8081 10.96.0.7:8081 1.2.3.4:8081 10.0.0.1:30081";
        assert_eq!(of(Access::Auto, OUTSIDE), "1.2.3.4:8081");
        assert_eq!(of(Access::Direct, OUTSIDE), all);
        assert_eq!(of(Access::Auto, Known { in_cluster: true, ..OUTSIDE }), all);
    }
}
