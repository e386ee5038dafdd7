//! Why something in a namespace did not come to be, for the person who reads a failed run.

use super::Namespace;
use crate::failure::last_lines;
use serde_json::Value;
use std::fmt::Write;

const LOG_LINES: &str = "30";
const EVENTS: usize = 25;

/// Everything that can still be asked; what cannot says why.
pub(super) async fn of(namespace: &Namespace) -> String {
    let mut text = format!("--- pods of {}\n", namespace.name());
    if let Some(logs) = &namespace.logs {
        text.insert_str(0, &format!("--- logs of the servers: {}\n", logs.display()));
    }
    let pods = namespace.list("pods", "").await.unwrap_or_default();
    for pod in &pods {
        text.push_str(&describe(pod));
    }
    text.push_str("--- events\n");
    let columns = "custom-columns=AT:.lastTimestamp,OBJECT:.involvedObject.name,REASON:.reason,MESSAGE:.message";
    let events = ["get", "events", "--sort-by=.metadata.creationTimestamp", "-o", columns];
    text.push_str(&told(namespace, &events, EVENTS).await);
    for pod in &pods {
        let name = pod["metadata"]["name"].as_str().unwrap_or_default();
        let _ = writeln!(text, "--- log of {name}");
        let arguments = ["logs", name, "--all-containers", "--prefix=false", "--tail", LOG_LINES];
        text.push_str(&told(namespace, &arguments, usize::MAX).await);
        if has_restarted(pod) {
            let _ = writeln!(text, "--- log of {name}, before its restart");
            let arguments = ["logs", name, "--all-containers", "--previous", "--tail", LOG_LINES];
            text.push_str(&told(namespace, &arguments, usize::MAX).await);
        }
    }
    text
}

async fn told(namespace: &Namespace, arguments: &[&str], lines: usize) -> String {
    let said = match namespace.run(arguments).await {
        Ok(said) => said,
        Err(failure) => format!("{failure:?}"),
    };
    format!("{}\n", last_lines(&said, lines))
}

/// Name, phase, conditions that do not hold, and how each container is.
fn describe(pod: &Value) -> String {
    let status = &pod["status"];
    let mut text = format!("{} {}", word(&pod["metadata"]["name"]), word(&status["phase"]));
    for condition in status["conditions"].as_array().into_iter().flatten() {
        if condition["status"] != "True" && condition["message"].is_string() {
            let _ = write!(
                text,
                "\n  not {}: {}",
                word(&condition["type"]),
                word(&condition["message"])
            );
        }
    }
    for container in containers(pod) {
        let _ = write!(
            text,
            "\n  {}: {} restarts, is {}, was {}",
            word(&container["name"]),
            container["restartCount"],
            container["state"],
            container["lastState"],
        );
    }
    text.push('\n');
    text
}

fn has_restarted(pod: &Value) -> bool {
    containers(pod).any(|container| container["restartCount"].as_u64().unwrap_or_default() > 0)
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    ["initContainerStatuses", "containerStatuses"]
        .into_iter()
        .flat_map(|list| pod["status"][list].as_array().into_iter().flatten())
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::{describe, has_restarted};
    use serde_json::json;

    #[test]
    fn a_killed_container_is_told_with_its_reason() {
        let pod = json!({
            "metadata": { "name": "p" },
            "status": {
                "phase": "Running",
                "conditions": [{ "type": "Ready", "status": "False", "message": "not all ready" }],
                "containerStatuses": [{
                    "name": "main",
                    "restartCount": 1,
                    "state": { "waiting": { "reason": "CrashLoopBackOff" } },
                    "lastState": { "terminated": { "reason": "OOMKilled" } },
                }],
            },
        });
        let text = describe(&pod);
        for part in ["p Running", "not Ready: not all ready", "CrashLoopBackOff", "OOMKilled"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(has_restarted(&pod));
    }
}
