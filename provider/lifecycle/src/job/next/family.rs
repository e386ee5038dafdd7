//! The jobs of one owner, as one look at all jobs tells them.

use flink::JobId;

use super::{Need, stuck};
use crate::job::{
    guard::Guard,
    ids::{self, Owner},
    observed::{Observed, Row},
    problem::Problem,
    recorded::Recorded,
};

/// Whose jobs are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kin<'a> {
    /// The owner.
    pub(crate) owner: &'a Owner,
    /// What is recorded: a job that was imported has no id of the owner's.
    pub(crate) recorded: Option<&'a Recorded>,
}

impl<'a> Kin<'a> {
    /// The recorded job.
    pub(crate) fn recorded_job(self) -> Option<&'a JobId> {
        self.recorded.and_then(|recorded| recorded.job.as_ref())
    }

    /// Tells their jobs from others; what that needs is computed once for all
    /// rows, of which there may be thousands.
    pub(crate) fn rule(self) -> impl Fn(&Row) -> bool + 'a {
        let prefix = ids::prefix(self.owner);
        move |row| row.id.as_str().starts_with(&prefix) || self.recorded_job() == Some(&row.id)
    }
}

/// The jobs of one owner, newest start first.
#[derive(Debug)]
pub(crate) struct Family<'a> {
    /// Those that run or may run again.
    pub(crate) alive: Vec<&'a Row>,
    /// Those that never will.
    pub(crate) ended: Vec<&'a Row>,
}

impl<'a> Family<'a> {
    /// Picks the owner's jobs from all.
    pub(crate) fn of(kin: Kin<'_>, rows: &'a [Row]) -> Self {
        let is_ours = kin.rule();
        let mut ours: Vec<&Row> = rows.iter().filter(|row| is_ours(row)).collect();
        ours.sort_by_key(|row| std::cmp::Reverse(row.started));
        let (ended, alive) = ours.into_iter().partition(|row| row.state.has_ended());
        Self { alive, ended }
    }

    /// The only job that runs, if any.
    pub(super) fn running(&self, seen: &Observed) -> Need<Option<&'a Row>> {
        match self.alive.as_slice() {
            [] => Ok(None),
            [job] => Ok(Some(job)),
            [first, ..] if !seen.guards(Guard::TwoJobsAreStuck) => Ok(Some(first)),
            several => {
                let jobs = several.iter().map(|row| row.id.clone()).collect();
                stuck(Problem::SeveralRun { jobs })
            }
        }
    }

    /// The newest job of all.
    pub(crate) fn head(&self) -> Option<&'a Row> {
        let newest = |rows: &[&'a Row]| rows.first().copied();
        newest(&self.alive).or_else(|| newest(&self.ended))
    }

    /// Whether a job is known to the JobManager.
    pub(super) fn has(&self, job: &JobId) -> bool {
        self.alive.iter().chain(&self.ended).any(|row| row.id == *job)
    }
}
