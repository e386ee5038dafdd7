//! The client and the scout against every line of Flink that the provider promises to work with.
//!
//! What the provider does with them is proven elsewhere; here each version is asked everything that
//! the client knows to ask, through one life of a job: checked first, run, saved, stopped, restored.

use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::{Failure, Outcome, fetch, folders, poll};
use flink::capabilities::Capabilities;
use flink::fit::{self, Verdict, vertices};
use flink::request::checkpoints::{Drain, Savepoint};
use flink::request::jars::{Program, Restore, RestoreMode};
use flink::request::{checkpoints, cluster, jars, jobs};
use flink::response::checkpoints::{CheckpointType, Outcome as Trigger};
use flink::response::jobs::JobStatus;
use flink::scout::{
    JAR, JAR_NAME_SUFFIX, Listing, NewVertex, OperatorState, Scout, Snapshot, Told,
};
use flink::{Client, Endpoint, JarId, JobId, Kind, TriggerId};
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn flink_1_18_answers() -> Outcome {
    whole_life(fetch::FLINK_1_18).await
}

#[tokio::test]
async fn flink_1_20_answers() -> Outcome {
    whole_life(fetch::FLINK_1_20).await
}

#[tokio::test]
async fn flink_2_0_answers() -> Outcome {
    whole_life(fetch::FLINK_2_0).await
}

#[tokio::test]
async fn flink_2_3_answers() -> Outcome {
    whole_life(fetch::FLINK_2_3).await
}

#[test]
fn the_embedded_scout_is_what_its_source_builds() -> Outcome {
    let folder = tempfile::tempdir()?;
    let jar = folder.path().join("scout.jar");
    let script = folders::repository().join("provider/flink/scout/build.sh");
    let lib = fetch::flink(fetch::FLINK_1_18)?;
    fetch::succeed(Command::new(script).arg(lib).arg(&jar))?;
    assert!(fs::read(jar)? == JAR, "scout.jar is not what scout/build.sh makes of the source");
    Ok(())
}

/// One job on one cluster of one version, seen through the client alone.
struct Life {
    client: Client,
    scout: Scout,
    counting: Counting,
    /// Below the cluster's folder, with a scheme.
    savepoints: String,
}

async fn whole_life(version: &str) -> Outcome {
    let cluster = Cluster::start(Setup::of(version)).await?;
    let client = Client::new(Endpoint::new(&cluster.url())?);
    let life = Life {
        scout: Scout::new(client.clone()),
        counting: Counting::on(&cluster, "rest")?,
        savepoints: format!("file://{}/kept", cluster.folder().display()),
        client,
    };
    life.the_cluster_tells_what_it_is(version).await?;
    life.storage_is_looked_at().await?;
    let first = life.upload(Jar::V1).await?;
    let old = JobId::from_bytes([1; 16]);
    life.a_job_is_submitted_once(&first, &old).await?;
    let savepoint = life.a_savepoint_is_taken_once(&old).await?;
    life.the_fit_is_judged(&old, &first, &savepoint).await?;
    life.the_cannot_tell_is_told(&first).await?;
    life.a_lost_scout_comes_back().await?;
    let stopped = life.a_stop_ends_the_job(&old).await?;
    life.a_refused_restore_burns_its_id(&stopped).await?;
    life.the_next_version_starts_from_it(&stopped).await?;
    life.a_savepoint_is_disposed_of(&savepoint).await?;
    life.counting.prove().await
}

impl Life {
    async fn the_cluster_tells_what_it_is(&self, version: &str) -> Outcome {
        let config = self.client.send(&cluster::config()).await?;
        assert_eq!(config.version()?.to_string(), version);
        assert!(Capabilities::of(config.version()?).is_supported());
        assert!(config.features.web_submit);
        let overview = self.client.send(&cluster::overview()).await?;
        let managers = self.client.send(&cluster::task_managers()).await?.taskmanagers;
        assert_eq!(
            managers.iter().map(|manager| manager.slots_number).sum::<u32>(),
            overview.slots_total
        );
        let configuration = self.client.send(&cluster::configuration()).await?;
        assert_eq!(configuration.get("parallelism.default"), Some("2"));
        Ok(())
    }

