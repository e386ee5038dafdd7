//! A described cluster: what Flink's client makes of it, and what is ours on top.

use std::collections::BTreeMap;

use flink::configuration::{Configuration, file};
use serde_json::{Map, Value, json};

use super::application::Application;
use super::client::{Client, make};
use super::entries::{Entry, entries};
use super::inputs::Files;
use crate::description::{self, Role};
use crate::names::MAIN_CONTAINER;
use crate::parts::{self, logging, start};
use crate::template::{self, Pod};
use crate::{Cluster, Invalid, Object, names};

/// The objects of the strategy, the Deployment first: the others go with it.
///
/// # Errors
/// What Flink's client would refuse, at the attribute that says it.
pub(crate) fn objects(
    cluster: &Cluster,
    configuration: &Configuration,
) -> Result<Vec<Object>, Vec<Invalid>> {
    let entries = entries(cluster, configuration);
    let at_attributes = |problems: Vec<Invalid>| {
        problems.into_iter().map(|problem| at_attribute(problem, &entries)).collect::<Vec<_>>()
    };
    let client = client(cluster, configuration, &entries)?;
    let made = make(&client).map_err(at_attributes)?;
    let text = made.text().map_err(|errors| {
        let problem = |error: file::NotRenderable| {
            Invalid::at(&[crate::configuration::ATTRIBUTE, &error.key], error.to_string())
        };
        at_attributes(errors.into_iter().map(problem).collect())
    })?;
    let mut objects = vec![with_ours(cluster, made.deployment.clone())];
    objects.extend(made.with_file(&text).into_iter().map(|object| with_ours(cluster, object)));
    if start::is_needed(cluster, configuration) {
        objects.push(start::config_map(cluster));
    }
    Ok(objects)
}

/// What Flink's client would have in hand for this cluster.
fn client(
    cluster: &Cluster,
    configuration: &Configuration,
    entries: &[Entry],
) -> Result<Client, Vec<Invalid>> {
    let mut whole = configuration.clone();
    whole.extend(entries.iter().map(|it| (it.key.clone(), it.value.clone())));
    let script = start::is_needed(cluster, configuration);
    let mut client = Client::session(cluster.flink_version, &cluster.namespace, &cluster.name);
    client.configuration = whole;
    client.log_files = logging::files(cluster);
    client.job_manager_template = pod_template(cluster, Role::JobManager, script);
    client.task_manager_template =
        pod_template(cluster, Role::TaskManager, script).map(|template| template::text(&template));
    client.files = Files::default();
    if let Some(application) = cluster.application() {
        let id = application.job_id.clone();
        client.configuration.insert("$internal.pipeline.job-id".to_owned(), id);
        client.run(&program(application))?;
    }
    Ok(client)
}

/// What `flink run` would be told of the program.
fn program(application: &description::Application) -> Application {
    let restore = application.restore.as_ref();
    Application {
        jar: application.jar.clone(),
        entry_class: application.entry_class.clone(),
        arguments: application.args.clone(),
        savepoint: restore.map(|it| it.path.clone()),
        allow_non_restored_state: restore.is_some_and(|it| it.allow_non_restored_state),
        claim_mode: restore.map(|it| it.claim_mode).unwrap_or_default(),
        // Nobody waits for its end.
        detached: true,
        ..Application::default()
    }
}

/// Whether the pods carry nothing of ours: not even a mark, which would make new ones.
pub(super) fn is_as_flinks_client_made_it(cluster: &Cluster) -> bool {
    cluster.revision == 0
}

/// The user's template and the attributes that Flink has no option for; `None`
/// where there is neither, as with a client that is given none.
fn pod_template(cluster: &Cluster, role: Role, starts_with_script: bool) -> Option<Value> {
    let process = cluster.process(role);
    let written = template::over(cluster.pod_template.as_ref(), process.pod_template.as_ref());
    let mut pod = Pod::from_template(written.as_ref());
    // Not by Flink's options: these stand in the configuration file, where `${NAME}`
    // is replaced, and a Secret's value would end up in the pods that Flink makes.
    let env = process.env.iter();
    pod.main_append("env", env.map(|(name, value)| json!({ "name": name, "value": value })));
    parts::pod::complete(cluster, role, starts_with_script, &mut pod);
    let template = pod.into_template();
    let nothing = json!({ "metadata": {}, "spec": { "containers": [{ "name": MAIN_CONTAINER }] } });
    (template != nothing).then_some(template)
}

