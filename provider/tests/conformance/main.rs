//! Every resource through its whole life with generated configurations, as Terraform and as Pulumi
//! drive it, against a Flink in the same process. Terraform's own rules judge every answer.

mod flink;
mod kubernetes;

use std::path::Path;

use proto::tfplugin6::{
    DynamicValue, configure_provider, provider_server::Provider as _, read_resource,
};
use serde_json::json;
use terraform::{
    conformance::{self, Generator, Part, Rule, Subject, Violation},
    model::Model,
    registry::Service,
    schema::object_type,
    value::{Value, json as encoding, msgpack},
};
use terraform_provider_flink::{
    cluster::{
        Cluster,
        model::{ClusterModel, ClusterOwn, ClusterSpec},
    },
    config::ProviderConfig,
    job::{Job, model::JobModel},
    provider::{self, Flink},
};
use tonic::Request;

/// A provider that is configured for a Flink in this process.
async fn configured(url: &str) -> Service<Flink> {
    let service = provider::registry().into_service();
    configure(&service, url).await;
    service
}

async fn configure(service: &Service<Flink>, url: &str) {
    configure_with(service, &json!({ "rest": { "url": url } })).await;
}

async fn configure_with(service: &Service<Flink>, block: &serde_json::Value) {
    let of = object_type(&ProviderConfig::attributes());
    let config = encoding::from_json(block, &of).expect("a block");
    let msgpack = msgpack::encode(&config, &of).expect("a block");
    let config = Some(DynamicValue { msgpack, json: Vec::new() });
    let request = configure_provider::Request { config, ..configure_provider::Request::default() };
    let answer = service.configure_provider(Request::new(request)).await.expect("an answer");
    assert_eq!(answer.into_inner().diagnostics, []);
}

fn texts<const N: usize>(texts: [&str; N]) -> [Value; N] {
    texts.map(Value::from)
}

/// Two jars of different content.
fn jars(folder: &Path) -> [Value; 2] {
    ["one", "two"].map(|name| {
        let path = folder.join(format!("{name}.jar"));
        std::fs::write(&path, format!("PK\x03\x04{name}")).expect("a file");
        let path = Value::from(path.to_str().expect("a readable path"));
        Value::Mapping([("path".to_owned(), path)].into())
    })
}

fn jobs(parts: Vec<Part>, seed: u64, folder: &Path) -> Generator {
    let durations = || texts(["30s", "1m30s", "90 s"]);
    let map = |key: &str, value: &str| Value::Mapping([(key.to_owned(), value.into())].into());
    Generator::new(parts, seed)
        .choose("name", texts(["orders", "payments"]))
        .choose("jar", jars(folder))
        .choose("cluster", [Value::Null])
        .choose("rest_url", [Value::Null])
        .choose("application", [Value::Null])
        .choose("parallelism", [2, 4].map(|n| Value::Number(terraform::value::Number::Integer(n))))
        .choose("flink_configuration", [map("a", "60s"), map("a", "1 min"), map("a", "x")])
        .choose("state", texts(["running", "suspended"]))
        .choose("upgrade_mode", texts(["savepoint", "stateless"]))
        .choose("on_destroy", texts(["savepoint", "cancel"]))
        .choose("upgrade", [map("savepoint_dir", "file:///sp"), map("rollback", "never")])
        .choose("restore", [map("from", "latest"), map("from", "none")])
        .choose("timeouts.create", durations())
        .choose("timeouts.update", durations())
        .choose("timeouts.delete", durations())
        .choose("prevent_state_loss", [Value::Bool(false)])
}

