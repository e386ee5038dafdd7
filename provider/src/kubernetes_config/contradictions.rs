//! What attributes of the block `kubernetes` say against one another.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    path::Path,
};

use super::Kubernetes;

/// Rules over several attributes. What is unknown may still turn out to be absent, so that only
/// what is known contradicts.
pub fn validate(kubernetes: &Kubernetes) -> Diagnostics {
    let told = contradictions(kubernetes).into_iter().map(|(summary, detail, attribute)| {
        // Terraform finds the line of no deeper attribute.
        let detail = format!("kubernetes.{attribute}: {detail}");
        Diagnostic::error(summary, detail).at(Path::attribute("kubernetes"))
    });
    told.collect()
}

/// Which attributes are set, whatever their values.
struct Said {
    where_: Vec<&'static str>,
    who: Vec<&'static str>,
    how: Vec<&'static str>,
}

fn said(kubernetes: &Kubernetes) -> Said {
    let names = |pairs: &[(&'static str, bool)]| {
        pairs.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let known = |text: &Attr<String>| text.known().is_some();
    Said {
        where_: names(&[
            ("in_cluster", kubernetes.in_cluster == Attr::Known(true)),
            ("host", known(&kubernetes.host)),
            ("config_path", known(&kubernetes.config_path)),
            ("config_paths", kubernetes.config_paths.known().is_some()),
        ]),
        who: names(&[
            ("token", known(&kubernetes.token)),
            ("client_certificate", known(&kubernetes.client_certificate)),
            ("exec", kubernetes.exec.known().is_some()),
        ]),
        how: names(&[
            ("config_context", known(&kubernetes.config_context)),
            ("cluster_ca_certificate", known(&kubernetes.cluster_ca_certificate)),
            ("insecure", kubernetes.insecure.known().is_some()),
            ("tls_server_name", known(&kubernetes.tls_server_name)),
            ("proxy_url", known(&kubernetes.proxy_url)),
        ]),
    }
}

pub(super) fn contradictions(kubernetes: &Kubernetes) -> Vec<(&'static str, String, &'static str)> {
    let Said { where_, who, how } = said(kubernetes);
    let mut found = Vec::new();
    let mut contradiction = |summary, detail, attribute| found.push((summary, detail, attribute));
    if let [first, second, ..] = where_.as_slice() {
        let detail =
            format!("{first} and {second} each say which API server is meant. Remove one of them.");
        contradiction("Two ways to Kubernetes", detail, *second);
    }
    if let [first, second, ..] = who.as_slice() {
        let detail = format!("{first} and {second} each say who asks. Remove one of them.");
        contradiction("Two ways to authenticate to Kubernetes", detail, *second);
    }
    let rest: Vec<&str> = who.iter().chain(&how).copied().collect();
    if let (["in_cluster"], Some(other)) = (where_.as_slice(), rest.first()) {
        let detail = format!(
            "in_cluster uses the pod's service account, its address and its authority; {other} would not be used. Remove one of them."
        );
        contradiction("Two ways to Kubernetes", detail, "in_cluster");
    }
    let unsaid = where_.is_empty() && !may_say_where(kubernetes);
    if let (true, Some(other)) = (unsaid, rest.first()) {
        let detail = format!(
            "{other} is set, but nothing says which API server is meant, and the environment is used only where nothing is set. Set host, config_path (for example \"~/.kube/config\") or in_cluster."
        );
        contradiction("No API server is named", detail, "host");
    }
    if how.contains(&"config_context") && where_.contains(&"host") {
        let detail =
            "A context is of a kubeconfig, and host takes the place of one. Remove one of them."
                .to_owned();
        contradiction("Two ways to Kubernetes", detail, "config_context");
    }
    let half = |one: &Attr<String>, other: &Attr<String>| one.known().is_some() && other.is_null();
    let (certificate, key) = (&kubernetes.client_certificate, &kubernetes.client_key);
    if half(certificate, key) || half(key, certificate) {
        let detail = "A client certificate is of use only with its key. Set kubernetes.client_certificate and kubernetes.client_key.".to_owned();
        contradiction("Half of a client certificate", detail, "client_certificate");
    }
    if kubernetes.insecure == Attr::Known(true) && how.contains(&"cluster_ca_certificate") {
        let detail = "insecure checks no certificate, so that cluster_ca_certificate would not be used. Remove one of them.".to_owned();
        contradiction("Trust that is not used", detail, "insecure");
    }
    found
}

/// Whether something that says which API server is meant is only not known yet.
fn may_say_where(kubernetes: &Kubernetes) -> bool {
    [&kubernetes.host, &kubernetes.config_path].into_iter().any(Attr::is_unknown)
        || kubernetes.config_paths.is_unknown()
        || kubernetes.in_cluster.is_unknown()
}
