//! The proof that every guard is needed: with any one of them away, something
//! ends otherwise, or what must never happen does.

use std::time::Duration;

use super::{
    Kept, Standing, apply_until_death, apply_without, create, keep, running, standing, suspend, to,
};
use crate::{
    application::{
        Goal, Report,
        guard::Guard,
        model::{Apps, CRASHES},
        start::is_job_manager,
    },
    guards::are_all_needed,
    job::{
        goal::UpgradeMode,
        model::{Death, StopFault},
        observed::JobState,
    },
};

/// What a scene shows: the report in a word, and how things are.
type Shown = (Option<String>, Standing);

fn shown(report: &Report, apps: &Apps) -> Shown {
    (told(report), standing(apps))
}

async fn refused(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.kube(|kube, _| kube.refused = Some("session-taskmanager".to_owned()));
    shown(&apply_without(off, &to("a:v2", &kept), &apps).await, &apps)
}

async fn killed(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    shown(&killed_when_stopped(&apps, &kept, off).await, &apps)
}

async fn failed_stop(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.flink.with(|flink| flink.next_stop = vec![StopFault::SavepointFails]);
    let report = apply_without(off, &to("a:v2", &kept), &apps).await;
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(5)).await;
    shown(&report, &apps)
}

async fn ended_by_itself(off: Option<Guard>) -> Shown {
    let mut last = None;
    for at in 1..8 {
        let apps = Apps::new();
        let kept = running(&apps).await;
        let job = kept.recorded.job.clone().expect("it ran");
        apps.universe.flink.with(|flink| flink.end(&job, JobState::Canceled));
        let report = dies_at(&apps, &to("a:v1", &kept), (off, at, 0)).await;
        let one = shown(&report, &apps);
        if last.is_none() || one.0.is_some() {
            last = Some(one);
        }
    }
    last.expect("it was applied")
}

async fn upgraded(off: Option<Guard>) -> Shown {
    let mut last = None;
    for at in 1..14 {
        let apps = Apps::new();
        let kept = running(&apps).await;
        let report = dies_at(&apps, &to("a:v2", &kept), (off, at, 0)).await;
        let one = shown(&report, &apps);
        if last.is_none() || one.0.is_some() || !one.1.violations.is_empty() {
            last = Some(one);
        }
    }
    last.expect("it was applied")
}

async fn deleted(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    dies_after_launch(&apps, &to("a:v2", &kept)).await;
    apps.pass(Duration::from_secs(6)).await;
    apps.delete_deployments();
    apps.pass(Duration::from_secs(3)).await;
    shown(&apply_without(off, &to("a:v2", &kept), &apps).await, &apps)
}

async fn silent(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.kill_job_manager();
    shown(&apply_without(off, &to("a:v2", &kept), &apps).await, &apps)
}

/// An ended job that its JobManager has forgotten.
async fn without_path(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    let job = kept.recorded.job.clone().expect("it ran");
    apps.universe.flink.with(|flink| {
        flink.high_availability = true;
        flink.end(&job, JobState::Failed);
        let job = flink.jobs.get_mut(&job).expect("it ended");
        job.completed = 0;
        job.checkpoint = None;
        job.never_ran = true;
    });
    shown(&apply_without(off, &suspend(&kept, UpgradeMode::Savepoint), &apps).await, &apps)
}

async fn answered_once(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    dies_after_launch(&apps, &to("a:v2", &kept)).await;
    apps.pass(Duration::from_secs(6)).await;
    apps.universe.kube(|kube, _| {
        let live = kube.objects.values_mut().find(|live| is_job_manager(live));
        live.expect("it stands")["spec"]["of"] = CRASHES.into();
    });
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(3)).await;
    shown(&apply_without(off, &to("a:v3", &kept), &apps).await, &apps)
}

