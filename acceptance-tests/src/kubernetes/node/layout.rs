//! What a node is started from: installed and built programs, and the files in its folder.

use super::certificates::Authority;
use super::{API_SERVER, Key, NODE_ADDRESS, NODE_NAME, configuration};
use crate::failure::{Failure, Outcome};
use crate::folders;
use crate::kubernetes::Kubeconfig;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A new folder below `target/kubernetes`, whose name is the node's.
pub(super) fn home() -> Outcome<PathBuf> {
    let all = folders::target().join("kubernetes");
    fs::create_dir_all(&all)?;
    let home = tempfile::Builder::new().prefix("node-").tempdir_in(&all)?.keep();
    // Pods run as other users.
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755))?;
    Ok(home)
}

/// The programs that are not built here.
pub(super) fn installed() -> Outcome {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there =
        |name: &&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    let needed = ["containerd", "runc", "ctr", "iptables", "conntrack", "unshare", "nsenter", "ip"];
    let mut missing: Vec<&str> = needed.into_iter().filter(|name| !is_there(name)).collect();
    if !Path::new("/usr/lib/cni/bridge").is_file() {
        missing.push("the CNI plugins");
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "a Kubernetes node needs {}: `make prepare` installs them; or name a cluster by FLINK_TEST_KUBECONFIG",
        missing.join(", ")
    )))
}

/// The folder of the built programs; builds them, or waits for who does.
pub(super) fn programs() -> Outcome<PathBuf> {
    let script = folders::repository().join("acceptance-tests/kubernetes/build");
    let output = Command::new(script).arg(folders::target()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("Kubernetes could not be built:\n{said}")));
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

/// Writes what the servers are started with.
pub(super) fn lay_out(home: &Path) -> Outcome<Authority> {
    for folder in ["etc/cni", "log", "run", "var", "pki", "shared"] {
        fs::create_dir_all(home.join(folder))?;
    }
    // Pods run as other users.
    fs::set_permissions(home.join("shared"), fs::Permissions::from_mode(0o777))?;
    for (file, content) in configuration::files(home) {
        fs::write(home.join(file), content)?;
    }
    let pki = home.join("pki");
    let authority = Authority::new(&pki)?;
    let api_server = [
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
        "127.0.0.1",
        "10.96.0.1",
        NODE_ADDRESS,
    ];
    authority.server("apiserver", &api_server)?;
    authority.server("kubelet-server", &[NODE_NAME, NODE_ADDRESS])?;
    authority.client("front-proxy", "front-proxy-client", "kubernetes", Key::EllipticCurve)?;
    let servers = [
        ("kube-controller-manager", "system:kube-controller-manager", "kubernetes"),
        ("kube-scheduler", "system:kube-scheduler", "kubernetes"),
        ("kube-proxy", "system:kube-proxy", "kubernetes"),
        ("kubelet", "system:node:node1", "system:nodes"),
    ];
    for (file, user, group) in servers {
        let identity = authority.client(file, user, group, Key::EllipticCurve)?;
        let user = Kubeconfig::certificate(&identity.certificate, &identity.key);
        Kubeconfig::new(API_SERVER, authority.certificate(), &user)
            .write(&pki.join(file).with_extension("kubeconfig"))?;
    }
    Ok(authority)
}

/// The kubeconfig of who may do everything.
pub(super) fn administrator(authority: &Authority) -> Outcome<Kubeconfig> {
    let identity = authority.client("admin", "admin", "system:masters", Key::Rsa)?;
    let user = Kubeconfig::certificate(&identity.certificate, &identity.key);
    Ok(Kubeconfig::new(API_SERVER, authority.certificate(), &user))
}
