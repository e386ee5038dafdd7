//! The least that an upgrade can cost: upload, stop, run, and polls of answers that Flink does not
//! cache, over one kept-alive connection.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::Rest;
use acceptance_tests::{Failure, Outcome};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::time::{Duration, Instant};

const STOP_POLL: Duration = Duration::from_millis(20);
const START_POLL: Duration = Duration::from_millis(50);

/// A job that is upgraded by bare calls.
pub(crate) struct Floor {
    pub(crate) counting: Counting,
    rest: Rest,
    savepoints: String,
    job: String,
}

impl Floor {
    /// Starts the job; its savepoints go into the folder at the URL `savepoints`.
    pub(crate) async fn start(counting: Counting, rest: Rest, savepoints: String) -> Outcome<Self> {
        let job = counting.run(&rest, &[]).await?;
        rest.wait_until_running(&counting.name).await?;
        Ok(Self { counting, rest, savepoints, job })
    }

    /// From the upload of `jar` until all its tasks run.
    pub(crate) async fn upgrade(&mut self, jar: &Path) -> Outcome<Duration> {
        let start = Instant::now();
        let jar = self.rest.upload(jar).await?;
        let savepoint = self.stop().await?;
        let body = json!({
            "programArgsList": self.counting.arguments(&[]),
            "parallelism": self.counting.splits,
            "savepointPath": savepoint,
        });
        let started = self.rest.post(&format!("/jars/{jar}/run"), &body).await?;
        self.job = text(&started["jobid"])?;
        self.runs().await?;
        Ok(start.elapsed())
    }

    async fn stop(&self) -> Outcome<String> {
        let job = format!("/jobs/{}", self.job);
        let body = json!({ "targetDirectory": self.savepoints, "drain": false });
        let trigger = text(&self.rest.post(&format!("{job}/stop"), &body).await?["request-id"])?;
        loop {
            let answer = self.rest.get(&format!("{job}/savepoints/{trigger}")).await?;
            if answer["status"]["id"] == "COMPLETED" {
                return text(&answer["operation"]["location"]);
            }
            tokio::time::sleep(STOP_POLL).await;
        }
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

fn text(value: &Json) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| Failure::new(format!("no text: {value}")))
}
