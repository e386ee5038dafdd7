//! The least that an upgrade can cost: upload, stop, run, and polls of answers that Flink does not
//! cache, over kept-alive connections; with the provider's checks between them, or without any.

use super::checks::{self, Checks};
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Rest;
use acceptance_tests::{Failure, Outcome};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::join;

const STOP_POLL: Duration = Duration::from_millis(20);
const START_POLL: Duration = Duration::from_millis(50);

/// A job that is upgraded by bare calls.
pub(crate) struct Floor {
    pub(crate) counting: Counting,
    rest: Rest,
    savepoints: String,
    job: String,
    checks: Option<Checks>,
}

impl Floor {
    /// Starts the job; its savepoints go into the folder at the URL `savepoints`.
    pub(crate) async fn start(counting: Counting, rest: Rest, savepoints: String) -> Outcome<Self> {
        let job = counting.run(&rest, &[]).await?;
        rest.wait_until_running(&counting.name).await?;
        Ok(Self { counting, rest, savepoints, job, checks: None })
    }

    /// The same, which asks all that the provider asks with its checks.
    pub(crate) async fn with_checks(self) -> Outcome<Self> {
        let checks = Checks::with_scout(&self.rest, &self.savepoints).await?;
        Ok(Self { checks: Some(checks), ..self })
    }

    /// From the upload of `jar` until all its tasks run.
    pub(crate) async fn upgrade(&mut self, jar: &Path) -> Outcome<Duration> {
        let start = Instant::now();
        if let Some(checks) = &self.checks {
            checks.look(&self.rest, &self.job).await?;
        }
        let jar = self.rest.upload(jar).await?;
        let mut program = json!({
            "programArgsList": self.counting.arguments(&[]),
            "parallelism": self.counting.splits,
        });
        if let Some(checks) = &self.checks {
            checks.verify(&self.rest, &self.job, &jar, &program).await?;
        }
        program["savepointPath"] = self.stop().await?.into();
        let started = self.rest.post(&format!("/jars/{jar}/run"), &program).await?;
        self.job = text(&started["jobid"])?;
        self.runs().await?;
        if self.checks.is_some() {
            checks::history(&self.rest, &self.job).await?;
        }
        Ok(start.elapsed())
    }

    async fn stop(&self) -> Outcome<String> {
        stop(&self.rest, &self.job, &self.savepoints, self.checks.is_some()).await
    }

    async fn runs(&self) -> Outcome {
        loop {
            let jobs = self.rest.jobs().await?;
            if jobs.iter().any(|job| job.id == self.job && job.all_tasks_run) {
                return Ok(());
            }
            tokio::time::sleep(START_POLL).await;
        }
    }
}

/// Stops a job with a savepoint below the URL `savepoints`; gives its path. `looks` at the jobs beside
/// each poll, as the provider does.
pub(crate) async fn stop(rest: &Rest, job: &str, savepoints: &str, looks: bool) -> Outcome<String> {
    let body = json!({ "targetDirectory": savepoints, "drain": false });
    let trigger = text(&rest.post(&format!("/jobs/{job}/stop"), &body).await?["request-id"])?;
    let savepoint = checks::savepoint(job, &trigger);
    loop {
        let answer = if looks {
            let (jobs, answer) = join!(rest.jobs(), rest.get(&savepoint));
            jobs.and(answer)?
        } else {
            rest.get(&savepoint).await?
        };
        if answer["status"]["id"] == "COMPLETED" {
            return text(&answer["operation"]["location"]);
        }
        tokio::time::sleep(STOP_POLL).await;
    }
}

fn text(value: &Json) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| Failure::new(format!("no text: {value}")))
}
