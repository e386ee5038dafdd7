//! A JobManager that stands and does not answer, and pods that do not come up.

use serde_json::Value;

use super::{
    Need, Next, Scene, known, perform, reach, settle, stuck, translate,
    view::{self, View},
    wait, wait_for_job,
    word::{self, Word},
};
use crate::{
    application::{
        guard::Guard,
        problem::Problem,
        start::{self, Start},
    },
    cluster::{
        self,
        goal::{HighAvailability, REVISION, is_workload, revision},
        health::{self, Ailment, text},
        next::parts,
        observed::{Question, Reason},
        step::Step,
    },
    job::{
        self,
        goal::{OnDestroy, Rollback},
        journal::Phase,
        marks,
        observed::{Observed as JobObserved, Reason as JobReason},
        problem::Failure,
        report::Which,
    },
    json::at,
};

/// What Flink's entry point says when it does not come to `main()` (1.18–2.3).
const BEFORE_MAIN: &str = "Could not create application program.";

/// What is known of a JobManager that answers when the time given is over.
const NO_JOB: &str = "its JobManager answers, but main() has not come to a job in the time given";

/// Whose word counts while the JobManager does not answer.
pub(super) fn silent(scene: Scene<'_>, view: &View<'_>) -> Need<Word> {
    if !scene.guards.stands(Guard::SilenceIsAwaited) || is_given_up(scene, view)? {
        return Ok(Word::Journal);
    }
    let Some(ailment) = ailing(scene, view)? else {
        reach::restored(scene, view)?;
        let workloads = view.objects.iter().filter(|(id, _)| is_workload(&id.kind));
        let progress = health::progress(workloads.map(|(_, live)| live), view.pods);
        if scene.seen.jobs().is_late()
            && let Some(start) = to_give_up(scene, view, None)
        {
            return halt(scene, view, (&start, &format!("the time given is over: {progress}")));
        }
        return wait(Reason::Rollout { progress });
    };
    if word::is_chosen(scene, view) {
        return Ok(Word::Journal);
    }
    died_while_stopping(scene, view)?;
    if let Some(start) = to_give_up(scene, view, Some(&ailment)) {
        return halt(scene, view, (&start, &told(&ailment)));
    }
    Err(Box::new(Next::Stuck(Problem::Cluster(cluster::Problem::Ailing(Box::new(ailment))))))
}

/// A JobManager that died while its job was being stopped has no permit to come back. With high
/// availability the job goes on where it was; else nobody knows where that is.
fn died_while_stopping(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some(entry) = view.entry() else { return Ok(()) };
    let start = view.start().cloned();
    let is_its = start.as_ref().is_some_and(|start| start.job == entry.job);
    let Some(start) = start.filter(|_| is_its && matches!(entry.phase, Phase::Stopping { .. }))
    else {
        return Ok(());
    };
    if settle::has_permit(scene, view)? {
        return Ok(());
    }
    let made = scene.made(start.which(scene.goal), &start)?;
    if made.bring.desired.high_availability != HighAvailability::None {
        settle::permit_is_given(scene, view)?;
    }
    if scene.on_destroy() == Some(&OnDestroy::Cancel) {
        return Ok(());
    }
    let reason = "its JobManager died while the job was being stopped".to_owned();
    stuck(word::forgotten(scene, Some(entry.job.clone()), reason))
}

/// The start of a JobManager that has never come up, so that its job is still
/// where the start was to begin.
fn untouched(scene: Scene<'_>, view: &View<'_>, ailment: Option<&Ailment>) -> Option<Start> {
    let start = view.start().cloned()?;
    let entry = view.entry()?;
    let is_starting = entry.job == start.job && matches!(entry.phase, Phase::Starting { .. });
    let unanswered = never_answered(view)
        || ailment.is_some_and(never_began)
        || !scene.guards.stands(Guard::OnlyUnansweredIsGivenUp);
    (is_starting && unanswered).then_some(start)
}

