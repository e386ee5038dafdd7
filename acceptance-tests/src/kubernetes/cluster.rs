//! A cluster of either kind, as tests use it.

use super::external::External;
use super::image::{self, ImageSpec};
use super::node::Key;
use super::{Door, Kubeconfig, Kubectl, Namespace, Node};
use crate::failure::{Failure, Outcome};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{Write, stderr};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tokio::sync::{Mutex, OnceCell};

/// A Kubernetes to test on.
#[derive(Debug)]
pub struct Cluster {
    kind: Kind,
    /// The published images that it has. One is made known at a time: layers are shared.
    images: Mutex<BTreeSet<String>>,
}

#[derive(Debug)]
enum Kind {
    Node(Box<Node>),
    External(External),
}

impl Cluster {
    /// The cluster that the tests of one binary share; started by the first that asks, gone when the
    /// binary ends.
    pub async fn shared() -> Outcome<&'static Self> {
        static SHARED: OnceCell<Cluster> = OnceCell::const_new();
        SHARED.get_or_try_init(Self::start).await
    }

    /// The cluster that `FLINK_TEST_KUBECONFIG` names, else a node of one's own.
    pub async fn start() -> Outcome<Self> {
        let Some(kubeconfig) = External::asked_for() else {
            return Self::a_node().await;
        };
        let kind = Kind::External(External::of(&kubeconfig).await?);
        Ok(Self { kind, images: Mutex::default() })
    }

    /// A node of one's own: for tests that do something to its servers, see [`Self::node`], or know
    /// every word that it says. None where another cluster is named, and a line that says what is
    /// skipped and why.
    pub async fn of_our_own(subject: &str, why: &str) -> Outcome<Option<Self>> {
        if External::asked_for().is_none() {
            return Self::a_node().await.map(Some);
        }
        // Past the harness of the tests, which keeps what passing ones print.
        writeln!(
            stderr(),
            "SKIPPED: {subject} needs a node of the tests' own ({why}), and FLINK_TEST_KUBECONFIG names another cluster"
        )?;
        Ok(None)
    }

    async fn a_node() -> Outcome<Self> {
        let kind = Kind::Node(Box::new(Node::start().await?));
        Ok(Self { kind, images: Mutex::default() })
    }

    /// The node whose servers can be stopped and killed.
    ///
    /// # Errors
    /// The cluster is another one, whose servers are not ours.
    pub fn node(&self) -> Outcome<&Node> {
        match &self.kind {
            Kind::Node(node) => Ok(node),
            Kind::External(_) => Err(Failure::new(
                "FLINK_TEST_KUBECONFIG names a cluster whose servers are not ours",
            )),
        }
    }

    /// kubectl as administrator.
    pub fn kubectl(&self) -> &Kubectl {
        match &self.kind {
            Kind::Node(node) => node.kubectl(),
            Kind::External(external) => external.kubectl(),
        }
    }

    /// A command where the cluster's addresses are reachable, see [`Kubectl::command`].
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.kubectl().command(program)
    }

    /// The administrator's kubeconfig for such commands.
    pub fn kubeconfig(&self) -> &Kubeconfig {
        match &self.kind {
            Kind::Node(node) => node.administrator(),
            Kind::External(external) => external.kubeconfig(),
        }
    }

    /// A kubeconfig for such commands of a user who is in one group: with a certificate where the
    /// authority is ours, else the administrator who acts as that user.
    pub fn user(&self, name: &str, group: &str) -> Outcome<Kubeconfig> {
        match &self.kind {
            Kind::Node(node) => node.user(name, group, Key::EllipticCurve),
            Kind::External(external) => Ok(external.user(name, group)),
        }
    }

    /// The way in from outside, to the API server alone. `None` where commands run outside anyway.
    pub fn door(&self) -> Outcome<Option<Door>> {
        match &self.kind {
            Kind::Node(node) => node.door().map(Some),
            Kind::External(_) => Ok(None),
        }
    }

    /// Makes an image known; gives the name for manifests, with `imagePullPolicy: IfNotPresent`.
    pub async fn image(&self, spec: &ImageSpec) -> Outcome<String> {
        let mut images = self.images.lock().await;
        let name = spec.name()?;
        if images.contains(&name) {
            return Ok(name);
        }
        match &self.kind {
            Kind::Node(node) => image::register(node, spec).await?,
            Kind::External(external) => external.image(spec)?,
        }
        // A name of a test's own may come to mean something else.
        if !spec.is_named() {
            images.insert(name.clone());
        }
        Ok(name)
    }

    /// A new namespace, deleted with what is in it when dropped.
    pub async fn namespace(&self, prefix: &str) -> Outcome<Namespace> {
        let (shared, logs) = match &self.kind {
            Kind::Node(node) => (node.shared(), Some(node.logs())),
            Kind::External(_) => (External::shared()?, None),
        };
        let folder: PathBuf =
            tempfile::Builder::new().prefix(&format!("{prefix}-")).tempdir_in(shared)?.keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o777))?;
        Namespace::make(self.kubectl().clone(), self.kubeconfig().clone(), folder, logs).await
    }
}
