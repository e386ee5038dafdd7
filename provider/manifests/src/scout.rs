//! A JobManager for a little while, in which a new version of an application is looked into before
//! the old one stops.
//!
//! It is of the new image, with the configuration, environment and volumes of the JobManager that is
//! to come; but it runs no job and has no part in high availability. The program lies where a jar
//! that was uploaded would, so that Flink's REST API tells what job it would become, and whether
//! that can go on from the state of the old one.

use flink::configuration::Configuration;
use serde_json::{Value, json};

use crate::description::{JobManager, Kind, Process, Rest, Strategy};
use crate::{Cluster, Invalid, Object, configuration, names, standalone};

/// The id that the REST API knows the program's jar by.
pub const JAR: &str = "application.jar";

/// Puts the program where uploaded jars lie, and runs the JobManager.
const SCRIPT: &str = include_str!("scout/scout.sh");

/// Where the uploaded jars of this pod lie.
const UPLOADS: &str = "/tmp/flink-scout";

/// How long the pod lives where nobody ends it: whoever made it may have died.
const DEADLINE_SECONDS: u32 = 900;

/// Options of the variables of a native JobManager's container.
const VARIABLES: &str = "containerized.master.env.";

/// What the scout's cluster is called.
pub fn name(cluster: &str) -> String {
    format!("{cluster}-scout")
}

/// The scout of an application: the `ConfigMap` with its configuration first, which whoever makes
/// them owns the others by; its pod last. `None` where there is no program to be seen from the image
/// alone.
///
/// # Errors
/// Everything that is wrong with the description.
pub fn scout(cluster: &Cluster) -> Result<Option<Vec<Object>>, Vec<Invalid>> {
    let jar =
        cluster.application().and_then(|application| application.jar.strip_prefix("local://"));
    let Some(jar) = jar else { return Ok(None) };
    let scout = session(cluster);
    let (mut configuration, _) = configuration::effective(&scout)?;
    configuration.extend(own());
    let memory = configuration::memory(&scout, &configuration)?;
    let all = standalone::objects(&scout, &configuration, &memory)?;
    let deployment = names::job_manager(&scout);
    let mut objects = Vec::new();
    let mut pods = Vec::new();
    for object in all {
        match object.kind {
            "ConfigMap" => objects.push(belonging(cluster, object)),
            "Service" if object.name == names::rest(&scout) => {
                objects.push(belonging(cluster, object));
            }
            "Deployment" if object.name == deployment => {
                let pod = pod(&scout, &object, (jar, &configuration));
                pods.push(belonging(cluster, pod));
            }
            _ => {}
        }
    }
    objects.extend(pods);
    Ok(Some(objects))
}

/// The cluster that the scout would be the JobManager of.
fn session(cluster: &Cluster) -> Cluster {
    let process = &cluster.job_manager.process;
    let variables = cluster.flink_configuration.iter();
    let variables = variables
        .filter_map(|(key, value)| Some((key.strip_prefix(VARIABLES)?.to_owned(), value.clone())));
    let env = match cluster.strategy {
        Strategy::Standalone => process.env.clone(),
        Strategy::Native => variables.chain(process.env.clone()).collect(),
    };
    Cluster {
        name: name(&cluster.name),
        kind: Kind::Session,
        strategy: Strategy::Standalone,
        scheduler: None,
        high_availability: None,
        job_manager: JobManager { replicas: 1, process: Process { env, ..process.clone() } },
        rest: Rest { tls: cluster.rest.tls.clone(), ..Rest::default() },
        network_policy: None,
        metrics: None,
        record: None,
        ..cluster.clone()
    }
}

/// What nobody else decides here: the JobManager is alone, and outlives a program that ends it.
fn own() -> Configuration {
    let pairs =
        [("jobmanager.rpc.address", "localhost"), ("cluster.intercept-user-system-exit", "THROW")];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The object as one of the application's cluster, so that whoever removes that removes it, too.
fn belonging(cluster: &Cluster, mut object: Object) -> Object {
    object.body["metadata"]["labels"][names::CLUSTER] = json!(cluster.name);
    object
}

/// The pod that the Deployment would make, to run once.
fn pod(scout: &Cluster, deployment: &Object, program: (&str, &Configuration)) -> Object {
    let template = &deployment.body["spec"]["template"];
    let (mut metadata, mut spec) = (template["metadata"].clone(), template["spec"].clone());
    metadata["name"] = json!(scout.name);
    metadata["namespace"] = json!(scout.namespace);
    spec["restartPolicy"] = json!("Never");
    spec["activeDeadlineSeconds"] = json!(DEADLINE_SECONDS);
    spec["terminationGracePeriodSeconds"] = json!(1);
    let containers = spec["containers"].as_array_mut().into_iter().flatten();
    for container in containers.filter(|one| one["name"] == names::MAIN_CONTAINER) {
        with_program(container, program);
    }
    Object {
        api_version: "v1",
        kind: "Pod",
        namespace: scout.namespace.clone(),
        name: scout.name.clone(),
        body: json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec }),
    }
}

fn with_program(container: &mut Value, (jar, configuration): (&str, &Configuration)) {
    // In a word of a command Kubernetes replaces `$(NAME)`, and `$$` by `$`.
    let literal = |word: &str| json!(word.replace('$', "$$"));
    let classpaths = configuration.get("pipeline.classpaths").map_or("", String::as_str);
    let mut args = vec![json!("-c"), json!(SCRIPT), json!("scout")];
    args.extend([jar, classpaths, UPLOADS].map(literal));
    for part in ["command", "args"] {
        args.extend(container[part].as_array().cloned().unwrap_or_default());
    }
    container["command"] = json!(["/bin/bash"]);
    container["args"] = Value::Array(args);
}

#[cfg(test)]
mod tests;
