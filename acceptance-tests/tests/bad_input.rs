//! Wrong input and unhappy clusters: what the user is told, to the letter, and what is left behind.

use acceptance_tests::counting::Counting;
use acceptance_tests::diagnostics::told;
use acceptance_tests::flink::Cluster;
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome};
use std::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const JOB: &str = "flink_job.it";

/// One test's things on the shared cluster.
struct Scene {
    cluster: &'static Cluster,
    workspace: Workspace,
    counting: Counting,
}

impl Scene {
    async fn new(subject: &str) -> Outcome<Self> {
        let cluster = Cluster::shared().await?;
        let workspace = Workspace::new(&cluster.url())?;
        let counting = Counting::on(cluster, subject)?;
        Ok(Self { cluster, workspace, counting })
    }

    /// A job of version 1 that runs and has written something; gives its id.
    async fn running(&self) -> Outcome<String> {
        self.workspace.configure(&self.counting.resource(Jar::V1, &[], "")?)?;
        self.workspace.apply().await?.expect(0)?;
        self.counting.wait_for_lines(20).await?;
        self.workspace.attribute(JOB, "job_id").await
    }

    async fn refused_plan(&self, name: &str, hcl: &str) -> Outcome {
        self.workspace.configure(hcl)?;
        let run = self.workspace.plan().await?.expect(1)?;
        insta::assert_snapshot!(name, told(&run, &self.workspace, self.cluster, &self.counting));
        Ok(())
    }

    async fn failed_apply(&self, name: &str, hcl: &str) -> Outcome {
        self.workspace.configure(hcl)?;
        let run = self.workspace.apply().await?.expect(1)?;
        insta::assert_snapshot!(name, told(&run, &self.workspace, self.cluster, &self.counting));
        Ok(())
    }

    /// Nothing of this job was started, and Terraform knows of none.
    async fn nothing_is_left(&self) -> Outcome {
        assert!(self.cluster.rest()?.live(&self.counting.name).await?.is_empty());
        assert!(self.workspace.attributes(JOB).await?.is_null());
        Ok(())
    }

    /// The old version runs again and is what the state describes, before anything else is applied;
    /// its configuration plans empty.
    async fn is_rolled_back(&self) -> Outcome {
        let id = self.cluster.rest()?.wait_until_running(&self.counting.name).await?.id;
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, id);
        self.workspace.configure(&self.counting.resource(Jar::V1, &[], "")?)?;
        self.workspace.settled().await
    }

    /// The job `id` runs on and is what the state describes; the old configuration plans empty.
    async fn still_runs(&self, id: &str) -> Outcome {
        assert_eq!(self.cluster.rest()?.wait_until_running(&self.counting.name).await?.id, id);
        assert_eq!(self.workspace.attribute(JOB, "job_id").await?, id);
        self.workspace.configure(&self.counting.resource(Jar::V1, &[], "")?)?;
        self.workspace.settled().await?;
        self.counting.wait_for_lines(20).await?;
        self.counting.prove().await?;
        self.workspace.destroy().await?.expect(0)?;
        Ok(())
    }
}

#[tokio::test]
async fn a_plan_refuses_what_can_be_seen_to_be_wrong() -> Outcome {
    let scene = Scene::new("refused").await?;
    let text_file = scene.workspace.path().join("not-a.jar");
    fs::write(&text_file, "text")?;
    let good = Jar::V1.path()?.display().to_string();
    let job = |more: &str| scene.counting.resource(Jar::V1, &[], more);
    let with_jar = |path: &str| job("").map(|hcl| hcl.replace(&good, path));
    let cases = [
        ("jar_missing", with_jar("/nowhere/job.jar")?),
        ("jar_unreadable", with_jar(&scene.workspace.path().display().to_string())?),
        ("jar_is_none", with_jar(&text_file.display().to_string())?),
        ("duration", job("timeouts = { create = \"soon\" }")?),
        ("enum", job("upgrade_mode = \"savepoints\"")?),
        ("parallelism", job("parallelism = 0")?),
        ("restore_without_from", job("restore = { path = \"file:///savepoint\" }")?),
        ("restore_without_path", job("restore = { from = \"savepoint\" }")?),
        (
            "restore_from_nothing",
            job("restore = { from = \"none\", path = \"file:///savepoint\" }")?,
        ),
    ];
    for (name, hcl) in cases {
        scene.refused_plan(name, &hcl).await?;
    }
    scene.nothing_is_left().await
}

