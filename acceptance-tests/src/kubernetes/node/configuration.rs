//! The files that a node's servers are started with: pure text.

use super::{NODE_ADDRESS, NODE_NAME, SOCKET};
use std::path::Path;

/// Each file below the node's folder, with its content.
pub(super) fn files(home: &Path) -> Vec<(&'static str, String)> {
    let home = home.display();
    vec![
        // A name that is not there is refused at once: every JVM would wait a minute otherwise.
        ("etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n".to_owned()),
        ("etc/hosts", format!("127.0.0.1 localhost\n{NODE_ADDRESS} {NODE_NAME}\n")),
        ("etc/cni/10-pods.conflist", network(&home.to_string())),
        ("etc/containerd.toml", containerd(&home.to_string())),
        ("etc/kubelet.yaml", kubelet(&home.to_string())),
        ("etc/proxy.yaml", proxy(&home.to_string())),
        ("etc/audit.yaml", AUDIT.to_owned()),
        ("etc/Corefile", names(&home.to_string())),
        ("etc/dns.yaml", NAME_SERVICE.replace("NODE_ADDRESS", NODE_ADDRESS)),
    ]
}

fn network(home: &str) -> String {
    format!(
        r#"{{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {{"type": "bridge", "bridge": "cni0", "isGateway": true, "isDefaultGateway": true, "ipMasq": false,
    "hairpinMode": true, "ipam": {{"type": "host-local", "ranges": [[{{"subnet": "10.244.0.0/24"}}]],
    "dataDir": "{home}/run/addresses"}}}},
  {{"type": "portmap", "capabilities": {{"portMappings": true}}, "snat": true}}]}}
"#
    )
}

fn containerd(home: &str) -> String {
    format!(
        r#"version = 2
root = "{home}/var/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "{SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true # lowering it needs CAP_SYS_RESOURCE, which containers of continuous integration lack
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{home}/etc/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
"#
    )
}

fn kubelet(home: &str) -> String {
    format!(
        "apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {{anonymous: {{enabled: false}}, webhook: {{enabled: true}}, x509: {{clientCAFile: {home}/pki/ca.crt}}}}
authorization: {{mode: Webhook}}
tlsCertFile: {home}/pki/kubelet-server.crt
tlsPrivateKeyFile: {home}/pki/kubelet-server.key
cgroupDriver: cgroupfs
failCgroupV1: false
oomScoreAdj: 0
containerRuntimeEndpoint: unix://{SOCKET}
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
resolvConf: {home}/etc/resolv.conf
podLogsDir: {home}/log/pods
imageGCHighThresholdPercent: 100 # images cannot be pulled again
imageGCLowThresholdPercent: 99
evictionHard: {{memory.available: 100Mi, nodefs.available: 200Mi, imagefs.available: 200Mi}} # of a disk for all
serializeImagePulls: false
cpuCFSQuota: false # tests ask for little, so that much fits in; a limit of as little would make Flink start in minutes
"
    )
}

fn proxy(home: &str) -> String {
    format!(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {{kubeconfig: {home}/pki/kube-proxy.kubeconfig}}
mode: iptables
clusterCIDR: 10.244.0.0/24
oomScoreAdj: 0
conntrack: {{maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}}
hostnameOverride: {NODE_NAME}
"
    )
}

fn names(home: &str) -> String {
    format!(
        ".:53 {{
    errors
    ready 127.0.0.1:8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {{
        kubeconfig {home}/pki/admin.kubeconfig test
        ttl 5
    }}
}}
"
    )
}

/// What service accounts of tests ask for is written down, and nothing else: see [`super::audit`].
const AUDIT: &str = r#"apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- {level: None, userGroups: ["system:serviceaccounts:kube-system"]}
- {level: Metadata, userGroups: ["system:serviceaccounts"]}
- {level: None}
"#;

/// Pods ask the Service; the name server runs on the node, not in a pod.
const NAME_SERVICE: &str = "apiVersion: v1
kind: Service
metadata: {name: kube-dns, namespace: kube-system}
spec:
  clusterIP: 10.96.0.10
  ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: kube-dns, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
addressType: IPv4
ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53, protocol: TCP}]
endpoints: [{addresses: [NODE_ADDRESS], conditions: {ready: true}}]
";
