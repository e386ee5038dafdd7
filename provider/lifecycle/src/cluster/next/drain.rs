//! Stopping a cluster's jobs, so that each goes on from where it stopped.
//!
//! All that run are looked at before one is stopped. Then they stop at the
//! same time, each by the decisions of [`crate::job::next`], which also keep
//! its journal.

use super::{Need, Next, stuck, wait};
use crate::{
    cluster::{
        goal::Name,
        guard::Guard,
        health,
        observed::{Observed, Question, Reason},
        problem::{NotStopped, Problem},
        report::{RunningJob, Stopped},
        step::Step,
    },
    job::{
        self, Owner, Recorded,
        goal::{Drain, Goal, StateLoss, Stop, Suspend, UpgradeMode},
        journal::{By, Entry, Follows, Manner, Noted, Phase},
        marks::Marks,
        observed::{Answer, Row, Writability},
        recorded::RecordedState,
    },
    json::at,
};

/// Which jobs may be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Those that follow; any other refuses it.
    Followers,
    /// All.
    All,
}

/// Whether a JobManager's process runs, so that jobs may.
pub(super) fn job_manager_runs(seen: &Observed) -> Need<bool> {
    let runs = |pod| {
        health::component(pod) == "jobmanager"
            && health::runs(pod)
            && at(pod, "/metadata/deletionTimestamp").is_none()
    };
    Ok(seen.pods()?.iter().any(runs))
}

/// A job that is to be stopped, or is being stopped.
#[derive(Debug)]
struct Target {
    running: RunningJob,
    suspend: Suspend,
    has_begun: bool,
}

/// What is in the way while jobs run that may be stopped; nothing once none does.
pub(super) fn drain(name: &Name, scope: Scope, seen: &Observed) -> Need<()> {
    let jobs = Question::Job(job::observed::Question::Jobs);
    let cluster = Question::Job(job::observed::Question::Cluster);
    seen.together(&[jobs, cluster, Question::Journals])?;
    let targets = targets(name, scope, seen)?;
    if seen.guards(Guard::DirectoriesFirst) {
        for target in targets.iter().filter(|target| !target.has_begun) {
            takes_savepoints(target, seen)?;
        }
    }
    stop_all(&targets, seen)
}

fn targets(name: &Name, scope: Scope, seen: &Observed) -> Need<Vec<Target>> {
    let rows: Vec<&Row> = seen.rows()?.iter().filter(|row| !row.state.has_ended()).collect();
    let journals = seen.journals()?;
    let mut others = Vec::new();
    let mut targets = Vec::new();
    for row in &rows {
        let entry = entry_of(row, journals);
        let follows = entry.is_some_and(|entry| entry.follows == Follows::Yes);
        let target = target(name, row, entry, seen)?;
        if scope == Scope::Followers && !follows {
            others.push(target.running);
        } else {
            targets.push(target);
        }
    }
    if !others.is_empty() && seen.guards(Guard::OthersRefuse) {
        return stuck(Problem::OthersRun { jobs: others });
    }
    let is_running = |entry: &Entry| rows.iter().any(|row| row.id == entry.job);
    let ended = journals
        .iter()
        .map(|noted| &noted.entry)
        .filter(|entry| entry.phase == Phase::Stopping { by: By::Cluster } && !is_running(entry));
    targets.extend(ended.map(|entry| of_entry(name, entry)));
    Ok(targets)
}

/// A job is known by its id, or by that of its owner.
fn entry_of<'a>(row: &Row, journals: &'a [Noted]) -> Option<&'a Entry> {
    let owned = |entry: &Entry| owner_of(entry).is_some_and(|owner| owner.has_started(&row.id));
    let entries = || journals.iter().map(|noted| &noted.entry);
    entries().find(|entry| entry.job == row.id).or_else(|| entries().find(|entry| owned(entry)))
}

/// The owner that an entry names.
fn owner_of(entry: &Entry) -> Option<Owner> {
    Owner::parse(&entry.owner)
}

fn target(name: &Name, row: &Row, entry: Option<&Entry>, seen: &Observed) -> Need<Target> {
    let told = match entry {
        Some(entry) => owner_of(entry),
        None => marks(row, seen)?.and_then(|marks| Owner::parse(&marks.owner)),
    };
    let running = RunningJob {
        job: row.id.clone(),
        name: row.name.clone(),
        owner: told.as_ref().map(ToString::to_string),
    };
    // Nobody's job still needs a directory and a journal of its own.
    let owner = told.unwrap_or_else(|| Owner::new(name.origin(), row.id.as_str()));
    let manner = entry.map(|entry| entry.stop.clone()).unwrap_or_default();
    let is_stopping =
        |entry: &Entry| entry.job == row.id && matches!(entry.phase, Phase::Stopping { .. });
    let has_begun = entry.is_some_and(is_stopping);
    Ok(Target { running, suspend: suspend(owner, &row.id, &manner), has_begun })
}

