//! The calls that Pulumi's bridge made in a job's life, sent again to the provider: no plan before
//! the destroy, no private data with it, null for whatever is not set.

use acceptance_tests::clients::plugin::{Plugin, Trust};
use acceptance_tests::clients::replay::{Call, Recorded, Renamed, Replay};
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::{Failure, Outcome, folders};
use serde_json::Value;
use std::path::Path;

const CALLS: &str = include_str!("recordings/bridge-calls.jsonl");

#[tokio::test]
async fn recorded_calls_of_the_bridge_are_answered_as_they_were() -> Outcome {
    let cluster = Cluster::shared().await?;
    let rest = cluster.rest()?;
    let counting = Counting::on(cluster, "replay")?;
    let mut renamed = names(cluster, &counting)?;
    let (mut plugin, mut replay) = start().await?;
    let mut configure = None;

    for line in CALLS.lines() {
        let recorded: Value = serde_json::from_str(line)?;
        let call: Recorded = serde_json::from_value(renamed.apply(&recorded))?;
        let job = call.prior["job_id"].as_str().unwrap_or_default();
        if call.call == Call::ApplyResourceChange && call.prior["state"] == "running" {
            // Whether its state fits is told from a checkpoint.
            rest.wait_for_checkpoints(job, 1).await?;
        }
        if call.call == Call::ReadResource && call.answer.state["state"] == "canceled" {
            counting.wait_for_lines(20).await?;
            rest.cancel(job).await?;
            // A refresh is a process of its own.
            (plugin, replay) = start().await?;
            if let Some(call) = &configure {
                replay.send(call).await?;
            }
        }
        if call.call == Call::ConfigureProvider {
            configure = Some(call.clone());
        }
        let answer = replay.send(&call).await?;
        renamed.learn(&recorded["answer"]["state"], &answer.state);
        let mut expected: Recorded = serde_json::from_value(renamed.apply(&recorded))?;
        add_newer(&mut expected.answer.state, &answer.state);
        assert_eq!(answer, expected.answer, "{:?}", call.call);
    }
    drop(plugin);
    assert!(rest.live(&counting.name).await?.is_empty());
    counting.prove_transactions().await
}

/// Attributes that are newer than the recording are null where nobody sets them.
fn add_newer(recorded: &mut Value, answered: &Value) {
    let (Some(recorded), Some(answered)) = (recorded.as_object_mut(), answered.as_object()) else {
        return;
    };
    for (name, _) in answered.iter().filter(|(_, value)| value.is_null()) {
        recorded.entry(name).or_insert(Value::Null);
    }
}

async fn start() -> Outcome<(Plugin, Replay)> {
    let plugin = Plugin::start(&folders::provider(), Trust::Plain)?;
    let replay = Replay::over(plugin.connect().await?).await?;
    Ok((plugin, replay))
}

fn names(cluster: &Cluster, counting: &Counting) -> Outcome<Renamed> {
    let jar = Jar::V1.path()?;
    let jars = jar.parent().ok_or_else(|| Failure::new("a jar without a folder"))?;
    let text = |path: &Path| path.display().to_string();
    let mut renamed = Renamed::default();
    for (part, now) in [
        ("${URL}", cluster.url()),
        ("${FOLDER}", text(&counting.folder)),
        ("${CLUSTER}", text(cluster.folder())),
        ("${JARS}", text(jars)),
        ("${NAME}", counting.name.clone()),
    ] {
        renamed.part(part, &now);
    }
    Ok(renamed)
}
