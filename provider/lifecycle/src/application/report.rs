//! What was reached, and what the user should know of it.

use crate::{
    application::problem::Problem,
    cluster,
    job::{self, next::Outcome},
};

/// The truth at the end, whether or not the goal was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How the job is left; its problem is [`Report::problem`].
    pub job: job::Report,
    /// What the user should know of the cluster.
    pub remarks: Vec<cluster::Remark>,
    /// Why the goal was not reached; `None`: it was.
    pub problem: Option<Problem>,
}

impl Report {
    /// What is reported of this end.
    pub(crate) fn of(
        outcome: Outcome,
        remarks: &[cluster::Remark],
        problem: Option<Problem>,
    ) -> Self {
        let Outcome { state, job, program, last_savepoint_path, restored_from, remarks: last } =
            outcome;
        let mut of_job: Vec<job::Remark> = Vec::new();
        let mut of_cluster = Vec::new();
        for remark in remarks {
            match remark {
                cluster::Remark::Job { job: _, remark } => of_job.push(remark.clone()),
                cluster::Remark::Stopped(_)
                | cluster::Remark::JobsNotListed
                | cluster::Remark::KeptHighAvailabilityData { .. }
                | cluster::Remark::Ended { .. } => of_cluster.push(remark.clone()),
            }
        }
        for remark in last {
            if !of_job.contains(&remark) {
                of_job.push(remark);
            }
        }
        let of_its_job = match &problem {
            Some(Problem::Job(problem)) => Some(problem.clone()),
            Some(Problem::Cluster(_) | Problem::Scout(_)) | None => None,
        };
        let job = job::Report {
            state,
            job,
            program,
            last_savepoint_path,
            restored_from,
            remarks: of_job,
            problem: of_its_job,
        };
        Self { job, remarks: of_cluster, problem }
    }
}