/// One whose stop has begun and that does not run any more.
fn of_entry(name: &Name, entry: &Entry) -> Target {
    let owner = owner_of(entry);
    let running = RunningJob {
        job: entry.job.clone(),
        name: owner.as_ref().map_or_else(String::new, |owner| owner.name().to_owned()),
        owner: Some(entry.owner.clone()),
    };
    let owner = owner.unwrap_or_else(|| Owner::new(name.origin(), entry.job.as_str()));
    Target { running, suspend: suspend(owner, &entry.job, &entry.stop), has_begun: true }
}

fn marks<'a>(row: &Row, seen: &'a Observed) -> Need<Option<&'a Marks>> {
    let question = job::observed::Question::Marks(row.id.clone());
    match seen.jobs().answer(&question) {
        Some(Answer::Marks(marks)) => Ok(marks.as_ref()),
        Some(_) | None => Err(Box::new(Next::Look(vec![Question::Job(question)]))),
    }
}

fn suspend(owner: Owner, job: &flink::JobId, manner: &Manner) -> Suspend {
    Suspend {
        owner,
        recorded: Some(Recorded {
            job: Some(job.clone()),
            state: RecordedState::Running,
            program: None,
            last_savepoint_path: None,
            restored_from: None,
        }),
        stop: Stop {
            mode: UpgradeMode::Savepoint,
            savepoint_dir: manner.savepoint_dir.clone(),
            format: manner.format(),
            drain: Drain::No,
            state_loss: StateLoss::Prevent,
        },
        by: By::Cluster,
    }
}

/// That a job's savepoint has somewhere to go.
fn takes_savepoints(target: &Target, seen: &Observed) -> Need<()> {
    let Some(Answer::Cluster(cluster)) = seen.jobs().answer(&job::observed::Question::Cluster)
    else {
        return Ok(());
    };
    let asked = target.suspend.stop.savepoint_dir.as_ref();
    let Some(root) = asked.or(cluster.savepoint_root.as_ref()) else {
        return not_stopped(target, job::Problem::NoSavepointDirectory);
    };
    let question = job::observed::Question::Writable(root.clone());
    match seen.jobs().answer(&question) {
        Some(Answer::Writable(Writability::Refused { reason })) => {
            let (job, cause) = (target.running.job.clone(), reason.clone());
            let directory = root.clone();
            not_stopped(target, job::Problem::SavepointFailed { job, cause, directory })
        }
        Some(_) => Ok(()),
        None => Err(Box::new(Next::Look(vec![Question::Job(question)]))),
    }
}

fn not_stopped(target: &Target, problem: job::Problem) -> Need<()> {
    let failed = vec![NotStopped { job: target.running.clone(), problem }];
    stuck(Problem::NotStopped { failed, stopped: Vec::new() })
}

/// What comes next for each.
#[derive(Debug, Default)]
struct Round {
    looks: Vec<Question>,
    begun: Vec<job::step::Step>,
    to_begin: Vec<job::step::Step>,
    /// Jobs that wait until they can be stopped.
    unready: Vec<(flink::JobId, job::observed::Reason)>,
    waits: Vec<(flink::JobId, job::observed::Reason)>,
    failed: Vec<NotStopped>,
}

fn stop_all(targets: &[Target], seen: &Observed) -> Need<()> {
    let mut round = Round::default();
    for target in targets {
        round.take(target, seen);
    }
    let Round { looks, begun, to_begin, unready, waits, failed } = round;
    if !looks.is_empty() {
        return Err(Box::new(Next::Look(looks)));
    }
    if let Some(step) = begun.into_iter().next() {
        return super::perform(Step::Job(Box::new(step)));
    }
    if !failed.is_empty() && waits.is_empty() {
        return stuck(Problem::NotStopped { failed, stopped: stopped(seen)? });
    }
    let is_held =
        !failed.is_empty() || (!unready.is_empty() && seen.guards(Guard::AllHealthyFirst));
    match to_begin.into_iter().next().filter(|_| !is_held) {
        Some(step) => super::perform(Step::Job(Box::new(step))),
        None if unready.is_empty() && waits.is_empty() => Ok(()),
        None => wait(Reason::Jobs([unready, waits].concat())),
    }
}

impl Round {
    fn take(&mut self, target: &Target, seen: &Observed) {
        let job = &target.running.job;
        let goal = Goal::Suspend(target.suspend.clone());
        match job::next::next(&goal, seen.job(job)) {
            job::next::Next::Look(questions) => {
                for question in questions.into_iter().map(Question::Job) {
                    if !self.looks.contains(&question) {
                        self.looks.push(question);
                    }
                }
            }
            job::next::Next::Do(step, _) if target.has_begun => self.begun.push(step),
            job::next::Next::Do(step, _) => self.to_begin.push(step),
            job::next::Next::Wait(reason) if target.has_begun => {
                self.waits.push((job.clone(), reason));
            }
            job::next::Next::Wait(reason) => self.unready.push((job.clone(), reason)),
            job::next::Next::Done(_) => {}
            job::next::Next::Stuck(problem) => {
                self.failed.push(NotStopped { job: target.running.clone(), problem });
            }
        }
    }
}

fn stopped(seen: &Observed) -> Need<Vec<Stopped>> {
    let all = super::stopped(seen.journals()?).into_iter();
    Ok(all.filter_map(super::Remark::into_stopped).collect())
}
