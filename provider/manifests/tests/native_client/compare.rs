//! What differs between what was recorded and what we make.

use std::collections::BTreeSet;
use std::fs;

use flink::Version;
use flink::configuration::{Configuration, file, options, value};
use manifests::native::{self, Client, Made};
use serde_json::{Value, json};

use crate::cases::{Case, Request};
use crate::command_line::{self, Asked, Refused};
use crate::{conf, writer};

/// The uid that the recording's server gave the Deployment.
const UID: &str = "00000000-0000-0000-0000-000000000001";

/// The differences of a case; none if it is equal.
pub(crate) fn case(case: &Case) -> Vec<String> {
    let written = case.written();
    let Some(argv) = &case.argv else {
        let sent: Vec<Value> = written.iter().map(|it| it.body.clone()).collect();
        return read_back(case, &sent);
    };
    match made(case, argv) {
        Err(Refused(why)) if written.is_empty() => {
            println!("{}: nothing is made, as with Flink's client: {why}", case.name);
            Vec::new()
        }
        Err(Refused(why)) => vec![format!("we refuse ({why}), Flink's client does not")],
        Ok(None) if written.is_empty() => Vec::new(),
        Ok(None) => vec!["we make nothing, Flink's client does".to_owned()],
        Ok(Some(_)) if written.is_empty() => {
            vec!["Flink's client makes nothing, we do".to_owned()]
        }
        Ok(Some(made)) => requests(case, &written, &made),
    }
}

/// What we make for a command line; `None` where the cluster is there already.
fn made(case: &Case, argv: &[String]) -> Result<Option<Made>, Refused> {
    let asked = command_line::parse(argv, case.version)?;
    let client = client(case, asked)?;
    let made = native::make(&client).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Refused(texts.join(" "))
    })?;
    writer::written(made.file, &made.configuration).map_err(Refused)?;
    Ok((!case.is_there_already()).then_some(made))
}

fn client(case: &Case, asked: Asked) -> Result<Client, Refused> {
    let (file, mut configuration) = conf::file(case);
    configuration.extend(asked.properties);
    configuration
        .entry("kubernetes.cluster-id".to_owned())
        .or_insert_with(|| "flink-cluster-${GENERATED_ID}".to_owned());
    let template = |key: &str| -> Result<Option<String>, Refused> {
        let Some((_, path)) = options::of(case.version).read(&configuration, key) else {
            return Ok(None);
        };
        let path = path.replace("${INPUTS}", &case.inputs.to_string_lossy());
        fs::read_to_string(&path).map(Some).map_err(|error| Refused(format!("{path}: {error}")))
    };
    let job_manager = template("kubernetes.pod-template-file.jobmanager")?;
    let task_manager = template("kubernetes.pod-template-file.taskmanager")?;
    let parse = |text: String| {
        manifests::template::parse_as_flinks_client(&text, case.version)
            .map_err(|error| Refused(error.to_string()))
    };
    let mut client = Client::session(case.version, "default", "unnamed");
    client.file = file;
    client.configuration = configuration;
    client.log_files = conf::others(case);
    client.files = conf::machine(case);
    client.job_manager_template = job_manager.map(parse).transpose()?;
    client.task_manager_template = task_manager;
    if let Some(application) = asked.application {
        client.run(&application).map_err(|problems| Refused(format!("{problems:?}")))?;
    }
    Ok(client)
}

/// Compares the recorded requests with the objects, in order.
fn requests(case: &Case, written: &[&Request], made: &Made) -> Vec<String> {
    let ours: Vec<Value> = bodies(made);
    let mut differences = Vec::new();
    for (index, request) in written.iter().enumerate() {
        let Some(body) = ours.get(index) else {
            differences.push(format!("{} has no object of ours", request.path));
            continue;
        };
        let expected_path = path(&made.deployment.namespace, body);
        if !request.path.starts_with(&expected_path) {
            differences.push(format!("{} is {expected_path} of ours", request.path));
        }
        differences.extend(body_differs(case, made, &request.body, body));
    }
    let is_cut_off = written.last().is_some_and(|it| it.status >= 300);
    if ours.len() > written.len() && !is_cut_off {
        differences.push(format!("{} objects too many", ours.len() - written.len()));
    }
    differences
}

/// The bodies as the client sends them, the configuration file left out.
fn bodies(made: &Made) -> Vec<Value> {
    let name = &made.deployment.name;
    let owned = made.owned.iter().map(|object| {
        let mut body = object.body.clone();
        body["metadata"]["ownerReferences"] = json!([native::owner_reference(name, UID)]);
        body
    });
    [made.deployment.body.clone()].into_iter().chain(owned).collect()
}

