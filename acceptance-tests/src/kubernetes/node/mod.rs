//! A node of our own: every server of Kubernetes in Linux namespaces of their own.
//!
//! `kubernetes/hold` holds the namespaces and cgroups for as long as the pipe lives that the test
//! holds, `kubernetes/init` is the first process in them. Everything the node writes is below its
//! folder in `target/kubernetes`; its logs stay there for two hours.

mod audit;
mod certificates;
mod configuration;
mod holder;
mod layout;
mod server;

pub use audit::{Access, Asked};
pub use certificates::Key;
pub use server::Server;

use super::kubectl::{self, Kubectl};
use super::{Door, Kubeconfig};
use crate::failure::{Failure, Outcome, last_lines};
use crate::guard::Guarded;
use crate::poll;
use certificates::Authority;
use holder::Holder;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

const NODE_NAME: &str = "node1";
const NODE_ADDRESS: &str = "172.31.255.2";
const API_SERVER: &str = "https://172.31.255.2:6443";
/// In the node's own /run: whatever folder the repository is in, the path is short enough.
const SOCKET: &str = "/run/containerd/containerd.sock";
const START: Duration = Duration::from_mins(2);

/// A running node; dropped, all of it is gone but its logs.
#[derive(Debug)]
pub struct Node {
    holder: Holder,
    servers: Mutex<BTreeMap<Server, Guarded>>,
    home: PathBuf,
    programs: PathBuf,
    authority: Authority,
    administrator: Kubeconfig,
    kubectl: Kubectl,
}

impl Drop for Node {
    /// The namespaces first: with them every process in them ends. What led the servers in is ended
    /// all at once: each time it takes whoever inherits its last process a while to notice.
    fn drop(&mut self) {
        self.holder.release();
        let servers = self.servers.get_mut().unwrap_or_else(PoisonError::into_inner);
        let ending: Vec<_> = std::mem::take(servers)
            .into_values()
            .map(|server| thread::spawn(move || drop(server)))
            .collect();
        for ended in ending {
            let _ = ended.join();
        }
    }
}

impl Node {
    /// Starts a node and waits until it takes pods.
    ///
    /// # Errors
    /// Something is not installed, not allowed, or did not come up: which, and where the logs are.
    pub async fn start() -> Outcome<Self> {
        layout::installed()?;
        let programs = layout::programs()?;
        let home = layout::home()?;
        let authority = layout::lay_out(&home)?;
        let administrator = layout::administrator(&authority)?;
        administrator.write(&home.join("pki/admin.kubeconfig"))?;
        let holder = holder::hold(&home).await?;
        let entrance = Some(home.join("enter"));
        let kubeconfig = home.join("pki/admin.kubeconfig");
        let node = Self {
            holder,
            servers: Mutex::default(),
            kubectl: Kubectl::new(entrance, programs.join("kubectl"), kubeconfig),
            home,
            programs,
            authority,
            administrator,
        };
        node.bring_up().await?;
        Ok(node)
    }

    async fn bring_up(&self) -> Outcome {
        for server in [Server::Containerd, Server::Etcd, Server::ApiServer, Server::Relay] {
            self.start_server(server)?;
        }
        self.wait_for("the API server", &["get", "--raw", "/readyz"]).await?;
        for server in [Server::ControllerManager, Server::Scheduler, Server::Kubelet] {
            self.start_server(server)?;
        }
        self.start_server(Server::Proxy)?;
        self.start_server(Server::Names)?;
        super::image::pause(self, &self.programs).await?;
        let names = self.home.join("etc/dns.yaml").display().to_string();
        self.kubectl.run(&["apply", "-f", &names]).await?;
        let ready = ["wait", "--for=condition=Ready", "node/node1", "--timeout=1s"];
        self.wait_for("the node to be Ready", &ready).await?;
        // Without it pods are refused; it is the controllers' first work.
        self.wait_for("service accounts", &["get", "serviceaccount", "default"]).await
    }

