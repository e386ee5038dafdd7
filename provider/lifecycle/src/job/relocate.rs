//! Moves a job, with its state, to another name or another JobManager.
//!
//! ```text
//! does the new owner's job run already? ──no──▶ suspend the old ─▶ start the new
//! ```
//!
//! The new id derives from the old job, so that a repetition after a crash
//! finds what the first attempt has started.

use crate::job::{
    drive::{Limits, drive},
    goal::{Goal, Run, StartFrom, Suspend},
    journal::Journal,
    next::{Family, Kin},
    observed::{Answer, JournalQuery, Question},
    problem::Problem,
    recorded::Recorded,
    report::{Left, Report},
    step::Step,
    world::World,
};

/// Stops the job of `departure` on `old` and starts `arrival` on `new` from
/// the state it was stopped with. The two worlds may be one.
///
/// `arrival` has nothing recorded: what is recorded is the old owner's. With
/// [`StartFrom::Newest`] it goes on from the old job's state.
pub async fn relocate<W: World>(
    (departure, old): (&Suspend, &W),
    (arrival, new): (&Run, &W),
    limits: &Limits,
) -> Report {
    match has_arrived(arrival, new).await {
        Ok(true) => {
            let arrived = drive(&Goal::Run(Box::new(arrival.clone())), new, limits).await;
            return forgotten((departure, old), arrived).await;
        }
        Ok(false) => {}
        Err(problem) => return unknown(departure.recorded.as_ref(), Some(problem)),
    }
    let left = drive(&Goal::Suspend(departure.clone()), old, limits).await;
    if left.problem.is_some() {
        return left;
    }
    let Some(start) = carried(&arrival.start, &left) else {
        let problem = Problem::NothingToStartFrom { job: left.job.clone(), directory: None };
        return Report { problem: Some(problem), ..left };
    };
    let goal = Goal::Run(Box::new(Run { start, ..arrival.clone() }));
    let arrived = drive(&goal, new, limits).await;
    let failed = arrived.problem.is_some();
    forgotten((departure, old), joined(left, arrived, failed)).await
}

/// What is left at the old place is used up once the job runs elsewhere.
async fn forgotten<W: World>((departure, old): (&Suspend, &W), arrived: Report) -> Report {
    if arrived.problem.is_none() {
        forget(departure, old).await;
    }
    arrived
}

/// Erases what the journal of the old place says.
pub(crate) async fn forget<W: World>(departure: &Suspend, old: &W) {
    let job = departure.recorded.as_ref().and_then(|known| known.job.clone());
    let query = JournalQuery { owner: departure.owner.clone(), job };
    if let Ok(Answer::Journal(Journal::Says(noted))) = old.ask(&Question::Journal(query)).await
        && let Err(error) = old.perform(&Step::EraseNote(Box::new(noted))).await
    {
        tracing::warn!(%error, "The journal of the job at its old place is left.");
    }
}

/// Whether the new owner's job runs already.
pub(crate) async fn has_arrived<W: World>(arrival: &Run, new: &W) -> Result<bool, Problem> {
    let kin = Kin { owner: &arrival.owner, recorded: None };
    let rows = new.ask(&Question::Jobs).await?.into_jobs();
    let rows = rows.ok_or_else(|| Problem::Unexpected { reason: "no jobs".to_owned() })?;
    Ok(!Family::of(kin, &rows).alive.is_empty())
}

/// What the job starts from at its new place; `None`: it should, but there is nothing.
pub(crate) fn carried(wanted: &StartFrom, left: &Report) -> Option<StartFrom> {
    match (wanted, &left.last_savepoint_path, &left.job) {
        (StartFrom::Newest, Some(path), Some(job)) => {
            Some(StartFrom::Carried { job: job.clone(), path: path.clone() })
        }
        (StartFrom::Newest, Some(path), None) => Some(StartFrom::Path(path.clone())),
        (StartFrom::Newest, None, Some(_)) => None,
        (StartFrom::Newest, None, None) => Some(StartFrom::Newest),
        (explicit, _, _) => Some(explicit.clone()),
    }
}

/// What is reported where nobody could be asked, and nothing was done.
pub(crate) fn unknown(recorded: Option<&Recorded>, problem: Option<Problem>) -> Report {
    Report {
        state: Left::Unknown,
        job: recorded.and_then(|known| known.job.clone()),
        program: None,
        last_savepoint_path: recorded.and_then(|known| known.last_savepoint_path.clone()),
        restored_from: recorded.and_then(|known| known.restored_from.clone()),
        remarks: Vec::new(),
        problem,
    }
}

/// A job that has left and not arrived is suspended, with its path.
pub(crate) fn joined(left: Report, arrived: Report, failed: bool) -> Report {
    let remarks = [left.remarks, arrived.remarks].concat();
    let path = arrived.last_savepoint_path.or(left.last_savepoint_path);
    let is_nowhere = matches!(arrived.state, Left::Missing | Left::Unknown);
    if failed && is_nowhere {
        let (job, program) = (left.job, left.program);
        let restored_from = left.restored_from;
        let (state, problem) = (Left::Suspended, arrived.problem);
        return Report {
            state,
            job,
            program,
            last_savepoint_path: path,
            restored_from,
            remarks,
            problem,
        };
    }
    Report { last_savepoint_path: path, remarks, ..arrived }
}