/// The problem at the attribute, where an attribute has set the option.
fn at_attribute(problem: Invalid, entries: &[Entry]) -> Invalid {
    let Some(key) = problem.path.get(1) else { return problem };
    if key == "$internal.application.program-args" {
        return Invalid::at(&["args"], problem.text);
    }
    match entries.iter().find(|entry| entry.key == *key) {
        Some(entry) => Invalid::at(&entry.path, problem.text),
        None => problem,
    }
}

/// An object of Flink's client with what is ours: labels and annotations of all
/// objects, and what the attributes say that Flink has no option for.
fn with_ours(cluster: &Cluster, object: Object) -> Object {
    let mut object = object;
    let is_rest = object.name == names::rest(cluster);
    let (labels, annotations) = if is_rest && object.kind == "Service" {
        service(cluster, &mut object.body);
        (cluster.rest.labels.clone(), BTreeMap::new())
    } else if object.kind == "Deployment" {
        deployment(cluster, &mut object.body);
        let record = cluster.record.iter();
        let record = record.map(|record| (names::RECORD.to_owned(), record.clone()));
        (BTreeMap::new(), record.collect())
    } else {
        (BTreeMap::new(), BTreeMap::new())
    };
    if let Some(Value::Object(metadata)) = object.body.get_mut("metadata") {
        metadata.insert("namespace".to_owned(), json!(cluster.namespace));
        let ours = names::ours(cluster);
        beneath_and_over(metadata, "labels", &[&cluster.labels, &labels], &ours);
        beneath_and_over(metadata, "annotations", &[&cluster.annotations], &annotations);
    }
    object
}

/// Texts below those that are there, and texts over them.
fn beneath_and_over(
    metadata: &mut Map<String, Value>,
    field: &str,
    beneath: &[&BTreeMap<String, String>],
    over: &BTreeMap<String, String>,
) {
    let texts = |map: &BTreeMap<String, String>| {
        map.iter().map(|(key, text)| (key.clone(), json!(text))).collect::<Vec<_>>()
    };
    let mut whole = Map::new();
    for map in beneath {
        whole.extend(texts(map));
    }
    if let Some(Value::Object(there)) = metadata.remove(field) {
        whole.extend(there);
    }
    whole.extend(texts(over));
    if !whole.is_empty() {
        metadata.insert(field.to_owned(), Value::Object(whole));
    }
}

/// The revision makes new pods; an old one goes before a new one comes, for two
/// `JobManagers` of one cluster would both run its jobs.
fn deployment(cluster: &Cluster, body: &mut Value) {
    body["spec"]["strategy"] = json!({ "type": "Recreate" });
    if is_as_flinks_client_made_it(cluster) {
        return;
    }
    let revision = json!(cluster.revision.to_string());
    body["spec"]["template"]["metadata"]["annotations"][names::REVISION] = revision;
}

fn service(cluster: &Cluster, body: &mut Value) {
    let rest = &cluster.rest;
    if let Some(node_port) = rest.node_port {
        body["spec"]["ports"][0]["nodePort"] = json!(node_port);
    }
    // Whoever comes through the Service is told by this to speak TLS.
    if rest.tls.is_some() {
        body["spec"]["ports"][0]["appProtocol"] = json!("https");
    }
    if !rest.load_balancer_source_ranges.is_empty() {
        body["spec"]["loadBalancerSourceRanges"] = json!(rest.load_balancer_source_ranges);
    }
    // A jar is uploaded to one JobManager and run by the same.
    if cluster.job_manager.replicas > 1 {
        body["spec"]["sessionAffinity"] = json!("ClientIP");
    }
}
