//! A pod in the making: a template, and what is merged into it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::reading::as_read;
use crate::names::MAIN_CONTAINER;

/// A pod and its main container, kept apart until both are finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    metadata: Map<String, Value>,
    /// The containers in here are all but the main one.
    spec: Map<String, Value>,
    main: Map<String, Value>,
}

/// CPU and memory of the main container, as Kubernetes spells quantities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    /// The requested CPU.
    pub cpu: String,
    /// The CPU that it is throttled at.
    pub cpu_limit: String,
    /// The requested memory.
    pub memory: String,
    /// The memory that it is killed at.
    pub memory_limit: String,
}

impl Pod {
    /// A pod that starts from a template, or from nothing.
    ///
    /// A template without the main container gives an empty one; its containers
    /// are sidecars then. `apiVersion`, `kind` and `status` of it are dropped.
    pub fn from_template(template: Option<&Value>) -> Self {
        let mut template = template.map_or(Value::Null, as_read);
        let mut part = |name| match template.get_mut(name).map(Value::take) {
            Some(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let mut pod = Self { metadata: part("metadata"), spec: part("spec"), main: Map::new() };
        if let Some(Value::Array(containers)) = pod.spec.get_mut("containers") {
            let main = containers
                .iter()
                .position(|it| it.get("name").and_then(Value::as_str) == Some(MAIN_CONTAINER));
            if let Some(Value::Object(main)) = main.map(|index| containers.remove(index)) {
                pod.main = main;
            }
        }
        pod.main.insert("name".to_owned(), json!(MAIN_CONTAINER));
        pod
    }

    /// Merges labels of the pod; these win over the template's.
    pub fn labels(&mut self, labels: &BTreeMap<String, String>) -> &mut Self {
        merge(&mut self.metadata, "labels", labels);
        self
    }

    /// Merges annotations of the pod; these win over the template's.
    pub fn annotations(&mut self, annotations: &BTreeMap<String, String>) -> &mut Self {
        merge(&mut self.metadata, "annotations", annotations);
        self
    }

    /// Merges the labels that a node must have; these win over the template's.
    pub fn node_selector(&mut self, labels: &BTreeMap<String, String>) -> &mut Self {
        merge(&mut self.spec, "nodeSelector", labels);
        self
    }

    /// A field of the pod's spec.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.spec.get(field)
    }

    /// Overwrites a field of the pod's spec.
    pub fn set(&mut self, field: &str, value: Value) -> &mut Self {
        self.spec.insert(field.to_owned(), value);
        self
    }

    /// Writes a field of the pod's spec unless the template has it.
    pub fn set_unless(&mut self, field: &str, value: Value) -> &mut Self {
        self.spec.entry(field).or_insert(value);
        self
    }

    /// Appends to a list of the pod's spec; nothing is left out because it is
    /// there already.
    pub fn append(&mut self, list: &str, items: impl IntoIterator<Item = Value>) -> &mut Self {
        append(&mut self.spec, list, items);
        self
    }

    /// A field of the main container.
    pub fn main_get(&self, field: &str) -> Option<&Value> {
        self.main.get(field)
    }

    /// Overwrites a field of the main container.
    pub fn main_set(&mut self, field: &str, value: Value) -> &mut Self {
        self.main.insert(field.to_owned(), value);
        self
    }

    /// Writes a field of the main container unless the template has it.
    pub fn main_set_unless(&mut self, field: &str, value: Value) -> &mut Self {
        self.main.entry(field).or_insert(value);
        self
    }

    /// Appends to a list of the main container.
    pub fn main_append(&mut self, list: &str, items: impl IntoIterator<Item = Value>) -> &mut Self {
        append(&mut self.main, list, items);
        self
    }

    /// Overwrites CPU and memory of the main container; other resources of the
    /// template, such as `ephemeral-storage`, stay.
    pub fn resources(&mut self, resources: &Resources) -> &mut Self {
        let Resources { cpu, cpu_limit, memory, memory_limit } = resources;
        self.resource("requests", &[("cpu", cpu), ("memory", memory)]);
        self.resource("limits", &[("cpu", cpu_limit), ("memory", memory_limit)]);
        self
    }

    /// Overwrites single resources of the main container's `requests` or `limits`.
    pub fn resource(&mut self, side: &str, quantities: &[(&str, &str)]) -> &mut Self {
        edit_map(&mut self.main, "resources", |resources| {
            edit_map(resources, side, |side| {
                let pairs = quantities.iter();
                side.extend(pairs.map(|&(name, quantity)| (name.to_owned(), json!(quantity))));
            });
        });
        self
    }

    /// `metadata` and `spec`, the main container last; maps that have nothing
    /// in them are left out.
    pub fn into_template(self) -> Value {
        let mut pod = self;
        let is_empty = |value: &Value| value.as_object().is_some_and(Map::is_empty);
        pod.metadata
            .retain(|key, it| !(matches!(key.as_str(), "labels" | "annotations") && is_empty(it)));
        pod.spec.retain(|key, it| !(key == "nodeSelector" && is_empty(it)));
        pod.into_template_with_empty_maps()
    }

    /// The same, with maps that have nothing in them: Flink 1.17 writes these.
    pub(crate) fn into_template_with_empty_maps(self) -> Value {
        let Self { metadata, mut spec, main } = self;
        append(&mut spec, "containers", [Value::Object(main)]);
        json!({ "metadata": metadata, "spec": spec })
    }
}

fn merge(into: &mut Map<String, Value>, field: &str, texts: &BTreeMap<String, String>) {
    edit_map(into, field, |map| {
        map.extend(texts.iter().map(|(key, text)| (key.clone(), json!(text))));
    });
}

fn append(into: &mut Map<String, Value>, field: &str, items: impl IntoIterator<Item = Value>) {
    let mut items = items.into_iter().peekable();
    if items.peek().is_none() {
        return;
    }
    if let Value::Array(list) = into.entry(field).or_insert_with(|| json!([])) {
        list.extend(items);
    }
}

/// Changes the map in a field; what else was there is no map and is dropped.
fn edit_map(map: &mut Map<String, Value>, field: &str, edit: impl FnOnce(&mut Map<String, Value>)) {
    let mut inner = match map.remove(field) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    edit(&mut inner);
    map.insert(field.to_owned(), Value::Object(inner));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|&(key, text)| (key.to_owned(), text.to_owned())).collect()
    }

    fn built(template: &Value, build: impl FnOnce(&mut Pod)) -> Value {
        let mut pod = Pod::from_template(Some(template));
        build(&mut pod);
        pod.into_template()
    }

    /// A template, what is done to it, and the pod.
    type Case = (&'static str, Value, fn(&mut Pod), Value);

    fn cases() -> Vec<Case> {
        let main = |main: Value| json!({ "metadata": {}, "spec": { "containers": [main] } });
        vec![
            (
                "nothing gives an empty main container",
                json!({}),
                |_| {},
                main(json!({ "name": "flink-main-container" })),
            ),
            (
                "the main container goes last, others stay as sidecars",
                json!({ "spec": { "containers": [
                    { "name": "flink-main-container", "image": "a" }, { "name": "side" }] } }),
                |_| {},
                json!({ "metadata": {}, "spec": { "containers": [
                    { "name": "side" }, { "name": "flink-main-container", "image": "a" }] } }),
            ),
            (
                "labels, annotations and node selectors are merged",
                json!({ "metadata": { "name": "kept", "labels": { "a": "1", "b": "1" } },
                        "spec": { "nodeSelector": { "x": "1" } } }),
                |pod| {
                    pod.labels(&texts(&[("b", "2")])).annotations(&texts(&[("n", "3")]));
                    pod.node_selector(&texts(&[("y", "2")]));
                },
                json!({ "metadata": { "name": "kept", "labels": { "a": "1", "b": "2" },
                                      "annotations": { "n": "3" } },
                        "spec": { "nodeSelector": { "x": "1", "y": "2" },
                                  "containers": [{ "name": "flink-main-container" }] } }),
            ),
            (
                "lists are appended and keep their doubles",
                json!({ "spec": { "containers": [{ "name": "flink-main-container",
                        "env": [{ "name": "A", "value": "t" }] }] } }),
                |pod| {
                    pod.main_append("env", [json!({ "name": "A", "value": "c" })]);
                },
                main(json!({ "name": "flink-main-container", "env": [
                    { "name": "A", "value": "t" }, { "name": "A", "value": "c" }] })),
            ),
        ]
    }

    fn other_cases() -> Vec<Case> {
        let main = |main: Value| json!({ "metadata": {}, "spec": { "containers": [main] } });
        vec![
            (
                "CPU and memory are overwritten, other resources stay",
                json!({ "spec": { "containers": [{ "name": "flink-main-container", "resources": {
                    "requests": { "cpu": 7, "ephemeral-storage": "1Gi" } } }] } }),
                |pod| {
                    let two = |text: &str| text.to_owned();
                    pod.resources(&Resources {
                        cpu: two("1.0"),
                        cpu_limit: two("2.0"),
                        memory: two("1Mi"),
                        memory_limit: two("2Mi"),
                    });
                },
                main(json!({ "name": "flink-main-container", "resources": {
                    "requests": { "cpu": "1.0", "memory": "1Mi", "ephemeral-storage": "1Gi" },
                    "limits": { "cpu": "2.0", "memory": "2Mi" } } })),
            ),
            (
                "what is not known here passes through",
                json!({ "spec": { "newerThanUs": { "a": [1] }, "containers": [] } }),
                |pod| {
                    pod.set_unless("newerThanUs", json!(0)).set_unless("hostPID", json!(true));
                },
                json!({ "metadata": {}, "spec": { "newerThanUs": { "a": [1] }, "hostPID": true,
                        "containers": [{ "name": "flink-main-container" }] } }),
            ),
            (
                "maps with nothing in them are left out",
                json!({}),
                |pod| {
                    pod.labels(&BTreeMap::new()).node_selector(&BTreeMap::new());
                },
                main(json!({ "name": "flink-main-container" })),
            ),
        ]
    }

    #[test]
    fn merges_as_flink_does() {
        for (name, template, build, pod) in cases().into_iter().chain(other_cases()) {
            assert_eq!(built(&template, build), pod, "{name}");
        }
    }
}
