//! For how long a job with a cluster of its own writes nothing while it is upgraded, beside what no
//! upgrade can do without: a stop with a savepoint, and pods that start from it.
//!
//! Both sides take turns on one node, each with a cluster of its own and the same description.

mod floor;
mod provider;
mod silence;

use crate::figure::{Figure, Goal, Unit};
use crate::ground::Ground;
use crate::samples::Samples;
use acceptance_tests::jars::Jar;
use acceptance_tests::{Failure, Outcome};
use floor::Floor;
use provider::Upgrader;
use serde_json::{Value as Json, json};

/// The first is not counted: images are unpacked and classes read for the first time in it.
const ROUNDS: usize = 6;

/// Upgrades in turns, and the proof that none of them lost or doubled anything.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let ground = Ground::new().await?;
    let image = ground.image_with(&Jar::V1.path()?).await?;
    let mut by_provider = Upgrader::start(&ground, &image).await?;
    let mut bare = Floor::start(&ground, &image).await?;
    let (mut silent, mut unavoidable) = (Samples::default(), Samples::default());
    for round in 0..ROUNDS {
        let taken = (by_provider.upgrade(round).await?, bare.upgrade(round).await?);
        if round > 0 {
            silent.push_time(taken.0);
            unavoidable.push_time(taken.1);
        }
    }
    by_provider.counting.prove().await?;
    bare.counting.prove().await?;
    let ratio = silent.over(&unavoidable);
    let figure = |name, unit, goal, samples| Figure { name, unit, goal, samples };
    Ok(vec![
        figure("silence of an application's upgrade", Unit::Seconds, Goal::None, silent),
        figure("its stop and its pods' start, bare", Unit::Seconds, Goal::None, unavoidable),
        figure("silence over stop and start", Unit::Ratio, Goal::AtMost(1.1), ratio),
    ])
}

/// How the cluster of both sides is described in a round: only new pods take up another variable.
fn described(ground: &Ground, (name, image, round): (&str, &str, usize)) -> Outcome<Json> {
    let more = json!({
        "image": image,
        "strategy": "standalone",
        "service_account": { "name": "flink" },
    });
    let mut cluster = ground.cluster(name, &more)?;
    let task_manager = cluster["task_manager"].as_object_mut();
    let task_manager = task_manager.ok_or_else(|| Failure::new("no TaskManagers"))?;
    task_manager.insert("env".to_owned(), json!({ "ROUND": round.to_string() }));
    Ok(cluster)
}
