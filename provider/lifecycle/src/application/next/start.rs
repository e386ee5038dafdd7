//! A start: the cluster is replaced by one whose JobManager does it.

use manifests::Object;
use serde_json::Value;

use super::{
    Need, Next, Scene, perform, scout, silent,
    view::{Standing, View},
    wait,
};
use crate::{
    application::{
        goal::owner,
        guard::Guard,
        problem::Problem,
        start::{self, Restore, Start},
    },
    cluster::{
        self,
        goal::{Bring, HighAvailability, Id},
        next::parts,
        observed::Reason,
        step::{Effect, Purpose, Step},
    },
    job::{
        self,
        goal::{Format, Run},
        journal::{Entry, Manner, Phase},
        marks::{self, Marks},
        report::Which,
        step::{Note, Step as JobStep},
    },
    json::at,
};

/// What comes next until the JobManager is about to run `main()`.
pub(super) fn start(
    scene: Scene<'_>,
    view: &View<'_>,
    step: &JobStep,
    remarks: Vec<cluster::Remark>,
) -> Next {
    match towards(scene, view, step).unwrap_or_else(|next| *next) {
        Next::Do(step, own) => Next::Do(step, remarks.into_iter().chain(own).collect()),
        next @ (Next::Look(_) | Next::Wait(_) | Next::Done(_) | Next::Stuck(_)) => next,
    }
}

fn towards(scene: Scene<'_>, view: &View<'_>, step: &JobStep) -> Need<Next> {
    let (Some(launch), Some(start)) = (step.launch(), Start::of(step)) else {
        return unexpected("a start that starts nothing");
    };
    let made = scene.made(launch.which, &start)?;
    let bring = &made.bring;
    if launch.which == Which::Previous {
        silent::given_up_first(scene, view)?;
    }
    parts::unhindered(bring, view.objects, scene.seen)?;
    if scene.guards.stands(Guard::DryRunFirst) {
        parts::accepted((bring, &made.dry_run), scene.seen)?;
    }
    scout::makes_room(scene, view)?;
    job_manager_stands(view, bring)?;
    if scene.guards.stands(Guard::JournalBeforeHalt) {
        note(scene, view, &start)?;
    }
    parts::old_pods_end(bring, view.objects, scene.seen)?;
    note(scene, view, &start)?;
    data_of_high_availability_goes(scene, view, bring)?;
    set_all(scene, view, bring, Some(&start))?;
    wait(Reason::Answer)
}

/// A JobManager recovers every job that is in the data of high availability, beside its own: so the
/// data goes before it comes, when it is noted what its own begins with.
fn data_of_high_availability_goes(scene: Scene<'_>, view: &View<'_>, bring: &Bring) -> Need<()> {
    let is_halted = view.standing.as_ref().is_some_and(Standing::is_halted);
    let is_kept = bring.desired.high_availability == HighAvailability::Kubernetes;
    if !is_halted || !is_kept || !scene.guards.stands(Guard::DataGoesBeforeStart) {
        return Ok(());
    }
    let data = scene.seen.high_availability_data()?;
    let owner = owner(&scene.goal.name);
    let is_others = |job: &String| !job.parse().is_ok_and(|job| owner.has_started(&job));
    let jobs: Vec<String> = parts::jobs_of(data).into_iter().filter(is_others).collect();
    if !jobs.is_empty() {
        let problem = Problem::Cluster(cluster::Problem::JobsWait { jobs });
        return Err(Box::new(Next::Stuck(problem)));
    }
    match data.iter().find(|map| at(map, "/metadata/deletionTimestamp").is_none()) {
        Some(map) => {
            let name = at(map, "/metadata/name").and_then(Value::as_str).unwrap_or_default();
            perform(parts::delete(&Id::new("v1", "ConfigMap", name), map))
        }
        None => Ok(()),
    }
}

/// Before a start is noted, its JobManager stands without pods, where none stands.
pub(super) fn stands_first(scene: Scene<'_>, view: &View<'_>, entry: &Entry) -> Need<()> {
    let (job::Goal::Run(run), Phase::Starting { from, after }) = (&scene.goal.job, &entry.phase)
    else {
        return Ok(());
    };
    if view.standing.is_some() {
        return Ok(());
    }
    let marks = Marks {
        owner: entry.owner.clone(),
        fingerprint: marks::fingerprint(&run.program),
        predecessor: after.clone(),
        restored_from: from.clone(),
    };
    let restore = from.clone().map(|path| Restore {
        path,
        non_restored_state: run.non_restored_state,
        claim: run.claim,
    });
    let start = Start { job: entry.job.clone(), marks, restore };
    let made = scene.desired(&start)?;
    let bring = &made.bring;
    parts::unhindered(bring, view.objects, scene.seen)?;
    parts::accepted((bring, &made.dry_run), scene.seen)?;
    job_manager_stands(view, bring)
}

/// One that a start is noted of, and that does not stand, was deleted: so it stands before.
fn job_manager_stands(view: &View<'_>, bring: &Bring) -> Need<()> {
    match start::job_manager(&bring.desired) {
        None => unexpected("no JobManager is rendered"),
        Some(one) if view.objects.contains_key(&Id::of(one)) => Ok(()),
        Some(one) => perform(Step::Apply(Box::new(parts::halt(bring, one, view.objects)))),
    }
}

/// Applies what this operation has not applied yet for this start: the
/// JobManager last, as it begins at once.
pub(super) fn set_all(
    scene: Scene<'_>,
    view: &View<'_>,
    bring: &Bring,
    start: Option<&Start>,
) -> Need<()> {
    let since = start.and_then(|start| scene.noted_at(&start.job)).unwrap_or_default();
    let is_set = |id: &Id| {
        scene.seen.performed().iter().skip(since).any(|done| {
            matches!(&done.step, Step::Apply(apply)
                if apply.id == *id && apply.purpose == Purpose::Set)
                && done.effect == Effect::Done
        })
    };
    let is_last = |object: &&Object| start::is_job_manager(&object.body);
    let all = bring.desired.objects.iter();
    let (last, first): (Vec<&Object>, Vec<&Object>) = all.partition(is_last);
    match first.into_iter().chain(last).find(|object| !is_set(&Id::of(object))) {
        Some(object) => perform(Step::Apply(Box::new(parts::set(bring, object, view.objects)))),
        None => Ok(()),
    }
}

/// That the job is about to start, and from what, is in the journal.
fn note(scene: Scene<'_>, view: &View<'_>, start: &Start) -> Need<()> {
    let job::Goal::Run(run) = &scene.goal.job else { return Ok(()) };
    let from = start.path().map(str::to_owned);
    let phase = Phase::Starting { from, after: start.marks.predecessor.clone() };
    let entry = entry(scene, run, &start.job, phase);
    if view.entry() == Some(&entry) {
        return Ok(());
    }
    let note = Note { entry, over: view.noted().cloned() };
    perform(Step::Job(Box::new(JobStep::Note(Box::new(note)))))
}

fn entry(scene: Scene<'_>, run: &Run, job: &flink::JobId, phase: Phase) -> Entry {
    let stop = Manner {
        savepoint_dir: run.upgrade.savepoint_dir.clone(),
        native: run.upgrade.format == Format::Native,
    };
    let owner = owner(&scene.goal.name).to_string();
    Entry { owner, follows: run.follows, job: job.clone(), phase, stop }
}

fn unexpected<T>(reason: &str) -> Need<T> {
    let reason = reason.to_owned();
    Err(Box::new(Next::Stuck(Problem::Cluster(cluster::Problem::Unexpected { reason }))))
}
