//! A pod without what Flink's client put into it: the template that it had.

use serde_json::{Map, Value, json};

use crate::names::MAIN_CONTAINER;
use crate::server_defaults;

/// Fields of a pod that Flink overwrites whatever the template says.
const OVERWRITTEN: [&str; 2] = ["hostNetwork", "serviceAccount"];

/// The same of the main container.
const OVERWRITTEN_IN_MAIN: [&str; 3] = ["name", "command", "args"];

/// Where Flink's value and the template's cannot be told apart by defaults of the
/// API server: these are compared as they stand.
const AS_THEY_STAND: [&str; 1] = ["dnsPolicy"];

/// The same of the main container.
const AS_THEY_STAND_IN_MAIN: [&str; 1] = ["imagePullPolicy"];

/// The template that makes `live` out of `bare`, the pod without one; `None` if
/// nothing differs. Both are `{metadata, spec}` of a Deployment's template.
pub(super) fn template(live: &Value, bare: &Value) -> Option<Value> {
    let whole = [live, bare].map(server_defaults::without_in_template);
    let [live_map, bare_map] = whole.each_ref().map(|it| part(it, "metadata"));
    let metadata = less_map(&live_map, &bare_map);
    let [mut live_spec, mut bare_spec] = whole.each_ref().map(|it| part(it, "spec"));
    let live_main = take_main(&mut live_spec);
    let bare_main = take_main(&mut bare_spec);
    keep_as_they_stand(&mut live_spec, live.get("spec"), &AS_THEY_STAND);
    keep_as_they_stand(&mut bare_spec, bare.get("spec"), &AS_THEY_STAND);
    let mut spec = less_map(&live_spec, &bare_spec);
    spec.retain(|field, _| !OVERWRITTEN.contains(&field.as_str()));
    let main = main(live, bare, (&live_main, &bare_main));
    if spec.get("containers").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        spec.remove("containers");
    }
    if !main.is_empty() {
        let mut main = main;
        main.insert("name".to_owned(), json!(MAIN_CONTAINER));
        let containers = spec.entry("containers").or_insert_with(|| json!([]));
        containers.as_array_mut()?.push(Value::Object(main));
    }
    let template: Map<String, Value> = [("metadata", metadata), ("spec", spec)]
        .into_iter()
        .filter(|(_, map)| !map.is_empty())
        .map(|(name, map)| (name.to_owned(), Value::Object(map)))
        .collect();
    (!template.is_empty()).then_some(Value::Object(template))
}

fn main(
    live: &Value,
    bare: &Value,
    (live_main, bare_main): (&Map<String, Value>, &Map<String, Value>),
) -> Map<String, Value> {
    let raw = [live, bare].map(|it| Value::Object(take_main(&mut part(it, "spec"))));
    let [mut live_main, mut bare_main] = [live_main.clone(), bare_main.clone()];
    let [raw_live, raw_bare] = &raw;
    keep_as_they_stand(&mut live_main, Some(raw_live), &AS_THEY_STAND_IN_MAIN);
    keep_as_they_stand(&mut bare_main, Some(raw_bare), &AS_THEY_STAND_IN_MAIN);
    let mut main = less_map(&live_main, &bare_main);
    main.retain(|field, _| !OVERWRITTEN_IN_MAIN.contains(&field.as_str()));
    if let Some(Value::Object(resources)) = main.get_mut("resources") {
        for side in ["requests", "limits"] {
            if let Some(Value::Object(quantities)) = resources.get_mut(side) {
                quantities.retain(|name, _| !["cpu", "memory"].contains(&name.as_str()));
            }
        }
        resources.retain(|_, side| !side.as_object().is_some_and(Map::is_empty));
        if resources.is_empty() {
            main.remove("resources");
        }
    }
    main
}

