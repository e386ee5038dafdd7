//! What a stateful upgrade costs: inside the provider, by the bare REST calls, by Flink's command
//! line. Each has a job of its own on one cluster, and they take turns; every upgrade is to a jar
//! that the cluster has not seen.
//!
//! Bare calls are measured twice: the very calls that the provider makes, with its checks, and the
//! unavoidable ones alone: upload, stop, poll, run, poll. What the provider asks besides, and what it
//! is for:
//!
//! * before the upload, one round of questions that go out together: which jobs there are, what the
//!   cluster is, its jars, and whether an earlier attempt has begun the stop already;
//! * after each thing that it has done, which jobs there are and how the stop is: whatever others do
//!   meanwhile is seen before the next;
//! * with its checks (`verify = "dry_run"`), while the old job still runs: the new program is run
//!   to its job graph, the savepoint directory is written to, and then the newest checkpoint's
//!   metadata is read and held against the graph. Each is a `main()` in the JobManager. The metadata
//!   is not read at the same time as the dry run: where checkpoints are frequent, the one that was
//!   named before it would be gone;
//! * at the end, what the job says that it was restored from.
//!
//! How often it goes to Flink is held by a test of the crate `lifecycle`.

mod checks;
mod cli;
mod floor;
mod provider;

use crate::figure::{Figure, Goal, Unit};
use crate::samples::Samples;
use acceptance_tests::Outcome;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use cli::CommandLine;
pub(crate) use floor::{Floor, stop};
pub(crate) use provider::Upgrader;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The first is not counted: classes are loaded and connections made in it.
const ROUNDS: usize = 10;
/// The command line is slow, and varies little.
const COMMAND_LINE_ROUNDS: usize = 4;

/// Upgrades in turns, and the proof that none of them lost or doubled anything.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let cluster = Cluster::start(Setup::default()).await?;
    let jars = tempfile::tempdir()?;
    let config = json!({ "rest": { "url": cluster.url() } });
    let mut checked =
        Upgrader::start(Counting::on(&cluster, "checked")?, &config, &json!({})).await?;
    let unverified = json!({ "upgrade": { "verify": "none" } });
    let mut unchecked =
        Upgrader::start(Counting::on(&cluster, "unchecked")?, &config, &unverified).await?;
    let savepoints = format!("file://{}/savepoints", cluster.folder().display());
    let bare = async |name| {
        Floor::start(Counting::on(&cluster, name)?, cluster.rest()?, savepoints.clone()).await
    };
    let mut same_calls = bare("same-calls").await?.with_checks().await?;
    let mut floor = bare("floor").await?;
    let mut command_line =
        CommandLine::start(Counting::on(&cluster, "command-line")?, &cluster).await?;

    let mut times = Times::default();
    for round in 0..ROUNDS {
        let jar = new_jar(jars.path(), round)?;
        let taken = [
            checked.upgrade(&jar).await?,
            same_calls.upgrade(&jar).await?,
            floor.upgrade(&jar).await?,
            unchecked.upgrade(&jar).await?,
        ];
        if round > 0 {
            let [checked, same_calls, floor, unchecked] = taken;
            times.checked.push_time(checked);
            times.same_calls.push_time(same_calls);
            times.floor.push_time(floor);
            times.unchecked.push_time(unchecked);
            if round < COMMAND_LINE_ROUNDS {
                times.command_line.push_time(command_line.upgrade(&jar).await?);
            }
        }
    }
    let all = [
        &checked.counting,
        &unchecked.counting,
        &same_calls.counting,
        &floor.counting,
        &command_line.counting,
    ];
    for counting in all {
        counting.prove().await?;
    }
    Ok(times.figures())
}

/// What the upgrades of each kind took.
#[derive(Default)]
struct Times {
    checked: Samples,
    unchecked: Samples,
    same_calls: Samples,
    floor: Samples,
    command_line: Samples,
}

impl Times {
    fn figures(self) -> Vec<Figure> {
        let Self { checked, unchecked, same_calls, floor, command_line } = self;
        let seconds = |name, samples: &Samples| Figure {
            name,
            unit: Unit::Seconds,
            goal: Goal::None,
            samples: samples.clone(),
        };
        let ratio = |name, goal, samples| Figure { name, unit: Unit::Ratio, goal, samples };
        vec![
            seconds("upgrade by the provider, with its checks", &checked),
            seconds("upgrade by the provider, verify = none", &unchecked),
            seconds("upgrade by the same REST calls, bare", &same_calls),
            seconds("upgrade by bare REST calls without checks", &floor),
            seconds("upgrade by bin/flink", &command_line),
            ratio(
                "provider over the same REST calls, bare",
                Goal::AtMost(1.25),
                checked.over(&same_calls),
            ),
            ratio("provider over bare calls without checks", Goal::None, checked.over(&floor)),
            ratio(
                "provider (verify = none) over bare calls without checks",
                Goal::None,
                unchecked.over(&floor),
            ),
            ratio("bin/flink over provider", Goal::AtLeast(10.0), command_line.over(&checked)),
        ]
    }
}

/// A jar that no cluster has seen.
pub(crate) fn new_jar(folder: &Path, round: usize) -> Outcome<PathBuf> {
    let folder = folder.join(round.to_string());
    fs::create_dir(&folder)?;
    Jar::V1.rebuilt(&format!("round {round}"), &folder)
}
