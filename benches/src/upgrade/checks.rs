//! What the provider asks before a stop and after a start, by bare calls.
//!
//! The rounds are those that a test of the crate `lifecycle` holds; what goes out together there,
//! does so here.

use acceptance_tests::flink::Rest;
use acceptance_tests::{Failure, Outcome};
use lifecycle::flink::scout;
use serde_json::{Value as Json, json};
use std::fs;
use tokio::join;

/// How the scout's answer begins, which comes as an exception.
const SPOKEN: &str = "<<terraform-scout ";
/// A trigger that no one has used.
const UNUSED: &str = "00000000000000000000000000000001";

/// Asks like the provider with its checks.
pub(crate) struct Checks {
    scout: String,
    savepoints: String,
}

impl Checks {
    /// Uploads the scout. Savepoints will go into the folder at the URL `savepoints`.
    pub(crate) async fn with_scout(rest: &Rest, savepoints: &str) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let jar = folder.path().join("scout.jar");
        fs::write(&jar, scout::JAR)?;
        Ok(Self { scout: rest.upload(&jar).await?, savepoints: savepoints.to_owned() })
    }

    /// Before the upload.
    pub(super) async fn look(&self, rest: &Rest, job: &str) -> Outcome {
        let trigger = savepoint(job, UNUSED);
        let (jobs, config, overview, jars, _unknown) = join!(
            rest.get("/jobs/overview"),
            rest.get("/config"),
            rest.get("/overview"),
            rest.get("/jars"),
            rest.get(&trigger),
        );
        jobs.and(config).and(overview).and(jars).map(drop)
    }

    /// After the upload, before the stop: the new program's operators, the savepoint directory, and
    /// what the newest checkpoint holds.
    pub(super) async fn verify(
        &self,
        rest: &Rest,
        job: &str,
        jar: &str,
        program: &Json,
    ) -> Outcome {
        let trigger = savepoint(job, UNUSED);
        let (jobs, _unknown) = join!(rest.get("/jobs/overview"), rest.get(&trigger));
        jobs?;
        let mut operators = vec![json!("operators"), json!(jar), json!("")];
        operators.extend(program["programArgsList"].as_array().into_iter().flatten().cloned());
        let parallelism = &program["parallelism"];
        let (operators, writable) = join!(
            self.ask(rest, json!({ "programArgsList": operators, "parallelism": parallelism })),
            self.ask(rest, json!({ "programArgsList": ["writable", self.savepoints] })),
        );
        operators.and(writable)?;
        let history = history(rest, job).await?;
        let path = &history["latest"]["completed"]["external_path"];
        self.ask(rest, json!({ "programArgsList": ["metadata", path] })).await
    }

    async fn ask(&self, rest: &Rest, mut program: Json) -> Outcome {
        program["entryClass"] = json!("scout.Scout");
        match rest.post(&format!("/jars/{}/plan", self.scout), &program).await {
            Err(answer) if format!("{answer:?}").contains(SPOKEN) => Ok(()),
            Err(failure) => Err(failure),
            Ok(plan) => Err(Failure::new(format!("the scout has a plan: {plan}"))),
        }
    }
}

/// What a job was restored from, and its newest checkpoint.
pub(super) async fn history(rest: &Rest, job: &str) -> Outcome<Json> {
    let (all, config) =
        (format!("/jobs/{job}/checkpoints"), format!("/jobs/{job}/checkpoints/config"));
    let (all, config) = join!(rest.get(&all), rest.get(&config));
    config.and(all)
}

/// Where the state of a stop or savepoint is asked for.
pub(super) fn savepoint(job: &str, trigger: &str) -> String {
    format!("/jobs/{job}/savepoints/{trigger}")
}