/// Lives of a job with generated configurations, and the rules that are broken in them.
async fn lives(generator: impl Fn(Vec<Part>, u64) -> Generator) -> Vec<Violation> {
    let mut broken = Vec::new();
    for seed in 0..6 {
        let flink = flink::Flink::start().await;
        let service = configured(&flink.url()).await;
        let shape = conformance::shape_of(&service, "flink_job").await.expect("a sound schema");
        let mut generator = generator(shape, seed);
        let generated: Vec<Value> = (0..4).map(|_| generator.configuration()).collect();
        let valid = conformance::valid(&service, "flink_job", generated).await.expect("validity");
        assert!(!valid.is_empty(), "seed {seed}");
        broken.extend(conformance::check(&service, Subject::of::<Job>(), &valid).await.err());
    }
    broken.into_iter().flatten().collect()
}

/// The last change of a job that restarts nothing, or that stops it, is not carried by a running
/// job: only there may an import plan a change.
#[tokio::test]
async fn a_job_breaks_no_rule() {
    let folder = tempfile::tempdir().expect("a folder");
    let all = |parts, seed| jobs(parts, seed, folder.path());
    // A job that gave up its state when it was suspended has none to go on from, and says so.
    let mut broken =
        lives(|parts, seed| all(parts, seed).choose("state", texts(["running"]))).await;
    let keeping = |parts, seed| all(parts, seed).choose("upgrade_mode", texts(["savepoint"]));
    broken.extend(lives(keeping).await);
    broken.retain(|violation| violation.rule != Rule::ImportSteady);
    assert_eq!(broken, []);
}

