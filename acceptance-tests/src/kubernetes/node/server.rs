//! The servers of a node: their names and command lines.

use std::path::Path;

/// A process of the node that a test may stop, kill and start again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// Runs the containers. Those go on without it.
    Containerd,
    /// What the API server keeps its objects in.
    Etcd,
    /// The API server.
    ApiServer,
    /// Deployments, owner references, service accounts …
    ControllerManager,
    /// Finds a node for each pod.
    Scheduler,
    /// Starts and watches the pods.
    Kubelet,
    /// Makes the Services' addresses work.
    Proxy,
    /// Names of Services.
    Names,
    /// The way in from outside, to the API server alone.
    Relay,
}

impl Server {
    /// All, in the order in which they can be started.
    pub const ALL: [Self; 9] = [
        Self::Containerd,
        Self::Etcd,
        Self::ApiServer,
        Self::ControllerManager,
        Self::Scheduler,
        Self::Kubelet,
        Self::Proxy,
        Self::Names,
        Self::Relay,
    ];

    /// What its log is called, without the ending.
    pub fn name(self) -> &'static str {
        match self {
            Self::Containerd => "containerd",
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Scheduler => "kube-scheduler",
            Self::Kubelet => "kubelet",
            Self::Proxy => "kube-proxy",
            Self::Names => "coredns",
            Self::Relay => "relay",
        }
    }

    /// The command line, program first, for the node in folder `home`; `programs` holds the built ones.
    pub(super) fn command_line(self, home: &Path, programs: &Path) -> Vec<String> {
        let fill = |word: &str| {
            word.replace("HOME", &home.to_string_lossy())
                .replace("PROGRAMS", &programs.to_string_lossy())
        };
        self.template().split_whitespace().map(fill).collect()
    }

    fn template(self) -> &'static str {
        match self {
            Self::Containerd => "containerd --config HOME/etc/containerd.toml",
            Self::Etcd => ETCD,
            Self::ApiServer => API_SERVER,
            Self::ControllerManager => CONTROLLER_MANAGER,
            Self::Scheduler => {
                "PROGRAMS/node kube-scheduler --leader-elect=false
                 --kubeconfig HOME/pki/kube-scheduler.kubeconfig"
            }
            Self::Kubelet => KUBELET,
            Self::Proxy => "PROGRAMS/node kube-proxy --config HOME/etc/proxy.yaml",
            Self::Names => "PROGRAMS/node coredns -conf HOME/etc/Corefile",
            Self::Relay => "PROGRAMS/relay HOME/api.sock 127.0.0.1:6443",
        }
    }
}

const ETCD: &str = "PROGRAMS/node etcd --data-dir HOME/var/etcd --unsafe-no-fsync --log-level warn
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379
    --listen-peer-urls http://127.0.0.1:2380";

const API_SERVER: &str =
    "PROGRAMS/node kube-apiserver --etcd-servers http://127.0.0.1:2379 --allow-privileged
    --advertise-address 172.31.255.2 --bind-address 0.0.0.0 --service-cluster-ip-range 10.96.0.0/12
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction
    --audit-policy-file HOME/etc/audit.yaml --audit-log-path HOME/log/audit.log
    --tls-cert-file HOME/pki/apiserver.crt --tls-private-key-file HOME/pki/apiserver.key
    --client-ca-file HOME/pki/ca.crt --kubelet-certificate-authority HOME/pki/ca.crt
    --kubelet-client-certificate HOME/pki/admin.crt --kubelet-client-key HOME/pki/admin.key
    --service-account-issuer https://kubernetes.default.svc.cluster.local
    --service-account-key-file HOME/pki/sa.pub --service-account-signing-key-file HOME/pki/sa.key
    --requestheader-client-ca-file HOME/pki/ca.crt
    --requestheader-allowed-names front-proxy-client
    --requestheader-username-headers X-Remote-User
    --requestheader-group-headers X-Remote-Group
    --requestheader-extra-headers-prefix X-Remote-Extra-
    --proxy-client-cert-file HOME/pki/front-proxy.crt
    --proxy-client-key-file HOME/pki/front-proxy.key";

const CONTROLLER_MANAGER: &str = "PROGRAMS/node kube-controller-manager --leader-elect=false
    --kubeconfig HOME/pki/kube-controller-manager.kubeconfig --use-service-account-credentials
    --service-account-private-key-file HOME/pki/sa.key --root-ca-file HOME/pki/ca.crt
    --cluster-signing-cert-file HOME/pki/ca.crt --cluster-signing-key-file HOME/pki/ca.key";

const KUBELET: &str = "PROGRAMS/node kubelet --config HOME/etc/kubelet.yaml
    --kubeconfig HOME/pki/kubelet.kubeconfig --node-ip 172.31.255.2 --hostname-override node1
    --root-dir HOME/var/kubelet --cert-dir HOME/var/kubelet-pki";

#[cfg(test)]
mod tests {
    use super::Server;
    use std::path::Path;

    #[test]
    fn a_folder_with_a_blank_stays_one_word() {
        let line = Server::Proxy.command_line(Path::new("/a b"), Path::new("/p"));
        assert_eq!(line, ["/p/node", "kube-proxy", "--config", "/a b/etc/proxy.yaml"]);
    }

    #[test]
    fn every_server_has_a_program() {
        for server in Server::ALL {
            let line = server.command_line(Path::new("/home"), Path::new("/programs"));
            assert!(!line[0].is_empty() && !line.join(" ").contains("HOME"), "{line:?}");
        }
    }
}