fn path(namespace: &str, body: &Value) -> String {
    let kind = body["kind"].as_str().unwrap_or_default();
    let group = if kind == "Deployment" { "/apis/apps/v1" } else { "/api/v1" };
    format!("{group}/namespaces/{namespace}/{}s", kind.to_lowercase())
}

fn body_differs(case: &Case, made: &Made, theirs: &Value, ours: &Value) -> Vec<String> {
    let hashed = hashed(&made.configuration, case.version);
    let mut theirs = in_order(theirs, &hashed);
    let ours = in_order(ours, &hashed);
    if let Some(metadata) = theirs.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("resourceVersion");
    }
    let mut differences = Vec::new();
    let text = theirs.get_mut("data").and_then(|it| it.as_object_mut()?.remove(made.file));
    if let Some(text) = text {
        let text = text.as_str().unwrap_or_default();
        differences.extend(configuration_differs(case, made, text));
    } else if is_configuration(&ours, made) {
        differences.push(format!("the client's ConfigMap has no {}", made.file));
    }
    differences.extend(differs("", &theirs, &ours));
    differences
}

fn is_configuration(body: &Value, made: &Made) -> bool {
    body["kind"] == "ConfigMap"
        && body["metadata"]["name"] == format!("flink-config-{}", made.deployment.name)
}

fn configuration_differs(case: &Case, made: &Made, text: &str) -> Vec<String> {
    let theirs = match file::parse(made.file, text) {
        Ok(theirs) => theirs,
        Err(error) => return vec![format!("{} of Flink's client: {error}", made.file)],
    };
    let ours = writer::written(made.file, &made.configuration).expect("written before");
    let keys: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
    let mut differences = Vec::new();
    for key in keys {
        let [theirs, ours] = [&theirs, &ours].map(|it| it.get(key));
        if !same(key, theirs, ours, case.version) {
            differences.push(format!("{} {key}: {theirs:?} is {ours:?} of ours", made.file));
        }
    }
    if let Ok(text) = made.text() {
        let parsed = file::parse(made.file, &text);
        if made.file == file::name(case.version) && parsed.as_ref() != Ok(&made.configuration) {
            differences.push("our own file does not read as what was written".to_owned());
        }
    }
    differences
}

/// Whether two values are the same to Flink: a list may be spelled in two ways.
fn same(key: &str, one: Option<&String>, two: Option<&String>, version: Version) -> bool {
    let is_list = ["pipeline.jars", "pipeline.classpaths", "$internal.application.program-args"];
    match (one, two) {
        (Some(one), Some(two)) if is_list.contains(&key) => {
            value::list(one, version) == value::list(two, version)
        }
        (one, two) => one == two,
    }
}

/// The names of environment variables and volumes that Flink has in the order of
/// a hash.
fn hashed(configuration: &Configuration, version: Version) -> BTreeSet<String> {
    let map = |key: &str| {
        let text = configuration.get(key).map(String::as_str).unwrap_or_default();
        value::map(text, version).unwrap_or_default()
    };
    let env = configuration.keys().filter_map(|key| key.strip_prefix("containerized.master.env."));
    let secrets = map("kubernetes.secrets").into_keys().map(|it| format!("{it}-volume"));
    let claims = map("kubernetes.persistent-volume-claims");
    let claims = claims.into_keys().map(|it| format!("{}-pvc", it.replace('.', "-")));
    env.map(str::to_owned).chain(secrets).chain(claims).collect()
}

/// The same JSON with the elements of these names sorted among themselves.
fn in_order(value: &Value, hashed: &BTreeSet<String>) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), in_order(value, hashed))).collect()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|it| in_order(it, hashed)).collect();
            let name = |it: &Value| it["name"].as_str().unwrap_or_default().to_owned();
            let places: Vec<usize> =
                (0..items.len()).filter(|place| hashed.contains(&name(&items[*place]))).collect();
            let mut sorted: Vec<Value> = places.iter().map(|place| items[*place].clone()).collect();
            sorted.sort_by_key(name);
            places.into_iter().zip(sorted).for_each(|(place, item)| items[place] = item);
            Value::Array(items)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Where two JSON values differ.
