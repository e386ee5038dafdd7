//! `${NAME}` in the configuration: whether the containers have the variables.

use flink::configuration::Configuration;
use serde_json::Value;

use super::Findings;
use crate::configuration::{ATTRIBUTE, TLS_PASSWORD, variables};
use crate::description::Role;
use crate::names::MAIN_CONTAINER;

/// The container ends at its start when a variable is missing; it may still
/// come from the image, or from a Secret as a whole.
pub(super) fn check(configuration: &Configuration, role: Role, pod: &Value, found: &mut Findings) {
    let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
    let main = containers.and_then(|all| all.iter().find(|it| it["name"] == MAIN_CONTAINER));
    let list = |field: &str| main.and_then(|main| main.get(field)).and_then(Value::as_array);
    if list("envFrom").is_some_and(|sources| !sources.is_empty()) {
        return;
    }
    let has = |name: &str| list("env").is_some_and(|all| all.iter().any(|it| it["name"] == name));
    for (key, value) in configuration {
        for name in variables(value).into_iter().filter(|name| *name != TLS_PASSWORD && !has(name))
        {
            let text = format!(
                "The value names the environment variable {name}, and {0}.env and {0}.env_secrets do not set it. \
                 Unless the image does, the {1} ends at its start and says so.",
                role.attribute(),
                role.component()
            );
            found.warn(&[ATTRIBUTE, key], text);
        }
    }
}