async fn given_up(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    apps.universe.flink.with(|flink| flink.high_availability = true);
    let report = apply_without(off, &create("h:v1"), &apps).await;
    let kept = keep(&report, "h:v1", None);
    apps.pass(Duration::from_secs(5)).await;
    shown(&apply_without(off, &to("h:crash", &kept), &apps).await, &apps)
}

/// Somebody has edited the JobManager's pods, and nothing else is to change.
async fn edited(off: Option<Guard>) -> Shown {
    let apps = Apps::new();
    let kept = running(&apps).await;
    apps.universe.kube(|kube, _| {
        let live = kube.objects.values_mut().find(|live| is_job_manager(live));
        live.expect("it stands")["spec"]["template"]["metadata"]["labels"]["app"] = "other".into();
    });
    shown(&apply_without(off, &to("a:v1", &kept), &apps).await, &apps)
}

/// The process dies when the new JobManager has begun, before its job is proven.
async fn dies_after_launch(apps: &Apps, goal: &Goal) {
    let is_starting = || standing(apps).journal == ["starting"];
    let launched = async {
        loop {
            apps.pass(Duration::from_millis(100)).await;
            if is_starting() && !standing(apps).jobs.is_empty() {
                return;
            }
        }
    };
    tokio::select! {
        report = super::apply(goal, apps) => panic!("{report:?}"),
        () = launched => {}
    }
}

/// The JobManager dies when the savepoint of the stop is written, and the
/// provider before it has read where it is.
async fn killed_when_stopped(apps: &Apps, kept: &Kept, off: Option<Guard>) -> Report {
    let goal = to("a:v2", kept);
    let stopped = async {
        loop {
            apps.pass(Duration::from_millis(100)).await;
            if apps
                .universe
                .flink
                .with(|flink| flink.disk.keys().any(|path| path.contains("savepoint-")))
            {
                return;
            }
        }
    };
    tokio::select! {
        report = apply_without(off, &goal, apps) => return report,
        () = stopped => {}
    }
    apps.kill_job_manager();
    apps.pass(Duration::from_secs(8)).await;
    apply_without(off, &goal, apps).await
}

fn told(report: &Report) -> Option<String> {
    report.problem.as_ref().map(|problem| {
        let text = format!("{problem:?}");
        text.split([' ', '{']).next().unwrap_or_default().to_owned()
    })
}

/// An apply whose process dies after an effect, and another one some seconds later.
async fn dies_at(
    apps: &Apps,
    goal: &Goal,
    (off, at, seconds): (Option<Guard>, usize, u64),
) -> Report {
    let before = apps.universe.flink.with(|flink| flink.effects);
    *apps.universe.flink.death.lock().expect("not poisoned") = Some(Death::After(before + at));
    let report = apply_until_death(off, goal, apps).await;
    *apps.universe.flink.death.lock().expect("not poisoned") = None;
    if report.is_none() {
        apps.pass(Duration::from_secs(seconds)).await;
    }
    apply_without(off, goal, apps).await
}

async fn scene(guard: Guard, off: Option<Guard>) -> Shown {
    match guard {
        Guard::DryRunFirst => refused(off).await,
        Guard::PermitEndsFirst => killed(off).await,
        Guard::PermitComesBack => failed_stop(off).await,
        Guard::JournalBeforeHalt => ended_by_itself(off).await,
        Guard::JournalBeforeWord => upgraded(off).await,
        Guard::GoneIsStuck => deleted(off).await,
        Guard::SilenceIsAwaited => silent(off).await,
        Guard::PathBeforeEnd => without_path(off).await,
        Guard::OnlyUnansweredIsGivenUp => answered_once(off).await,
        Guard::DataGoesBeforeStart => given_up(off).await,
        Guard::PodsStay => edited(off).await,
    }
}

#[tokio::test(start_paused = true)]
async fn without_any_one_guard_something_goes_wrong() {
    are_all_needed(Guard::ALL, scene, |shown| &shown.1.violations).await;
}
