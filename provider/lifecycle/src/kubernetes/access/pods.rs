//! The JobManager pods behind a Service.

use http::Uri;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::kubernetes::Kubernetes;
use crate::kubernetes::error::Error;
use crate::kubernetes::service::{Target, TargetPort, get};

/// A pod that can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pod {
    /// Its name.
    pub(super) name: String,
    /// The port of the REST API.
    pub(super) port: u16,
    /// Its own address.
    address: Option<String>,
    /// Address of the node that it is on.
    pub(super) node: Option<String>,
}

/// The pods behind `target` that are ready; of several the one that leads comes first, where high
/// availability says which. Any JobManager takes a job, but hands its jar over by the leader's host
/// name, which no other pod can resolve (seen with Flink 2.3).
///
/// # Errors
/// Those of the read of the pods.
pub(super) async fn leader_first(
    kubernetes: &Kubernetes,
    target: &Target,
) -> Result<Vec<Pod>, Error> {
    let mut ready = ready(kubernetes, target).await?;
    if ready.len() > 1
        && let Some(leader) = leader(kubernetes, target).await
    {
        ready.sort_by_key(|pod| pod.address.as_deref() != Some(&*leader));
    }
    Ok(ready)
}

/// The address of the JobManager that leads, as high availability on Kubernetes writes it down.
async fn leader(kubernetes: &Kubernetes, target: &Target) -> Option<String> {
    let (namespace, cluster) = (&target.namespace, target.selector.get("app")?);
    let path = format!("/api/v1/namespaces/{namespace}/configmaps/{cluster}-cluster-config-map");
    let elected = kubernetes.request(get(&path)).await.ok()?;
    leading(elected["data"]["org.apache.flink.k8s.leader.restserver"].as_str()?)
}

/// `10.1.2.3` of `<session>,http://10.1.2.3:8081`.
fn leading(told: &str) -> Option<String> {
    let (_, url) = told.split_once(',')?;
    let url: Uri = url.parse().ok()?;
    Some(url.host()?.trim_matches(['[', ']']).to_owned())
}

/// The pods behind `target` that are ready, by name.
///
/// # Errors
/// Those of the read.
pub(super) async fn ready(kubernetes: &Kubernetes, target: &Target) -> Result<Vec<Pod>, Error> {
    if target.selector.is_empty() {
        return Ok(Vec::new());
    }
    let labels: Vec<String> =
        target.selector.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let selector = utf8_percent_encode(&labels.join(","), NON_ALPHANUMERIC).to_string();
    let path = format!("/api/v1/namespaces/{}/pods?labelSelector={selector}", target.namespace);
    Ok(of(&kubernetes.request(get(&path)).await?, &target.target_port))
}

fn of(list: &Value, port: &TargetPort) -> Vec<Pod> {
    let pods = list["items"].as_array().into_iter().flatten();
    let mut ready: Vec<Pod> = pods.filter_map(|pod| one(pod, port)).collect();
    ready.sort_by(|one, other| one.name.cmp(&other.name));
    ready
}

fn one(pod: &Value, port: &TargetPort) -> Option<Pod> {
    let conditions = pod["status"]["conditions"].as_array()?;
    let is_ready = conditions
        .iter()
        .any(|condition| condition["type"] == "Ready" && condition["status"] == "True");
    if !is_ready || pod["metadata"].get("deletionTimestamp").is_some() {
        return None;
    }
    let port = match port {
        TargetPort::Number(number) => *number,
        TargetPort::Name(name) => named_port(pod, name)?,
    };
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let (name, status) = (text(&pod["metadata"]["name"])?, &pod["status"]);
    Some(Pod { name, port, address: text(&status["podIP"]), node: text(&status["hostIP"]) })
}

fn named_port(pod: &Value, name: &str) -> Option<u16> {
    let containers = pod["spec"]["containers"].as_array().into_iter().flatten();
    let mut ports = containers.filter_map(|container| container["ports"].as_array()).flatten();
    let port = ports.find(|port| port["name"] == name)?;
    u16::try_from(port["containerPort"].as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod(name: &str, ready: &str) -> Value {
        json!({
            "metadata": { "name": name },
            "spec": { "containers": [{ "ports": [{ "name": "rest", "containerPort": 8082 }] }] },
            "status": { "hostIP": "10.0.0.1", "conditions": [{ "type": "Ready", "status": ready }] },
        })
    }

    #[test]
    fn only_pods_that_are_ready_and_stay_are_asked() {
        let mut leaving = pod("c", "True");
        leaving["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        let list = json!({ "items": [pod("b", "True"), pod("a", "True"), pod("x", "False"), leaving, {}] });
        let names: Vec<String> =
            of(&list, &TargetPort::Number(8081)).into_iter().map(|pod| pod.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn who_leads_is_read_from_what_flink_writes_down() {
        let session = "00000000-0000-0000-0000-000000000004";
        for (told, expected) in [
            ("http://10.1.2.3:8081", Some("10.1.2.3")),
            ("https://10.1.2.3:8081", Some("10.1.2.3")),
            ("http://[fd00::1]:8081", Some("fd00::1")),
            ("", None),
        ] {
            let told = format!("{session},{told}");
            assert_eq!(leading(&told).as_deref(), expected, "{told}");
        }
        assert_eq!(leading("nobody"), None);
    }

    #[test]
    fn a_port_that_a_service_names_is_the_containers() {
        let list = json!({ "items": [pod("a", "True")] });
        assert_eq!(of(&list, &TargetPort::Name("rest".to_owned()))[0].port, 8082);
        assert_eq!(of(&list, &TargetPort::Name("other".to_owned())), []);
    }
}