/// Whether the goal is something else than the start that does not come up.
pub(super) fn is_given_up(scene: Scene<'_>, view: &View<'_>) -> Need<bool> {
    let Some(ailment) = ailing(scene, view)? else { return Ok(false) };
    let Some(start) = untouched(scene, view, Some(&ailment)) else { return Ok(false) };
    let is_wanted = match &scene.goal.job {
        job::Goal::Run(run) => marks::fingerprint(&run.program) == start.marks.fingerprint,
        job::Goal::Suspend(_)
        | job::Goal::Remove(_)
        | job::Goal::TakeSavepoint(_)
        | job::Goal::DisposeSavepoint(_) => false,
    };
    let is_ours = is_wanted || scene.has_noted(&start.job);
    Ok(!is_ours)
}

/// The start to be given up for the version before it.
fn to_give_up(scene: Scene<'_>, view: &View<'_>, ailment: Option<&Ailment>) -> Option<Start> {
    let start = untouched(scene, view, ailment)?;
    let mut job = view.job.clone();
    known::assume_starts(scene, &mut job);
    may_be_given_up(scene, &job, &start).then_some(start)
}

/// Whether this operation has made this start, and may go back to the version before.
fn may_be_given_up(scene: Scene<'_>, job: &JobObserved, start: &Start) -> bool {
    let job::Goal::Run(run) = &scene.goal.job else { return false };
    job.launched(&start.job) == Some(Which::Desired)
        && run.upgrade.rollback != Rollback::Never
        && run.recorded.is_some()
        && scene.goal.has_another_version()
        && start.restore.is_some()
}

/// That the time given is not over for a JobManager that answers before its job is there.
pub(super) fn in_time(scene: Scene<'_>, view: &View<'_>, start: &Start) -> Need<()> {
    if scene.seen.jobs().is_late() && may_be_given_up(scene, &view.job, start) {
        return halt(scene, view, (start, NO_JOB));
    }
    Ok(())
}

/// Before the version before it starts, the one that does not come up is given
/// up, and why is written down: its JobManager cannot be asked any more.
pub(super) fn given_up_first(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    let Some(start) = view.start().cloned() else { return Ok(()) };
    let is_new = view.job.launched(&start.job) == Some(Which::Desired);
    let is_up = view.standing.as_ref().is_some_and(|standing| !standing.is_halted());
    if !is_new || !is_up {
        return Ok(());
    }
    let cause = match job::next::first_failure(&view.job) {
        Ok(Failure::Failed { cause }) => cause,
        Ok(failure) => failure.to_string(),
        Err(next) => {
            let job::next::Next::Look(questions) = *next else {
                return halt(scene, view, (&start, &format!("{next:?}")));
            };
            let questions = questions.into_iter().map(Question::Job).collect();
            return Err(Box::new(Next::Look(questions)));
        }
    };
    halt(scene, view, (&start, &cause))
}

/// Ends the pods of a start, and writes down why.
fn halt<T>(scene: Scene<'_>, view: &View<'_>, (start, cause): (&Start, &str)) -> Need<T> {
    let made = scene.desired(start)?;
    let Some(object) = start::job_manager(&made.bring.desired) else {
        let reason = "no JobManager is rendered".to_owned();
        let problem = cluster::Problem::Unexpected { reason };
        return Err(Box::new(Next::Stuck(Problem::Cluster(problem))));
    };
    let mut apply = parts::halt(&made.bring, object, view.objects);
    start::give_up(&mut apply.body, cause);
    perform(Step::Apply(Box::new(apply)))
}

fn told(ailment: &Ailment) -> String {
    let log = ailment.log.iter().map(|line| format!("\n{line}"));
    format!("{ailment}{}", log.collect::<String>())
}