#[tokio::test]
async fn a_job_that_was_restarted_by_each_change_is_imported_without_a_difference() {
    const RECORDED: [&str; 8] = [
        "state",
        "upgrade_mode",
        "upgrade",
        "restore",
        "on_destroy",
        "prevent_state_loss",
        "bounded",
        "timeouts",
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let generator = |parts, seed| {
        let all = jobs(parts, seed, folder.path());
        RECORDED.iter().fold(all, |all, name| all.choose(name, [Value::Null]))
    };
    assert_eq!(lives(generator).await, []);
}

#[tokio::test]
async fn a_savepoint_breaks_no_rule() {
    let flink = flink::Flink::start().await;
    let service = configured(&flink.url()).await;
    let job = flink.run("orders");
    let configs = [
        json!({ "job": job, "triggers": { "n": "1" } }),
        json!({ "job": job, "triggers": { "n": "1" }, "dispose_on_destroy": true, "timeouts": { "create": "60s" } }),
        json!({ "job": job, "triggers": { "n": "2" }, "format": "native", "target_directory": "file:///sp" }),
        json!({ "path": "file:///sp/savepoint-a1b2c3-0123456789ab" }),
    ];
    let of = object_type(&terraform_provider_flink::savepoint::model::SavepointModel::attributes());
    let configs: Vec<Value> =
        configs.iter().map(|config| encoding::from_json(config, &of).expect("a block")).collect();
    assert_eq!(conformance::check(&service, "flink_savepoint", &configs).await, Ok(()));
}

/// The state of a job after a refresh of `state`.
async fn refreshed(service: &Service<Flink>, state: &serde_json::Value) -> serde_json::Value {
    let of = object_type(&JobModel::attributes());
    let state = encoding::from_json(state, &of).expect("a state");
    let msgpack = msgpack::encode(&state, &of).expect("a state");
    let request = read_resource::Request {
        type_name: "flink_job".to_owned(),
        current_state: Some(DynamicValue { msgpack, json: Vec::new() }),
        ..read_resource::Request::default()
    };
    let answer = service.read_resource(Request::new(request)).await.expect("an answer");
    let state = answer.into_inner().new_state.expect("a state").msgpack;
    let state = msgpack::decode(&state, &of).expect("a state");
    encoding::to_json(&state, &of).expect("a state")["state"].clone()
}

/// A debugged provider lives through many runs of Terraform, each of which configures it.
#[tokio::test]
async fn a_refresh_answers_from_one_look_but_never_from_before_its_configure() {
    let flink = flink::Flink::start().await;
    let service = configured(&flink.url()).await;
    let job = flink.run("orders");
    let state = json!({
        "id": format!("{}#orders", flink.url()), "name": "orders", "state": "running",
        "job_id": job,
    });
    assert_eq!(refreshed(&service, &state).await, "running");
    flink.forget(&job);
    assert_eq!(refreshed(&service, &state).await, "running");
    configure(&service, &flink.url()).await;
    assert_eq!(refreshed(&service, &state).await, "missing");
}

/// Clusters with some of their attributes, the others left out: what a validator allows, a schema
/// does not say.
fn clusters(parts: Vec<Part>, seed: u64) -> Generator {
    let decoded = |attribute: &str, value: serde_json::Value| {
        let block = json!({ attribute: value });
        let of = object_type(&ClusterModel::attributes());
        encoding::from_json(&block, &of).expect("an attribute").member(attribute).clone()
    };
    let some = |attribute: &str, values: &[serde_json::Value]| {
        values.iter().map(|value| decoded(attribute, value.clone())).collect::<Vec<_>>()
    };
    let settable = ClusterSpec::attributes().into_iter().chain(ClusterOwn::attributes());
    let none = settable.fold(Generator::new(parts, seed), |all, attribute| {
        all.choose(attribute.name, [Value::Null])
    });
    none.choose("name", texts(["orders"]))
        .choose("namespace", texts(["flink"]))
        .choose("strategy", texts(["standalone", "native"]))
        .choose("flink_version", texts(["1.20", "2.0"]))
        .choose("image", texts(["flink:a", "flink:b"]))
        .choose("image_pull_policy", texts(["always", "if_not_present"]))
        .choose(
            "flink_configuration",
            some(
                "flink_configuration",
                &[
                    json!({ "web.timeout": "60s" }),
                    json!({ "web.timeout": "1 min" }),
                    json!({ "web.timeout": "2 min" }),
                ],
            ),
        )
        .choose("state", some("state", &[json!({ "checkpoint_dir": "s3://a/b" }), json!({})]))
        .choose(
            "job_manager",
            some(
                "job_manager",
                &[
                    json!({ "memory": "2g", "cpu": 0.5 }),
                    json!({ "memory": "2048m", "annotations": { "a": "b" } }),
                ],
            ),
        )
        .choose(
            "task_manager",
            some(
                "task_manager",
                &[json!({ "task_slots": 2 }), json!({ "task_slots": 2, "env": { "A": "1" } })],
            ),
        )
        .choose("pod_template", texts(["spec: {priority: 1}", "spec:\n  priority: 1\n"]))
        .choose("rest", some("rest", &[json!({ "port": 9000 }), json!({ "annotations": {} })]))
        .choose("labels", some("labels", &[json!({ "team": "a" }), json!({ "team": "b" })]))
        .choose("on_update", texts(["drain", "drain_all"]))
        .choose("on_destroy", texts(["drain", "drain_all", "force"]))
        .choose(
            "timeouts",
            some("timeouts", &[json!({ "create": "60s" }), json!({ "update": "1m" })]),
        )
}

#[tokio::test]
async fn a_cluster_breaks_no_rule() {
    let mut broken = Vec::new();
    for seed in 0..4 {
        let kubernetes = kubernetes::Kubernetes::start().await;
        let service = provider::registry().into_service();
        let block =
            json!({ "kubernetes": { "host": kubernetes.url() }, "access": "service_proxy" });
        configure_with(&service, &block).await;
        let shape = conformance::shape_of(&service, "flink_cluster").await.expect("a sound schema");
        let mut generator = clusters(shape, seed);
        let generated: Vec<Value> = (0..4).map(|_| generator.configuration()).collect();
        let valid =
            conformance::valid(&service, "flink_cluster", generated).await.expect("validity");
        assert!(!valid.is_empty(), "seed {seed}");
        broken.extend(conformance::check(&service, Subject::of::<Cluster>(), &valid).await.err());
    }
    let broken: Vec<Violation> = broken.into_iter().flatten().collect();
    assert_eq!(broken, []);
}
