//! A session cluster from nothing until its REST API answers: by the provider, by `kubectl apply` of
//! the same objects, and, for a native one, by Flink's own `kubernetes-session.sh`.

use crate::figure::{Figure, Goal, Unit};
use crate::ground::{FLINK, Ground};
use crate::samples::Samples;
use acceptance_tests::clients::plugin::{
    ClientIdentity, Object, Plugin, Provider, Resource, Trust,
};
use acceptance_tests::kubernetes::JVM_OPTIONS;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, fetch, folders};
use serde_json::{Value as Json, json};
use std::time::{Duration, Instant};

/// The first is not counted: images are unpacked and classes read for the first time in it.
const ROUNDS: usize = 6;
const STANDALONE: &str = "standalone";
const NATIVE: &str = "native";
const SESSION: &str = "session";

/// Clusters in turns, one at a time.
pub(super) async fn figures(ground: &Ground) -> Outcome<Vec<Figure>> {
    let yaml = rendered(ground).await?;
    let mut times = Times::default();
    let mut provider = Maker::start(ground).await?;
    for round in 0..ROUNDS {
        let taken = [
            provider.makes(ground, STANDALONE, &json!({})).await?,
            kubectl(ground, &yaml).await?,
            provider.makes(ground, NATIVE, &native()).await?,
            session(ground).await?,
        ];
        if round > 0 {
            let [standalone, kubectl, native, session] = taken;
            times.standalone.push_time(standalone);
            times.kubectl.push_time(kubectl);
            times.native.push_time(native);
            times.session.push_time(session);
        }
    }
    Ok(times.figures())
}

#[derive(Default)]
struct Times {
    standalone: Samples,
    kubectl: Samples,
    native: Samples,
    session: Samples,
}

impl Times {
    fn figures(self) -> Vec<Figure> {
        let Self { standalone, kubectl, native, session } = self;
        let seconds = |name, samples: &Samples| Figure {
            name,
            unit: Unit::Seconds,
            goal: Goal::None,
            samples: samples.clone(),
        };
        let ratio = |name, limit, samples| Figure {
            name,
            unit: Unit::Ratio,
            goal: Goal::AtMost(limit),
            samples,
        };
        vec![
            seconds("standalone cluster by the provider", &standalone),
            seconds("the same objects by kubectl apply", &kubectl),
            seconds("native cluster by the provider", &native),
            seconds("native cluster by kubernetes-session.sh", &session),
            ratio("provider over kubectl apply", 1.05, standalone.over(&kubectl)),
            ratio("provider over kubernetes-session.sh", 1.0, native.over(&session)),
        ]
    }
}

/// A provider that makes clusters and takes them away.
struct Maker {
    clusters: Resource,
    _plugin: Plugin,
}

impl Maker {
    async fn start(ground: &Ground) -> Outcome<Self> {
        let plugin = Plugin::start(&folders::provider(), Trust::Mutual(&ClientIdentity::new()?))?;
        let mut provider = Provider::over(plugin.connect().await?).await?;
        provider.configure(&ground.provider()).await?;
        Ok(Self { clusters: provider.resource("flink_cluster")?, _plugin: plugin })
    }

    /// What the creation takes, from the call to its answer; the plan before it is not counted.
    async fn makes(&mut self, ground: &Ground, name: &str, more: &Json) -> Outcome<Duration> {
        let plan = self.clusters.plan(&Object::none(), &ground.cluster(name, more)?).await?;
        let start = Instant::now();
        let made = self.clusters.apply(plan).await?;
        let taken = start.elapsed();
        let gone = self.clusters.plan_destroy(&made)?;
        self.clusters.apply(gone).await?;
        ground.until_empty().await?;
        Ok(taken)
    }
}

/// What `flink_manifests` renders for the cluster that the provider makes.
async fn rendered(ground: &Ground) -> Outcome<String> {
    let workspace = Workspace::new("http://127.0.0.1:1")?;
    let attributes = ground.cluster(STANDALONE, &json!({}))?;
    let attributes = attributes.as_object().ok_or_else(|| Failure::new("no attributes"))?;
    let manifests = json!({ "data": { "flink_manifests": { "it": attributes } } });
    workspace.write("main.tf.json", &manifests.to_string())?;
    workspace.apply().await?.expect(0)?;
    workspace.attribute("data.flink_manifests.it", "yaml").await
}

/// What people do: apply, wait for both Deployments, and ask until the JobManager answers.
async fn kubectl(ground: &Ground, yaml: &str) -> Outcome<Duration> {
    let in_namespace = ["-n", ground.namespace.name()];
    let start = Instant::now();
    ground.kubectl.feed(&[&in_namespace[..], &["apply", "-f", "-"]].concat(), yaml).await?;
    for process in ["jobmanager", "taskmanager"] {
        let deployment = format!("deployment/{STANDALONE}-{process}");
        let status = ["rollout", "status", &deployment];
        ground.kubectl.run(&[&in_namespace[..], &status].concat()).await?;
    }
    ground.answers(STANDALONE, 1).await?;
    let taken = start.elapsed();
    let delete = ["delete", "-f", "-", "--wait=true"];
    ground.kubectl.feed(&[&in_namespace[..], &delete].concat(), yaml).await?;
    ground.until_empty().await?;
    Ok(taken)
}

/// The native cluster's own attributes.
fn native() -> Json {
    json!({ "strategy": "native", "service_account": { "name": "flink" } })
}

/// Flink's own client, with what the provider's native cluster has.
async fn session(ground: &Ground) -> Outcome<Duration> {
    let flink = fetch::flink_distribution(FLINK)?;
    let options = [
        ("kubernetes.namespace", ground.namespace.name().to_owned()),
        ("kubernetes.cluster-id", SESSION.to_owned()),
        ("kubernetes.config.file", ground.kubeconfig().display().to_string()),
        ("kubernetes.container.image.ref", ground.image.clone()),
        ("kubernetes.service-account", "flink".to_owned()),
        ("kubernetes.jobmanager.cpu.amount", "0.1".to_owned()),
        ("kubernetes.jobmanager.cpu.limit-factor", "20".to_owned()),
        ("env.java.opts.jobmanager", JVM_OPTIONS.to_owned()),
        ("env.java.opts.taskmanager", JVM_OPTIONS.to_owned()),
    ];
    let mut command = tokio::process::Command::new(flink.join("bin/kubernetes-session.sh"));
    command.args(options.map(|(key, value)| format!("-D{key}={value}"))).env("FLINK_HOME", &flink);
    let start = Instant::now();
    let output = command.output().await?;
    if !output.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&output.stderr)));
    }
    ground.answers(SESSION, 0).await?;
    let taken = start.elapsed();
    ground.namespace.delete("deployment", SESSION).await?;
    ground.until_empty().await?;
    Ok(taken)
}
