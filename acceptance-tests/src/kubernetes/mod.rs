//! A real Kubernetes for the tests: a node of their own, or any cluster that
//! `FLINK_TEST_KUBECONFIG` names.
//!
//! The node is upstream Kubernetes with every server, containerd and runc, in Linux namespaces of
//! its own: it starts in five seconds, needs no network, and is gone with the test that started it,
//! however that ends. Its pods and Services are reached from *inside* only ([`Cluster::command`]:
//! same files, other network); from outside there is one [`Door`], to the API server alone.
//!
//! Tests of one binary share [`Cluster::shared`] and take a [`Namespace`] each. Whoever breaks
//! servers starts a cluster of his own.
//!
//! Deliberately not here: stand-ins for any server, images from a registry, a fallback when the
//! node cannot start.

mod cluster;
mod door;
mod external;
mod image;
mod kubeconfig;
mod kubectl;
mod namespace;
mod node;

pub use cluster::Cluster;
pub use door::Door;
pub use image::{ImageSpec, VERSIONS, prepare};
pub use kubeconfig::Kubeconfig;
pub use kubectl::Kubectl;
pub use namespace::Namespace;
pub use node::{Access, Asked, Key, Node, Server};

/// `env.java.opts.all` for clusters in tests: a third less time to start on two cores. The
/// distribution's own options come before it.
pub const JVM_OPTIONS: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
