//! What a run did to the jobs of a cluster.

use lifecycle::cluster::{
    Remark,
    report::{RunningJob, Stopped},
};
use terraform::diagnostics::Diagnostic;

use super::{summary, told};
use crate::{
    diagnostic::{self, Subject},
    location,
};

/// The warning that tells it.
pub(super) fn remark(id: &str, found: &Remark) -> Option<Diagnostic> {
    let warning = |happened: &str, detail| Some(Diagnostic::warning(summary(id, happened), detail));
    match found {
        Remark::Stopped(found) => {
            warning(&format!("job {} was stopped", named(found)), stopped(found))
        }
        Remark::Job { job, remark } => {
            let (origin, name) = location::split(job).unwrap_or((id, job));
            Some(diagnostic::remark(Subject { name, origin }, remark))
        }
        Remark::JobsNotListed => warning(
            "its jobs could not be listed",
            told(
                "The JobManager does not run, so nobody could be asked which jobs it has.",
                "Without high availability they had ended with it; what they had saved stays in storage.",
                "The next plan of each job says what becomes of it.",
            ),
        ),
        Remark::KeptHighAvailabilityData { config_maps } => warning(
            "data of high availability was kept",
            told(
                format!("These ConfigMaps were not removed: {}.", config_maps.join(", ")),
                "Jobs may still need them to recover.",
                "Once nobody does, remove them by hand: kubectl delete configmap.",
            ),
        ),
        Remark::Ended { jobs } => warning(
            "jobs ended with it",
            told(
                format!("on_destroy is \"force\", and these ran: {}.", list(jobs)),
                "What they did since their newest checkpoints is lost; the checkpoints stay in storage where they are retained.",
                "",
            ),
        ),
    }
}

fn named(job: &Stopped) -> String {
    job.owner.clone().unwrap_or_else(|| job.job.to_string())
}

fn stopped(job: &Stopped) -> String {
    let path = job.path.as_ref().map_or_else(
        || "It had no state to keep.".to_owned(),
        |path| format!("All its state is in {path}."),
    );
    let next = match &job.owner {
        Some(_) => {
            "Its own update, planned in the same apply, starts it again from there. Where that is not part of this apply (-target, another state file, an error), its next plan shows a difference, and the next apply starts it from this path."
        }
        None => "Nobody starts it again: it belongs to no flink_job.",
    };
    told(format!("Job {} was stopped because its cluster changes.", job.job), &path, next)
}

/// `"orders" (flink/eu/orders), …`.
pub(super) fn list(jobs: &[RunningJob]) -> String {
    let one = |job: &RunningJob| match &job.owner {
        Some(owner) => format!("{:?} ({owner})", job.name),
        None => format!("{:?} ({})", job.name, job.job),
    };
    jobs.iter().map(one).collect::<Vec<_>>().join(", ")
}