/// What the job's wait is, and whether its pods will come up.
pub(super) fn waiting(scene: Scene<'_>, view: &View<'_>, reason: JobReason) -> Need<Next> {
    let job = match &reason {
        JobReason::Starting(job) | JobReason::Appearing(job) => job.clone(),
        JobReason::Stopping(_)
        | JobReason::Ending(_)
        | JobReason::Settling(_)
        | JobReason::Recovering(_)
        | JobReason::Stabilising(_)
        | JobReason::FirstCheckpoint(_)
        | JobReason::Replaced(_)
        | JobReason::Savepoint(_)
        | JobReason::Disposal
        | JobReason::Rescaling(_) => return wait_for_job(scene, reason),
    };
    match ailing(scene, view)? {
        Some(ailment) if scene.has_noted(&job) => {
            let failure = Failure::Failed { cause: told(&ailment) };
            let mut view = view::view(scene)?;
            let next = view.failed(scene, (&job, &failure))?;
            translate(scene, &view, next)
        }
        Some(_) | None => wait_for_job(scene, reason),
    }
}

/// That nothing is certain to keep the pods from coming up.
pub(super) fn healthy(scene: Scene<'_>, view: &View<'_>) -> Need<()> {
    match ailing(scene, view)? {
        None => Ok(()),
        Some(ailment) => Err(Box::new(Next::Stuck(Problem::Cluster(cluster::Problem::Ailing(
            Box::new(ailment),
        ))))),
    }
}

/// What is certain to keep the pods from coming up that stand now.
fn ailing(scene: Scene<'_>, view: &View<'_>) -> Need<Option<Ailment>> {
    let workloads = view.objects.iter().filter(|(id, _)| is_workload(&id.kind));
    Ok(parts::ailing(workloads.map(|(_, live)| live), scene.seen)?)
}

/// Whether a JobManager says that it came to an end before `main()` began. The pods of Flink's own
/// client count as ready as soon as they run, so that they cannot tell.
fn never_began(ailment: &Ailment) -> bool {
    ailment.log.iter().any(|line| line.contains(BEFORE_MAIN))
}

/// Whether no JobManager of this start has ever been ready. A pod is ready
/// when its JobManager answers, and tells when that last changed.
fn never_answered(view: &View<'_>) -> bool {
    let Some(standing) = &view.standing else { return false };
    let of_now = revision(standing.live);
    let is_new = |pod: &&Value| {
        let annotations = at(pod, "/metadata/annotations");
        let revision = annotations.and_then(|all| all.get(REVISION)).and_then(Value::as_str);
        health::component(pod) == "jobmanager" && revision == of_now
    };
    let mut pods = view.pods.iter().filter(is_new).peekable();
    pods.peek().is_some() && pods.all(|pod| !has_been_ready(pod))
}

fn has_been_ready(pod: &Value) -> bool {
    let conditions = at(pod, "/status/conditions").and_then(Value::as_array);
    let condition = |kind: &str| conditions.into_iter().flatten().find(|one| one["type"] == kind);
    let Some(ready) = condition("Ready") else {
        // Not even scheduled.
        return condition("Initialized").is_some();
    };
    let since = |one: &Value| text(one, "/lastTransitionTime").to_owned();
    let began = condition("Initialized").or_else(|| condition("PodScheduled")).map(since);
    ready["status"] == "True" || began.is_none_or(|began| since(ready) > began)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pod_tells_whether_it_was_ever_ready() {
        let pod = |ready: &str, at: &str| {
            json!({ "status": { "conditions": [
                { "type": "Initialized", "status": "True", "lastTransitionTime": "2025-01-01T00:00:05Z" },
                { "type": "Ready", "status": ready, "lastTransitionTime": at },
            ] } })
        };
        for (pod, expected) in [
            (pod("False", "2025-01-01T00:00:05Z"), false),
            (pod("False", "2025-01-01T00:00:03Z"), false),
            (pod("False", "2025-01-01T00:00:09Z"), true),
            (pod("True", "2025-01-01T00:00:09Z"), true),
            (json!({ "status": {} }), false),
        ] {
            assert_eq!(has_been_ready(&pod), expected, "{pod}");
        }
    }
}
