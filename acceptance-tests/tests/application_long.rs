//! A job with a cluster of its own and high availability is upgraded again and again, and somebody
//! dies right before or right after every effect: no state is lost, nothing is written twice.

use acceptance_tests::counting::Counting;
use acceptance_tests::gate::Cut;
use acceptance_tests::jars::Jar;
use acceptance_tests::kills::{Patient, Victim};
use acceptance_tests::kubernetes::ImageSpec;
use acceptance_tests::stage::Stage;
use acceptance_tests::{Outcome, fetch};

const A_HANDFUL: usize = 6;
const VICTIMS: [Victim; 5] =
    [Victim::Provider, Victim::Both, Victim::JobManager, Victim::ApiServer, Victim::Etcd];
/// The effects of an upgrade.
const EFFECTS: [Cut; 11] = [
    Cut::ApplyScout,
    Cut::Upload,
    Cut::NoteStopping,
    Cut::Stop,
    Cut::NoteStarting,
    Cut::EndScout,
    Cut::HaltJobManager,
    Cut::Apply,
    Cut::ApplyTaskManager,
    Cut::ApplyJobManager,
    Cut::NoteRunning,
];

#[tokio::test]
async fn a_kill_at_any_effect_of_an_upgrade_changes_nothing_about_the_end() -> Outcome {
    let stage = Stage::new("upgrades", fetch::FLINK_1_20).await?;
    let image = ImageSpec::flink(fetch::FLINK_1_20).job(&Jar::V1.path()?);
    let image = stage.kubernetes().image(&image).await?;
    let counting = stage.namespace.counting("orders", 2)?;
    let describe =
        Box::new(move |stage: &Stage, counting: &Counting, (round, job): (u32, &str)| {
            described(stage, counting, (&image, round, job))
        });
    let mut patient = Patient::new(stage, counting, describe).await?;
    // 110 kills hit each effect with each victim. Another cluster's servers are not ours to stop.
    let is_ours = patient.stage.kubernetes().node().is_ok();
    let victims = if is_ours { &VICTIMS[..] } else { &VICTIMS[..3] };
    patient.survives((&EFFECTS, victims), A_HANDFUL).await?;
    patient.workspace.destroy().await?.expect(0)?;
    assert_eq!(patient.stage.objects("orders").await?, "");
    patient.counting.prove_transactions().await
}

/// Each round is another version.
fn described(
    stage: &Stage,
    counting: &Counting,
    (image, round, job): (&str, u32, &str),
) -> Outcome<String> {
    let shared = stage.namespace.shared_folder().display().to_string();
    let cluster = format!(
        r#"high_availability = {{ type = "kubernetes", storage_dir = "file://{shared}/ha" }}
task_manager = {{ cpu = 0.1, cpu_limit_factor = 20, task_slots = 2, env = {{ ROUND = "{round}" }} }}"#
    );
    let job = format!("upgrade = {{ verify = \"dry_run\" }}\n{job}");
    stage.application(counting, ("standalone", image), &job, &cluster)
}
