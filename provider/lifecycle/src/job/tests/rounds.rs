//! How often an upgrade goes to Flink: each line is one round, whose questions go out together.

use std::{sync::Mutex, time::Duration};

use tokio::time::Instant;

use super::{replace, run, running, to_run};
use crate::job::{
    drive::{Limits, drive},
    goal::Verify,
    model::Model,
    observed::{Answer, Question},
    report::Left,
    step::{Effect, Step},
    world::{World, WorldError},
};

/// Writes down what a world is asked and told, and when.
struct Traced<'a> {
    model: &'a Model,
    calls: Mutex<Vec<(Instant, String)>>,
}

impl<'a> Traced<'a> {
    fn over(model: &'a Model) -> Self {
        Self { model, calls: Mutex::default() }
    }

    fn note(&self, what: String) {
        self.calls.lock().expect("no test panics with the lock").push((Instant::now(), what));
    }

    /// What was asked at the same moment is one round; waits for the same thing are one line.
    fn rounds(self) -> Vec<String> {
        let calls = self.calls.into_inner().expect("no test panics with the lock");
        let mut rounds: Vec<(Instant, String)> = Vec::new();
        for (at, what) in calls {
            match rounds.last_mut() {
                Some((last, round)) if *last == at => *round = format!("{round} {what}"),
                Some(_) | None => rounds.push((at, what)),
            }
        }
        let mut lines: Vec<String> = rounds.into_iter().map(|(_, round)| round).collect();
        lines.dedup();
        lines
    }
}

impl World for Traced<'_> {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        let told = format!("{question:?}");
        self.note(told.split(['(', ' ']).next().unwrap_or_default().to_owned());
        self.model.ask(question).await
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        self.note(format!("→ {}", step.name()));
        self.model.perform(step).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_goes_to_flink_no_more_often_than_this() {
    let model = Model::new();
    let recorded = running(&model).await;
    let traced = Traced::over(&model);
    let limits = Limits::within(Duration::from_mins(5));
    let report = drive(&replace("v2", &recorded), &traced, &limits).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    let expected = [
        "Jobs Cluster Journal Jars Trigger",
        "→ uploading the jar",
        "Jobs Trigger",
        "Operators Writable",
        // After the dry run, so that no successor has taken the checkpoint's place meanwhile.
        "History",
        "Contents",
        "→ stopping the job with a savepoint",
        "Jobs Trigger",
        "→ starting the job from its state",
        "Jobs",
        "History",
    ];
    assert_eq!(traced.rounds(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_without_checks_goes_to_flink_no_more_often_than_this() {
    let model = Model::new();
    let recorded = running(&model).await;
    let traced = Traced::over(&model);
    let limits = Limits::within(Duration::from_mins(5));
    let mut goal = to_run("v2", Some(recorded));
    goal.upgrade.verify = Verify::None;
    let report = drive(&run(goal), &traced, &limits).await;
    assert_eq!((report.state, report.problem), (Left::Running, None));
    let expected = [
        "Jobs Cluster Journal Jars Trigger",
        "→ uploading the jar",
        "Jobs Trigger",
        "→ stopping the job with a savepoint",
        "Jobs Trigger",
        "→ starting the job from its state",
        "Jobs",
        "History",
    ];
    assert_eq!(traced.rounds(), expected);
}