    async fn storage_is_looked_at(&self) -> Outcome {
        assert_eq!(self.scout.list(&self.savepoints).await?, Told::Known(None));
        let writable = known(self.scout.writable(&self.savepoints).await?)?;
        assert_eq!(writable.refused, None);
        assert_eq!(self.scout.list(&self.savepoints).await?, Told::Known(None));
        let refused = known(self.scout.writable("/proc/savepoints").await?)?.refused;
        assert!(refused.is_some_and(|reason| reason.contains("IOException")));
        let snapshots = known(self.scout.metadata(&[&self.savepoints]).await?)?;
        assert_eq!(snapshots, [Snapshot::Absent]);
        Ok(())
    }

    async fn upload(&self, jar: Jar) -> Outcome<JarId> {
        let uploaded = self.client.send(&jars::upload("a job.jar", jar.path()?)).await?;
        let jars = self.client.send(&jars::list()).await?;
        let newest = jars.named("a job.jar").ok_or_else(|| Failure::new("no jar"))?;
        assert_eq!(newest.id, uploaded.jar_id());
        Ok(uploaded.jar_id())
    }

    fn program(&self) -> Program {
        let args = self.counting.arguments(&[]);
        let retained = "execution.checkpointing.externalized-checkpoint-retention";
        let flink_configuration = BTreeMap::from([
            (retained.to_owned(), "RETAIN_ON_CANCELLATION".to_owned()),
            ("pipeline.global-job-parameters".to_owned(), "owner:'a/b'".to_owned()),
        ]);
        Program { args, parallelism: Some(2), flink_configuration, ..Program::default() }
    }

    async fn a_job_is_submitted_once(&self, jar: &JarId, job: &JobId) -> Outcome {
        let before = self.client.send(&jobs::status(job)).await;
        assert!(before.is_err_and(|error| error.is_not_found()));
        let plan = self.client.send(&jars::plan(jar, &self.program())).await?;
        let submission = jars::run(jar, job, &self.program(), None);
        assert_eq!(self.client.send(&submission).await?.job_id, *job);
        let again = self.client.send(&submission).await;
        assert!(again.is_err_and(|error| matches!(error.kind, Kind::DuplicateJob)));
        self.until_running(job).await?;
        let vertices = self.client.send(&jobs::plan(job)).await?.plan.nodes;
        assert_eq!(vertices.len(), plan.plan.nodes.len());
        assert!(
            vertices.iter().all(|node| plan.plan.nodes.iter().any(|planned| planned.id == node.id))
        );
        let config = self.client.send(&jobs::config(job)).await?.execution_config;
        let marks = config.map(|config| config.user_config).unwrap_or_default();
        assert_eq!(marks.get("owner").map(String::as_str), Some("a/b"));
        let checkpoints = self.client.send(&checkpoints::config(job)).await?;
        assert!(checkpoints.is_periodic() && checkpoints.externalization.survives_cancellation());
        Ok(())
    }

    async fn until_running(&self, job: &JobId) -> Outcome {
        poll::until("all tasks run", LIMIT, async || {
            let overview = self.client.send(&jobs::overview()).await.ok()?;
            let job = overview.jobs.into_iter().find(|found| found.id == *job)?;
            (job.state == JobStatus::Running && job.tasks.all_running()).then_some(())
        })
        .await
    }