fn differs(at: &str, theirs: &Value, ours: &Value) -> Vec<String> {
    match (theirs, ours) {
        (Value::Object(one), Value::Object(two)) => {
            let keys: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
            let null = Value::Null;
            keys.into_iter()
                .flat_map(|key| {
                    let [one, two] = [one, two].map(|it| it.get(key).unwrap_or(&null));
                    differs(&format!("{at}/{key}"), one, two)
                })
                .collect()
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => one
            .iter()
            .zip(two)
            .enumerate()
            .flat_map(|(index, (one, two))| differs(&format!("{at}/{index}"), one, two))
            .collect(),
        (one, two) if one == two => Vec::new(),
        (Value::String(one), Value::String(two))
            if at.contains("/resources/")
                && manifests::server_defaults::same_quantity(one, two) =>
        {
            Vec::new()
        }
        (one, two) => vec![format!("{at}: {one} is {two} of ours")],
    }
}

/// Reads objects back, makes them again, and compares what Kubernetes would see.
pub(crate) fn read_back(case: &Case, objects: &[Value]) -> Vec<String> {
    let objects: Vec<Value> = objects.iter().map(with_one_uid).collect();
    let objects = objects.as_slice();
    let found = match native::read_back(objects, case.version) {
        Ok(found) => found,
        Err(error) => return vec![error.to_string()],
    };
    let made = match native::make(&found.client) {
        Ok(made) => made,
        Err(problems) => return vec![format!("{problems:?}")],
    };
    let mut differences = Vec::new();
    for ours in bodies(&made) {
        let same = |it: &&Value| {
            it["kind"] == ours["kind"] && it["metadata"]["name"] == ours["metadata"]["name"]
        };
        match objects.iter().find(same) {
            Some(theirs) => {
                let theirs = manifests::server_defaults::without(theirs);
                differences.extend(body_differs(
                    case,
                    &made,
                    &theirs,
                    &manifests::server_defaults::without(&ours),
                ));
            }
            None => differences.push(format!("{} is not there", ours["metadata"]["name"])),
        }
    }
    differences
}

/// The object as if its owner had the uid of the recordings.
fn with_one_uid(object: &Value) -> Value {
    let mut object = object.clone();
    for owner in object["metadata"]["ownerReferences"].as_array_mut().into_iter().flatten() {
        if owner["kind"] == "Deployment" {
            owner["uid"] = json!(UID);
        }
    }
    object
}

/// Describes a cluster that was read back, renders the description, and compares
/// the JobManager's pods; `None` for an application.
///
/// The recording's placeholders would be variables of the container's environment.
pub(crate) fn description(case: &Case, objects: &[Value]) -> Option<Vec<String>> {
    let text = Value::from(objects.to_vec()).to_string();
    let text = text.replace("file://${WORK}", "s3://work").replace("${", "/");
    let objects: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let objects = objects.as_slice();
    let found = match native::read_back(objects, case.version) {
        Ok(found) => found,
        Err(error) => return Some(vec![error.to_string()]),
    };
    let cluster = native::describe(&found)?;
    let rendered = match manifests::render(&cluster) {
        Ok(rendered) => rendered,
        Err(problems) => return refused(&problems),
    };
    let pod = |body: &Value| {
        let template = body.pointer("/spec/template").cloned().unwrap_or_default();
        let mut template = manifests::server_defaults::without_in_template(&template);
        without_ours(&mut template);
        in_order(&template["spec"], &hashed(&found.client.configuration, case.version))
    };
    let theirs = objects.iter().find(|it| it["kind"] == "Deployment")?;
    let ours = rendered.objects.iter().find(|it| it.kind == "Deployment")?;
    Some(differs("", &pod(theirs), &pod(&ours.body)))
}

/// What the recording's server took and a real one would not is refused, and a
/// Flink that is too old; nothing else may be. Of cases that we have not seen, it is told.
fn refused(problems: &[manifests::Invalid]) -> Option<Vec<String>> {
    let expected = ["stands twice", "cannot have the port 0", "is not supported"];
    let others = problems.iter().map(ToString::to_string);
    let others: Vec<String> =
        others.filter(|text| !expected.iter().any(|it| text.contains(it))).collect();
    if std::env::var_os("FLINK_NATIVE_CASES").is_some() {
        for text in others {
            println!("not described: {text}");
        }
        return None;
    }
    if others.is_empty() { None } else { Some(others) }
}

/// Our clusters have logging files of their own besides.
fn without_ours(template: &mut Value) {
    for volume in template["spec"]["volumes"].as_array_mut().into_iter().flatten() {
        if volume["name"] == "flink-config-volume" {
            volume["configMap"]["items"] = Value::Null;
        }
    }
}