#[tokio::test]
async fn a_program_that_makes_no_job_is_not_created() -> Outcome {
    let scene = Scene::new("no-job").await?;
    let good = scene.counting.resource(Jar::V1, &[], "")?;
    let bad_class = good.replace(".jar\" }", ".jar\", entry_class = \"jobs.Nowhere\" }");
    let cases = [
        ("create_bad_class", bad_class),
        ("create_no_main", scene.counting.resource(Jar::NoMain, &[], "")?),
        ("create_main_throws", scene.counting.resource(Jar::V1, &["--fail", "main"], "")?),
        ("create_no_execute", scene.counting.resource(Jar::V1, &["--noexecute"], "")?),
        ("create_exits", scene.counting.resource(Jar::V1, &["--exit"], "")?),
    ];
    for (name, hcl) in cases {
        scene.failed_apply(name, &hcl).await?;
    }
    scene.nothing_is_left().await
}

#[tokio::test]
async fn a_missing_savepoint_starts_nothing() -> Outcome {
    let scene = Scene::new("no-savepoint").await?;
    let restore = "restore = { from = \"savepoint\", path = \"file:///nowhere/savepoint-1\" }";
    let hcl = scene.counting.resource(Jar::V1, &[], restore)?;
    scene.failed_apply("create_missing_savepoint", &hcl).await?;
    assert!(scene.cluster.rest()?.live(&scene.counting.name).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_bad_program_leaves_the_old_job_running() -> Outcome {
    let scene = Scene::new("bad-program").await?;
    let id = scene.running().await?;
    let good = scene.counting.resource(Jar::V1, &[], "")?;
    let bad_class = good.replace(".jar\" }", ".jar\", entry_class = \"jobs.Nowhere\" }");
    let cases = [
        ("upgrade_bad_class", bad_class),
        ("upgrade_main_throws", scene.counting.resource(Jar::V1, &["--fail", "main"], "")?),
        ("upgrade_no_execute", scene.counting.resource(Jar::V1, &["--noexecute"], "")?),
        ("upgrade_changed_uid", scene.counting.resource(Jar::ChangedUid, &[], "")?),
    ];
    for (name, hcl) in cases {
        scene.failed_apply(name, &hcl).await?;
    }
    scene.still_runs(&id).await
}

#[tokio::test]
async fn a_lost_operator_is_named_with_its_bytes_while_the_old_job_runs() -> Outcome {
    let scene = Scene::new("lost-operator").await?;
    scene.workspace.configure(&scene.counting.resource(Jar::V2, &[], "")?)?;
    scene.workspace.apply().await?.expect(0)?;
    scene.counting.wait_for_lines(20).await?;
    let id = scene.workspace.attribute(JOB, "job_id").await?;

    scene.workspace.configure(&scene.counting.resource(Jar::V1, &[], "")?)?;
    let run = scene.workspace.apply().await?.expect(1)?;
    run.said("its state does not fit the new program")?.said("\"total\"")?.said("bytes")?;
    assert_eq!(scene.cluster.rest()?.wait_until_running(&scene.counting.name).await?.id, id);

    let allowed = "restore = { allow_non_restored_state = true }";
    scene.workspace.configure(&scene.counting.resource(Jar::V1, &[], allowed)?)?;
    scene.workspace.apply().await?.expect(0)?;
    scene.counting.wait_for_lines(20).await?;
    scene.counting.prove().await?;
    scene.workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn an_unwritable_savepoint_directory_leaves_the_old_job_running() -> Outcome {
    let scene = Scene::new("unwritable").await?;
    let id = scene.running().await?;
    let directory = "upgrade = { savepoint_dir = \"file:///proc/savepoints\" }";
    let hcl = scene.counting.resource(Jar::V1, &["--generation", "new"], directory)?;
    scene.failed_apply("upgrade_unwritable_directory", &hcl).await?;
    scene.still_runs(&id).await
}

#[tokio::test]
async fn a_savepoint_whose_job_then_failed_to_stop_is_gone_on_from() -> Outcome {
    let scene = Scene::new("stop-failed").await?;
    scene.running().await?;
    scene.counting.ask("fail-close", "")?;
    scene.workspace.configure(&scene.counting.resource(
        Jar::V1,
        &["--generation", "new"],
        "",
    )?)?;
    let run = scene.workspace.apply().await?.expect(0)?;
    let words = told(&run, &scene.workspace, scene.cluster, &scene.counting);
    scene.counting.forgive("fail-close")?;
    insta::assert_snapshot!("upgrade_stop_failed", words);
    scene.counting.wait_for_lines(20).await?;
    scene.counting.prove().await?;
    scene.workspace.settled().await?;
    scene.workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn too_few_slots_are_told_and_rolled_back() -> Outcome {
    let scene = Scene::new("slots").await?;
    scene.running().await?;
    let wide = "parallelism = 100\ntimeouts = { update = \"20s\" }";
    let hcl = scene.counting.resource(Jar::V1, &[], wide)?;
    scene.workspace.configure(&hcl)?;
    let run = scene.workspace.apply().await?.expect(1)?;
    let words = told(&run, &scene.workspace, scene.cluster, &scene.counting);
    // How many slots are free hangs on the other tests.
    let errors: Vec<&str> = words.lines().filter(|line| line.starts_with("Error:")).collect();
    insta::assert_snapshot!("upgrade_too_few_slots", errors.join("\n"));
    scene.is_rolled_back().await?;
    scene.counting.wait_for_lines(20).await?;
    scene.counting.prove_transactions().await?;
    scene.workspace.settled().await?;
    scene.workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn an_endless_restart_is_told_with_its_root_cause_and_rolled_back() -> Outcome {
    let scene = Scene::new("restarts").await?;
    scene.running().await?;
    let short = "timeouts = { update = \"40s\" }\nupgrade = { require_checkpoint = true }";
    // No checkpoint of its own may come in between: that would end the rollback.
    let failing = ["--fail", "runtime", "--failAfter", "5", "--checkpoint", "60000"];
    scene.workspace.configure(&scene.counting.resource(Jar::V1, &failing, short)?)?;
    let run = scene.workspace.apply().await?.expect(1)?;
    let words = told(&run, &scene.workspace, scene.cluster, &scene.counting);
    insta::assert_snapshot!("upgrade_endless_restarts", without_counts(&words));
    scene.is_rolled_back().await?;
    scene.counting.wait_for_lines(20).await?;
    scene.counting.prove_transactions().await?;
    scene.workspace.settled().await?;
    scene.workspace.destroy().await?.expect(0)?;
    Ok(())
}

#[tokio::test]
async fn a_job_manager_that_cannot_be_asked_is_named_and_nothing_is_taken_to_be_gone() -> Outcome {
    let cluster = Cluster::shared().await?;
    let counting = Counting::on(cluster, "unasked")?;
    let hcl = counting.resource(Jar::V1, &[], "timeouts = { create = \"10s\" }")?;
    let unauthorized = answering("401 Unauthorized").await?;
    let unavailable = answering("503 Service Unavailable").await?;
    let cases = [
        ("create_unreachable", "http://127.0.0.1:1".to_owned()),
        ("create_401", unauthorized),
        ("create_503", unavailable),
    ];
    for (name, url) in cases {
        let workspace = Workspace::new(&url)?;
        workspace.configure(&hcl)?;
        let run = workspace.apply().await?.expect(1)?;
        let words = told(&run, &workspace, cluster, &counting);
        insta::assert_snapshot!(name, words.replace(&url, "ASKED"));
        assert!(workspace.attributes(JOB).await?.is_null());
    }
    Ok(())
}

/// How often a job had restarted, and at which record, hangs on the moment.
fn without_counts(words: &str) -> String {
    let mut words: Vec<&str> = words.split(' ').collect();
    for index in 1..words.len() {
        if words[index].starts_with("times") {
            words[index - 1] = "SOME";
        }
        if words[index - 1] == "record" {
            words[index] = "SOME.";
        }
    }
    words.join(" ")
}

/// A server that answers every request the same.
async fn answering(status: &str) -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 4096]).await?;
            connection.write_all(answer.as_bytes()).await?;
        }
        Ok::<(), Failure>(())
    });
    Ok(url)
}
