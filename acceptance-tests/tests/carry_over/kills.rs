//! The provider, or Terraform with it, is killed right before and right after every effect of a
//! carry-over: no job is lost, none runs twice, and the plan is not empty until all is well.

use crate::FOLLOWS;
use acceptance_tests::counting::Counting;
use acceptance_tests::gate::Cut;
use acceptance_tests::jars::Jar;
use acceptance_tests::kills::{Patient, Victim};
use acceptance_tests::stage::Stage;
use acceptance_tests::{Outcome, fetch};

const A_HANDFUL: usize = 3;

#[tokio::test]
async fn a_kill_at_any_effect_of_a_carry_over_changes_nothing_about_the_end() -> Outcome {
    let stage = Stage::new("kills", fetch::FLINK_1_20).await?;
    let counting = stage.counting("kills")?;
    let mut patient = Patient::new(stage, counting, Box::new(described)).await?;
    // 48 kills hit each effect.
    patient.survives((&Cut::ALL, &[Victim::Provider, Victim::Both]), A_HANDFUL).await?;
    patient.workspace.destroy().await?.expect(0)?;
    patient.counting.prove().await
}

/// Each round restarts the cluster.
fn described(stage: &Stage, counting: &Counting, (round, job): (u32, &str)) -> Outcome<String> {
    let more = if round.is_multiple_of(2) { "" } else { "scheduler = \"adaptive\"" };
    let cluster = stage.cluster("it", "orders", more)?;
    let job = stage.job(counting, "it", Jar::V1, &format!("{FOLLOWS}\n{job}"))?;
    Ok(format!("{cluster}\n{job}"))
}