fn part(template: &Value, name: &str) -> Map<String, Value> {
    template.get(name).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn take_main(spec: &mut Map<String, Value>) -> Map<String, Value> {
    let Some(Value::Array(containers)) = spec.get_mut("containers") else { return Map::new() };
    let is_main = |it: &Value| it.get("name").and_then(Value::as_str) == Some(MAIN_CONTAINER);
    match containers.iter().position(is_main).map(|index| containers.remove(index)) {
        Some(Value::Object(main)) => main,
        _ => Map::new(),
    }
}

fn keep_as_they_stand(map: &mut Map<String, Value>, raw: Option<&Value>, fields: &[&str]) {
    for field in fields {
        if let Some(value) = raw.and_then(|raw| raw.get(field)) {
            map.insert((*field).to_owned(), value.clone());
        }
    }
}

/// What is in `whole` and not in `part`.
fn less_map(whole: &Map<String, Value>, part: &Map<String, Value>) -> Map<String, Value> {
    let mut rest = Map::new();
    for (key, value) in whole {
        let left = match (value, part.get(key)) {
            (value, Some(other)) if value == other => continue,
            (Value::Object(value), Some(Value::Object(other))) => {
                let left = less_map(value, other);
                if left.is_empty() {
                    continue;
                }
                Value::Object(left)
            }
            (Value::Array(value), Some(Value::Array(other))) => {
                let left = less_list(value, other);
                if left.is_empty() {
                    continue;
                }
                Value::Array(left)
            }
            (value, Some(_) | None) => value.clone(),
        };
        rest.insert(key.clone(), left);
    }
    rest
}

/// The list without the elements of another: each takes away the last one that
/// equals it, because Flink appends.
fn less_list(whole: &[Value], part: &[Value]) -> Vec<Value> {
    let mut rest = whole.to_vec();
    for element in part {
        if let Some(index) = rest.iter().rposition(|it| it == element) {
            rest.remove(index);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(main: Value, more: Value) -> Value {
        let mut main = main;
        main["name"] = json!(MAIN_CONTAINER);
        let mut spec = more;
        spec["containers"] = json!([main]);
        json!({ "metadata": { "labels": { "app": "a" } }, "spec": spec })
    }

    #[test]
    fn what_differs_is_the_template() {
        let bare = pod(
            json!({ "image": "flink:1", "imagePullPolicy": "IfNotPresent", "args": ["x"],
                "env": [{ "name": "IP" }], "resources": { "requests": { "cpu": "1", "memory": "2" } } }),
            json!({ "dnsPolicy": "ClusterFirst", "hostNetwork": false }),
        );
        assert_eq!(template(&bare, &bare), None);
        for (name, live, expected) in [
            (
                "server's defaults are none",
                pod(
                    json!({ "image": "flink:1", "imagePullPolicy": "IfNotPresent", "args": ["y"],
                        "env": [{ "name": "IP" }], "terminationMessagePolicy": "File",
                        "resources": { "requests": { "cpu": "2", "memory": "3" } } }),
                    json!({ "dnsPolicy": "ClusterFirst", "hostNetwork": true, "restartPolicy": "Always" }),
                ),
                None,
            ),
            (
                "image, policy, environment and disk",
                pod(
                    json!({ "image": "own:latest", "imagePullPolicy": "Always", "args": ["x"],
                        "env": [{ "name": "A" }, { "name": "IP" }],
                        "resources": { "requests": { "cpu": "1", "memory": "2", "ephemeral-storage": "3" } } }),
                    json!({ "dnsPolicy": "Default", "hostNetwork": false }),
                ),
                Some(json!({ "spec": {
                    "dnsPolicy": "Default",
                    "containers": [{ "name": MAIN_CONTAINER, "image": "own:latest",
                        "imagePullPolicy": "Always", "env": [{ "name": "A" }],
                        "resources": { "requests": { "ephemeral-storage": "3" } } }],
                }})),
            ),
        ] {
            assert_eq!(template(&live, &bare), expected, "{name}");
        }
    }
}