    async fn a_savepoint_is_taken_once(&self, job: &JobId) -> Outcome<String> {
        self.counting.wait_for_lines(20).await?;
        let savepoint = self.savepoint(2);
        for _ in 0..2 {
            let triggered = self.client.send(&checkpoints::savepoint(job, &savepoint)).await?;
            assert_eq!(triggered.trigger, savepoint.trigger);
        }
        let path = self.until_written(job, &savepoint.trigger).await?;
        let Listing { entries, .. } = known(self.scout.list(&self.savepoints).await?)?
            .ok_or_else(|| Failure::new("no directory"))?;
        let paths: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, [path.as_str()]);
        Ok(path)
    }

    fn savepoint(&self, number: u8) -> Savepoint {
        let target_directory = Some(self.savepoints.clone());
        Savepoint { trigger: TriggerId::from_bytes([number; 16]), target_directory, format: None }
    }

    async fn until_written(&self, job: &JobId, trigger: &TriggerId) -> Outcome<String> {
        let outcome = poll::until("a savepoint", LIMIT, async || {
            let status = self.client.send(&checkpoints::savepoint_status(job, trigger)).await;
            match status.map(|status| status.0) {
                Ok(Trigger::InProgress) => None,
                Ok(Trigger::Done(path)) => Some(Ok(path)),
                Ok(Trigger::Failed(failure)) => Some(Err(Failure::new(failure.causes().summary()))),
                Err(error) => Some(Err(error.into())),
            }
        });
        outcome.await?
    }

    async fn the_fit_is_judged(&self, job: &JobId, jar: &JarId, savepoint: &str) -> Outcome {
        let state = self.state_of(savepoint).await?;
        let old = self.operators(jar, self.program()).await?;
        let names = flink::scout::names(&old);
        assert_eq!(fit::judge(&state, &old, &names).verdict, Verdict::Fits);

        let second = self.upload(Jar::V2).await?;
        let judged = fit::judge(&state, &self.operators(&second, self.program()).await?, &names);
        assert_eq!(
            (judged.verdict, judged.starts_empty),
            (Verdict::Fits, vec!["total".to_owned()])
        );

        let wide = Program { parallelism: Some(200), ..self.program() };
        let judged = fit::judge(&state, &self.operators(jar, wide).await?, &names);
        assert!(matches!(judged.verdict, Verdict::TooWide(_)), "{judged:?}");

        let changed = self.upload(Jar::ChangedUid).await?;
        let judged = fit::judge(&state, &self.operators(&changed, self.program()).await?, &names);
        let Verdict::Refused(lost) = judged.verdict else {
            return Err(Failure::new(format!("{judged:?}")));
        };
        assert!(
            lost.iter().any(|lost| lost.name.as_deref() == Some("count") && lost.bytes > 0),
            "{lost:?}"
        );
        self.the_vertices_agree(job, &second, &changed).await
    }

    /// The judgement without the scout comes to the same.
    async fn the_vertices_agree(&self, job: &JobId, second: &JarId, changed: &JarId) -> Outcome {
        let details = self.client.send(&jobs::details(job)).await?;
        let newest = poll::until("a checkpoint", LIMIT, async || {
            let checkpoints = self.client.send(&checkpoints::list(job)).await.ok()?;
            Some(checkpoints.latest.savepoint?.id)
        });
        let held = self.client.send(&checkpoints::details(job, newest.await?)).await?;
        let plan = self.client.send(&jars::plan(second, &self.program())).await?.plan;
        let compared = vertices::compare(Some(&held), &details, &plan);
        assert_eq!(compared.fit.verdict, Verdict::Fits, "{compared:?}");
        let plan = self.client.send(&jars::plan(changed, &self.program())).await?.plan;
        let compared = vertices::compare(Some(&held), &details, &plan);
        assert_ne!(compared.fit.verdict, Verdict::Fits, "{compared:?}");
        Ok(())
    }

    async fn state_of(&self, savepoint: &str) -> Outcome<Vec<OperatorState>> {
        match known(self.scout.metadata(&[savepoint]).await?)?.pop() {
            Some(Snapshot::Whole(metadata)) => Ok(metadata.operators),
            other => Err(Failure::new(format!("{savepoint}: {other:?}"))),
        }
    }

    async fn operators(&self, jar: &JarId, program: Program) -> Outcome<Vec<NewVertex>> {
        known(self.scout.operators(jar, &program).await?)
    }

    /// A program that fails is nothing that the scout fails of.
    async fn the_cannot_tell_is_told(&self, jar: &JarId) -> Outcome {
        let missing = Program { entry_class: Some("no.Such".to_owned()), ..self.program() };
        let told = self.scout.operators(jar, &missing).await?;
        assert!(
            matches!(&told, Told::CannotTell(reason) if reason.contains("no.Such")),
            "{told:?}"
        );
        let told = self.scout.list("unheard-of://a/b").await?;
        assert!(
            matches!(&told, Told::CannotTell(reason) if reason.contains("unheard-of")),
            "{told:?}"
        );
        let overview = self.client.send(&jobs::overview()).await?;
        assert_eq!(overview.jobs.len(), 1, "the scout starts no job");
        Ok(())
    }

    /// The jar is missed by the next question, as after a restart, and brought again.
    async fn a_lost_scout_comes_back(&self) -> Outcome {
        let jars = self.client.send(&jars::list()).await?.files;
        let scouts = jars.iter().filter(|jar| jar.name.ends_with(JAR_NAME_SUFFIX));
        let scouts: Vec<&JarId> = scouts.map(|jar| &jar.id).collect();
        assert_eq!(scouts.len(), 1, "the scout is uploaded once");
        self.client.send(&jars::delete(scouts[0])).await?;
        assert!(known(self.scout.list(&self.savepoints).await?)?.is_some());
        Ok(())
    }

    async fn a_stop_ends_the_job(&self, job: &JobId) -> Outcome<String> {
        let savepoint = self.savepoint(3);
        self.client.send(&checkpoints::stop(job, &savepoint, Drain::No)).await?;
        let path = self.until_written(job, &savepoint.trigger).await?;
        self.until_state(job, JobStatus::Finished).await?;
        // For a moment after its end the Dispatcher still passes it on.
        poll::until("that it has ended", LIMIT, async || {
            let cancelled = self.client.send(&jobs::cancel(job)).await;
            cancelled.is_err_and(|it| matches!(it.kind, Kind::AlreadyEnded { .. })).then_some(())
        })
        .await?;
        let result = self.client.send(&jobs::execution_result(job)).await?;
        assert!(result.job_execution_result.is_some_and(|result| result.failure_cause.is_none()));
        let kind = poll::until("the savepoint in the history", LIMIT, async || {
            let checkpoints = self.client.send(&checkpoints::list(job)).await.ok()?;
            let newest = checkpoints.latest.savepoint?;
            (newest.path() == Some(path.as_str())).then_some(newest.checkpoint_type)
        });
        assert_eq!(kind.await?, CheckpointType::SyncSavepoint);
        Ok(path)
    }

    async fn until_state(&self, job: &JobId, state: JobStatus) -> Outcome {
        poll::until(&format!("{state:?}"), LIMIT, async || {
            let answer = self.client.send(&jobs::status(job)).await.ok()?;
            (answer.status == state).then_some(())
        })
        .await
    }

    async fn a_refused_restore_burns_its_id(&self, savepoint: &str) -> Outcome {
        let changed = self.upload(Jar::ChangedUid).await?;
        let burnt = JobId::from_bytes([2; 16]);
        let submission = jars::run(&changed, &burnt, &self.program(), Some(&restore(savepoint)));
        let error =
            self.client.send(&submission).await.err().ok_or_else(|| Failure::new("restored"))?;
        let root = error.causes().map(flink::Causes::summary).unwrap_or_default();
        assert!(root.contains("Cannot map checkpoint/savepoint state for operator"), "{root}");
        assert_eq!(self.client.send(&jobs::status(&burnt)).await?.status, JobStatus::Failed);
        let result = self.client.send(&jobs::execution_result(&burnt)).await?;
        let failure = result.job_execution_result.and_then(|result| result.failure_cause);
        let causes = failure.map(|failure| failure.causes()).unwrap_or_default();
        assert!(causes.summary().contains("Cannot map checkpoint/savepoint state"), "{causes}");
        Ok(())
    }

    async fn the_next_version_starts_from_it(&self, savepoint: &str) -> Outcome {
        let jar = self.upload(Jar::V2).await?;
        let job = JobId::from_bytes([3; 16]);
        self.client
            .send(&jars::run(&jar, &job, &self.program(), Some(&restore(savepoint))))
            .await?;
        self.until_running(&job).await?;
        let restored = poll::until("what it started from", LIMIT, async || {
            let checkpoints = self.client.send(&checkpoints::list(&job)).await.ok()?;
            checkpoints.latest.restored?.external_path
        });
        let without_slashes = |path: &str| path.replace("file:///", "file:/");
        assert_eq!(without_slashes(&restored.await?), without_slashes(savepoint));
        self.counting.wait_for_lines(20).await?;
        assert!(
            self.client
                .send(&jobs::exceptions(&job, 5))
                .await?
                .exception_history
                .entries
                .is_empty()
        );
        let stop = self.savepoint(4);
        self.client.send(&checkpoints::stop(&job, &stop, Drain::No)).await?;
        self.until_written(&job, &stop.trigger).await?;
        self.until_state(&job, JobStatus::Finished).await?;
        self.client.send(&jars::delete(&jar)).await?;
        Ok(())
    }

    async fn a_savepoint_is_disposed_of(&self, path: &str) -> Outcome {
        let trigger = self.client.send(&checkpoints::dispose(path)).await?.trigger;
        poll::until("a disposal", LIMIT, async || {
            let status = self.client.send(&checkpoints::disposal_status(&trigger)).await.ok()?;
            (status.0 == Trigger::Done(())).then_some(())
        })
        .await?;
        assert_eq!(known(self.scout.metadata(&[path]).await?)?, [Snapshot::Absent]);
        Ok(())
    }
}

fn restore(path: &str) -> Restore {
    Restore { path: path.to_owned(), allow_non_restored_state: false, mode: RestoreMode::NoClaim }
}

fn known<T>(told: Told<T>) -> Outcome<T> {
    match told {
        Told::Known(known) => Ok(known),
        Told::CannotTell(reason) => Err(Failure::new(format!("the scout cannot tell: {reason}"))),
    }
}