    /// Asks kubectl until it is content, or a server has ended.
    async fn wait_for(&self, what: &str, arguments: &[&str]) -> Outcome {
        let waited = poll::until(what, START, async || {
            let answered = self.kubectl.run(arguments).await.is_ok();
            (answered || !self.ended().is_empty()).then_some(answered)
        });
        match waited.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure::new(format!("{what} cannot come:\n{}", self.report()))),
            Err(failure) => Err(Failure::new(format!("{failure:?}\n{}", self.report()))),
        }
    }

    /// Where it keeps everything.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// kubectl as administrator, inside.
    pub fn kubectl(&self) -> &Kubectl {
        &self.kubectl
    }

    /// The administrator's kubeconfig, for clients inside.
    pub fn administrator(&self) -> &Kubeconfig {
        &self.administrator
    }

    /// A kubeconfig, for clients inside, of any user in one group.
    pub fn user(&self, name: &str, group: &str, key: Key) -> Outcome<Kubeconfig> {
        let identity = self.authority.user(name, group, key)?;
        let user = Kubeconfig::certificate(&identity.certificate, &identity.key);
        Ok(self.administrator.clone().with_user(user))
    }

    /// A way in from outside that leads to the API server alone.
    pub fn door(&self) -> Outcome<Door> {
        Door::to(&self.home.join("api.sock"), &self.administrator, &self.kubectl)
    }

    /// A folder that pods mount by hostPath and that has the same path outside.
    pub fn shared(&self) -> PathBuf {
        self.home.join("shared")
    }

    /// Runs a command inside to its end; gives its standard output.
    pub(super) async fn inside<A: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: &[A],
    ) -> Outcome<String> {
        let mut command = self.kubectl.command(program);
        command
            .args(arguments)
            .env("CONTAINERD_ADDRESS", SOCKET)
            .env("CONTAINERD_NAMESPACE", "k8s.io");
        kubectl::run(command, "").await
    }

    /// Starts a server that does not run; does not wait for it.
    pub fn start_server(&self, server: Server) -> Outcome {
        let pid = self.pid_file(server).display().to_string();
        let mut line: Vec<String> =
            ["/bin/sh", "-c", r#"echo $$ >"$0"; exec "$@""#, &pid].map(str::to_owned).into();
        line.extend(server.command_line(&self.home, &self.programs));
        let enter = self.home.join("enter").display().to_string();
        let started = Guarded::start(&enter, &line, &self.log(server))?;
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).insert(server, started);
        Ok(())
    }

    /// SIGKILL for a server; returns when it is gone.
    pub fn kill_server(&self, server: Server) {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).remove(&server);
    }

    /// SIGSTOP for a server: it keeps its connections and answers nothing.
    pub async fn stop_server(&self, server: Server) -> Outcome {
        self.signal(server, "-STOP").await
    }

    /// SIGCONT for a stopped server.
    pub async fn continue_server(&self, server: Server) -> Outcome {
        self.signal(server, "-CONT").await
    }

    /// The process alone: what led it into the node stops by itself, with it.
    async fn signal(&self, server: Server, signal: &str) -> Outcome {
        let pid = fs::read_to_string(self.pid_file(server))?;
        self.inside("kill", &[signal, pid.trim()]).await.map(drop)
    }

    fn pid_file(&self, server: Server) -> PathBuf {
        self.home.join("run").join(server.name()).with_extension("pid")
    }

    /// Where the servers and pods log; kept for two hours.
    pub fn logs(&self) -> PathBuf {
        self.home.join("log")
    }

    fn log(&self, server: Server) -> PathBuf {
        self.logs().join(server.name()).with_extension("log")
    }

    /// Which servers have ended by themselves.
    fn ended(&self) -> Vec<Server> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = servers
            .iter_mut()
            .filter_map(|(server, process)| process.has_ended().then_some(*server));
        ended.collect()
    }

    /// Which servers have ended by themselves, with their last words, and where all logs are.
    pub fn report(&self) -> String {
        let mut text = format!("logs of the node: {}\n", self.logs().display());
        for server in self.ended() {
            let log = fs::read_to_string(self.log(server)).unwrap_or_default();
            let _ = writeln!(text, "{} has ended:\n{}", server.name(), last_lines(&log, 10));
        }
        text
    }
}
