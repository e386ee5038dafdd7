//! From the objects of a cluster to what Flink's client had in hand.

use std::collections::BTreeMap;
use std::fmt;

use flink::Version;
use flink::configuration::{Configuration, file};
use serde_json::Value;

use super::client::{Client, Entry, TASK_MANAGER_TEMPLATE};
use super::inputs::Files;
use super::{effective, make, unmerge};
use crate::Invalid;

/// A cluster that Flink's client made, as it was asked for.
///
/// Rendered again with [`make`] it gives the same objects, as far as Kubernetes
/// sees: what the API server writes into objects by itself is not in here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where the cluster is.
    pub namespace: String,
    /// Its id, which is the name of the Deployment.
    pub name: String,
    /// What the client had in hand. Its configuration is the user's: without what
    /// the client writes by itself. It may hold secrets.
    pub client: Client,
    /// The image that the JobManager runs now.
    pub image: String,
    /// How many `JobManagers` the Deployment has now.
    pub replicas: u64,
    /// The type of the REST Service now; `None` where there is no such Service.
    pub rest: Option<&'static str>,
}

/// Why a cluster cannot be read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotNative {
    /// No Deployment of Flink's client among the objects.
    NoDeployment,
    /// The ConfigMap of this name is not there.
    NoConfiguration(String),
    /// The ConfigMap of this name has no configuration file.
    NoFile(String),
    /// The configuration file cannot be read.
    NotReadable(file::NotReadable),
    /// What is there would not be made by this version of Flink.
    NotOfThisVersion(Vec<Invalid>),
}

impl fmt::Display for NotNative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDeployment => f.write_str(
                "There is no Deployment with the labels that Flink's own client sets \
                 (component=jobmanager, type=flink-native-kubernetes).",
            ),
            Self::NoConfiguration(name) => {
                write!(
                    f,
                    "The ConfigMap {name} is not there; Flink's client makes it with the cluster."
                )
            }
            Self::NoFile(name) => write!(
                f,
                "The ConfigMap {name} has neither {} nor {}.",
                file::CONFIG,
                file::FLINK_CONF
            ),
            Self::NotReadable(why) => write!(f, "{why}."),
            Self::NotOfThisVersion(problems) => {
                f.write_str("This Flink would not make this cluster:")?;
                problems.iter().try_for_each(|problem| write!(f, " {problem}"))
            }
        }
    }
}

impl std::error::Error for NotNative {}

/// Reads a cluster back from its objects: the Deployment, the `ConfigMaps`
/// `flink-config-<id>` and `pod-template-<id>`, and the REST Service, as the API
/// server answers them; others are not looked at.
///
/// # Errors
/// A cluster that Flink's client did not make, or that is not whole.
pub fn read_back(objects: &[Value], version: Version) -> Result<Found, NotNative> {
    let deployment = objects.iter().find(|it| is_deployment(it)).ok_or(NotNative::NoDeployment)?;
    let name = text(deployment, "/metadata/name").unwrap_or_default();
    let (file, effective, log_files) = configuration(objects, &name)?;
    let namespace = text(deployment, "/metadata/namespace")
        .or_else(|| effective.get("kubernetes.namespace").cloned())
        .unwrap_or_else(|| "default".to_owned());
    let template = named(objects, "ConfigMap", &format!("pod-template-{name}"))
        .and_then(|it| it.get("data")?.get(TASK_MANAGER_TEMPLATE)?.as_str().map(str::to_owned));
    let mut client = Client {
        version,
        entry: entry(&effective),
        configuration: effective::without_additions(&effective, version),
        file,
        log_files,
        job_manager_template: None,
        task_manager_template: template,
        files: Files::default(),
    };
    let bare = make(&client).map_err(NotNative::NotOfThisVersion)?;
    let pointer = "/spec/template";
    if let (Some(live), Some(bare)) =
        (deployment.pointer(pointer), bare.deployment.body.pointer(pointer))
    {
        client.job_manager_template = unmerge::template(live, bare);
    }
    let rest = named(objects, "Service", &format!("{name}-rest"));
    Ok(Found {
        image: main_image(deployment),
        replicas: deployment.pointer("/spec/replicas").and_then(Value::as_u64).unwrap_or(1),
        rest: rest.map(exposed),
        namespace,
        name,
        client,
    })
}

fn is_deployment(object: &Value) -> bool {
    object.get("kind").and_then(Value::as_str) == Some("Deployment")
        && text(object, "/metadata/labels/component").as_deref() == Some("jobmanager")
        && text(object, "/metadata/labels/type").as_deref() == Some("flink-native-kubernetes")
}

fn text(object: &Value, pointer: &str) -> Option<String> {
    object.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn named<'a>(objects: &'a [Value], kind: &str, name: &str) -> Option<&'a Value> {
    objects.iter().find(|object| {
        object.get("kind").and_then(Value::as_str) == Some(kind)
            && text(object, "/metadata/name").as_deref() == Some(name)
    })
}

/// The name of the configuration file, what it says, and the logging files.
type Configured = (&'static str, Configuration, BTreeMap<String, String>);

fn configuration(objects: &[Value], name: &str) -> Result<Configured, NotNative> {
    let map = format!("flink-config-{name}");
    let object =
        named(objects, "ConfigMap", &map).ok_or_else(|| NotNative::NoConfiguration(map.clone()))?;
    let data = object.get("data").and_then(Value::as_object);
    let mut texts: BTreeMap<String, String> = data
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    for file in [file::CONFIG, file::FLINK_CONF] {
        if let Some(text) = texts.remove(file) {
            let configuration = file::parse(file, &text).map_err(NotNative::NotReadable)?;
            return Ok((file, configuration, texts));
        }
    }
    Err(NotNative::NoFile(map))
}

fn entry(configuration: &Configuration) -> Entry {
    let is = |entry: Entry| {
        configuration.get(effective::ENTRY_CLASS).is_some_and(|it| it == entry.class())
    };
    if is(Entry::Application) { Entry::Application } else { Entry::Session }
}

fn main_image(deployment: &Value) -> String {
    let containers = deployment.pointer("/spec/template/spec/containers").and_then(Value::as_array);
    let main = containers
        .into_iter()
        .flatten()
        .find(|it| it.get("name").and_then(Value::as_str) == Some(crate::names::MAIN_CONTAINER));
    main.and_then(|it| text(it, "/image")).unwrap_or_default()
}

/// The word of `kubernetes.rest-service.exposed.type` for a Service.
fn exposed(service: &Value) -> &'static str {
    let is_headless = text(service, "/spec/clusterIP").as_deref() == Some("None");
    match text(service, "/spec/type").as_deref() {
        Some("NodePort") => "NodePort",
        Some("LoadBalancer") => "LoadBalancer",
        _ if is_headless => "Headless_ClusterIP",
        _ => "ClusterIP",
    }
}
