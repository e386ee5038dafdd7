//! Messages of a plan about how things are at the moment.

use std::time::Duration;

use terraform::{diagnostics::Diagnostic, path::Path};

use crate::job::outlook::{Outlook, Slots, Supply};

use super::told;

/// What to tell about the planned change of a job.
pub fn outlook(name: &str, found: &Outlook) -> Diagnostic {
    let (happens, detail, attribute) = match found {
        Outlook::TooFewSlots { wanted, slots } => (
            "there are not enough free slots for it",
            too_few_slots(*wanted, *slots),
            "parallelism",
        ),
        Outlook::RunsAnew => ("has finished and will run anew", runs_anew(), "bounded"),
        Outlook::NoCheckpoints => (
            "takes no checkpoints that it could go on from",
            without_checkpoint(
                "upgrade_mode is \"last_state\", and checkpointing is disabled for the job that runs.",
                "Set upgrade_mode = \"savepoint\"; or apply execution.checkpointing.interval in flink_configuration first, with upgrade_mode = \"savepoint\".",
            ),
            "upgrade_mode",
        ),
        Outlook::NotRetained => (
            "keeps no checkpoint that it could go on from",
            without_checkpoint(
                "upgrade_mode is \"last_state\", and the job that runs was started so that its checkpoints are deleted when it is cancelled.",
                "Set upgrade_mode = \"savepoint\"; or first apply, with upgrade_mode = \"savepoint\", execution.checkpointing.externalized-checkpoint-retention = \"RETAIN_ON_CANCELLATION\" in flink_configuration.",
            ),
            "upgrade_mode",
        ),
        Outlook::FirstCheckpoint => (
            "has no checkpoint yet to go on from",
            told(
                "upgrade_mode is \"last_state\", and the job that runs has completed no checkpoint so far.",
                "The apply waits for the first one before it stops the job; nothing is lost.",
                "If it does not come, look at the job's checkpoints in Flink's web UI.",
            ),
            "upgrade_mode",
        ),
        Outlook::FromCheckpoint { age } => {
            ("goes on from its newest checkpoint", from_checkpoint(*age), "upgrade_mode")
        }
    };
    Diagnostic::warning(format!("Job {name:?}: {happens}"), detail).at(Path::attribute(attribute))
}

fn too_few_slots(wanted: u32, slots: Slots) -> String {
    let Slots { total, free, held, supply } = slots;
    let back = if held > 0 {
        format!(", and the job itself gives back {held} when it stops")
    } else {
        String::new()
    };
    let starts = match supply {
        Supply::Adaptive => "Started now, it would run with as many as there are.",
        Supply::Fixed | Supply::Elastic => {
            "Started now, it would wait for slots in vain. A first start then fails; an upgrade is rolled back to the version that runs now, from the same state: an interruption, no loss."
        }
    };
    told(
        format!(
            "With parallelism {wanted} it needs {wanted} slots. The cluster has {total}, of which {free} are free{back}."
        ),
        starts,
        "Before the apply, add TaskManagers or taskmanager.numberOfTaskSlots, stop another job, or lower parallelism.",
    )
}

fn runs_anew() -> String {
    told(
        "It is bounded and has come to its end.",
        "This change starts it from the beginning: its input is read again, and its output is written again.",
        "To leave its results as they are, apply this change when it is to run again.",
    )
}

fn without_checkpoint(why: &str, next: &str) -> String {
    told(why, "As it is, the apply leaves the job running as it was, and fails.", next)
}

fn from_checkpoint(age: Option<Duration>) -> String {
    let age = age.map_or_else(String::new, |age| format!(", which is {} old now", length(age)));
    told(
        format!(
            "upgrade_mode is \"last_state\": the job is cancelled and goes on from its newest completed checkpoint{age}."
        ),
        "No state is lost. Records since that checkpoint are read again, and sinks that are not transactional repeat output.",
        "For a stop that repeats nothing, set upgrade_mode = \"savepoint\".",
    )
}

/// A length of time as a person says it.
fn length(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}
