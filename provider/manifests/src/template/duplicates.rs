//! What stands twice in a pod and must not.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

/// Something that a pod has twice and the API server takes once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The container, or `None` for the pod itself.
    pub container: Option<String>,
    /// What it is: `volume`, `mount path`, `port`, `environment variable`, `container`.
    pub what: &'static str,
    /// The name that stands twice.
    pub name: String,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {:?} stands twice", self.what, self.name)?;
        match &self.container {
            Some(container) => write!(f, " in the container {container:?}"),
            None => Ok(()),
        }
    }
}

/// The lists of a container, what their elements are, and what tells them apart.
const IN_CONTAINERS: [(&str, &str, &[&str]); 4] = [
    ("env", "environment variable", &["name"]),
    ("ports", "port name", &["name"]),
    ("ports", "port", &["containerPort", "protocol", "hostIP"]),
    ("volumeMounts", "mount path", &["mountPath"]),
];

/// Everything that stands twice in a pod's `spec`, in the order of the pod.
pub fn duplicates(pod: &Value) -> Vec<Duplicate> {
    let mut found = Vec::new();
    let list = |at: &Value, name: &str| {
        at.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let spec = pod.get("spec").unwrap_or(&Value::Null);
    let mut report = |container: Option<&str>, what, items: &[Value], keys: &[&str]| {
        found.extend(twice(items, keys).map(|name| Duplicate {
            container: container.map(str::to_owned),
            what,
            name,
        }));
    };
    report(None, "volume", &list(spec, "volumes"), &["name"]);
    let init = list(spec, "initContainers");
    let containers = list(spec, "containers");
    let all: Vec<Value> = init.into_iter().chain(containers).collect();
    report(None, "container", &all, &["name"]);
    for container in &all {
        let name = container.get("name").and_then(Value::as_str);
        for (field, what, keys) in IN_CONTAINERS {
            report(name, what, &list(container, field), keys);
        }
    }
    found
}

/// The keys that more than one element has; an element without the first key has none.
fn twice<'a>(items: &'a [Value], keys: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    let mut seen = BTreeSet::new();
    items.iter().filter_map(move |item| {
        let name = item.get(keys.first()?)?;
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        let rest: Vec<String> = keys.iter().skip(1).map(|key| key_text(item, key)).collect();
        (!seen.insert((name.clone(), rest))).then_some(name)
    })
}

fn key_text(item: &Value, key: &str) -> String {
    match (item.get(key), key) {
        (None, "protocol") => "\"TCP\"".to_owned(),
        (value, _) => value.map(Value::to_string).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_what_stands_twice() {
        let pod = json!({ "spec": {
            "volumes": [{ "name": "v" }, { "name": "w" }, { "name": "v" }],
            "initContainers": [{ "name": "main" }],
            "containers": [{
                "name": "main",
                "env": [{ "name": "A" }, { "name": "A" }],
                "ports": [
                    { "containerPort": 1, "name": "rest" },
                    { "containerPort": 2, "name": "rest" },
                    { "containerPort": 3 },
                    { "containerPort": 3, "protocol": "TCP" },
                    { "containerPort": 3, "protocol": "UDP" },
                ],
                "volumeMounts": [{ "mountPath": "/a", "name": "v" }, { "mountPath": "/a", "name": "w" }],
            }],
        }});
        let texts: Vec<String> = duplicates(&pod).iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "the volume \"v\" stands twice",
                "the container \"main\" stands twice",
                "the environment variable \"A\" stands twice in the container \"main\"",
                "the port name \"rest\" stands twice in the container \"main\"",
                "the port \"3\" stands twice in the container \"main\"",
                "the mount path \"/a\" stands twice in the container \"main\"",
            ]
        );
        assert_eq!(duplicates(&json!({})), []);
    }
}
