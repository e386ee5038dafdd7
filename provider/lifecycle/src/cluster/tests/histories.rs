//! Histories that are drawn: applies of cluster and jobs in any order, deaths,
//! and what happens to pods by itself. Whatever the history, no job is lost,
//! none runs twice, and none starts from anything but its newest state.

use std::time::Duration;

use proptest::prelude::*;

use super::{
    apply_job, apply_until_death, create, job, pass, recorded, remove, standalone, standing, to,
};
use crate::{
    cluster::{goal::OnDestroy, model::Universe},
    drawn,
    job::{Recorded, journal::Follows, model::Death, report::Left},
};

const NAMES: [&str; 2] = ["a", "b"];

#[derive(Clone, Copy, Debug)]
enum Event {
    /// Apply the cluster with this revision.
    Cluster(u8),
    /// Apply one job.
    Job(usize),
    /// Destroy the cluster and make it again.
    Replace,
    /// Let time pass.
    Pass(u8),
}

fn event() -> impl Strategy<Value = (Event, Option<u8>)> {
    let events = prop_oneof![
        (1..4_u8).prop_map(Event::Cluster),
        (0..NAMES.len()).prop_map(Event::Job),
        Just(Event::Replace),
        (1..50_u8).prop_map(Event::Pass),
    ];
    (events, proptest::option::of(0..12_u8))
}

/// Lives through a history, then applies all until nothing is left to do.
async fn live(history: &[(Event, Option<u8>)]) -> Result<(), String> {
    let universe = Universe::new();
    let mut kept: [Option<Recorded>; NAMES.len()] = [None, None];
    let mut revision = 1;
    apply_until_death(None, &create(standalone("1")), &universe).await;
    for (event, death) in history {
        let effects = universe.flink.with(|flink| flink.effects);
        *universe.flink.death.lock().expect("not poisoned") =
            death.map(|at| Death::After(effects + usize::from(at)));
        match event {
            Event::Cluster(more) => {
                revision += more;
                let goal = to(standalone(&revision.to_string()));
                apply_until_death(None, &goal, &universe).await;
            }
            Event::Job(which) => run_job(&universe, *which, &mut kept).await,
            Event::Replace => {
                let goal = remove(standalone(&revision.to_string()), OnDestroy::Drain);
                apply_until_death(None, &goal, &universe).await;
            }
            Event::Pass(tenths) => pass(Duration::from_millis(u64::from(*tenths) * 100)).await,
        }
        *universe.flink.death.lock().expect("not poisoned") = None;
    }
    let goal = to(standalone(&revision.to_string()));
    let report = apply_until_death(None, &goal, &universe).await.expect("nobody dies");
    if let Some(problem) = report.problem {
        return Err(format!("the cluster: {problem:?}"));
    }
    for which in 0..NAMES.len() {
        run_job(&universe, which, &mut kept).await;
    }
    pass(Duration::from_secs(5)).await;
    let end = standing(&universe);
    if end.jobs != ["a:v1", "b:v1"] || !end.violations.is_empty() {
        return Err(format!("{end:?}"));
    }
    Ok(())
}

/// Applies a job, as a client does that keeps what it is answered.
async fn run_job(universe: &Universe, which: usize, kept: &mut [Option<Recorded>]) {
    let goal = job(NAMES[which], Follows::Yes, kept[which].clone());
    let report = tokio::select! {
        report = apply_job(&goal, universe) => Some(report),
        () = universe.flink.died.notified() => None,
    };
    if let Some(report) = report.filter(|report| report.state != Left::Unknown) {
        kept[which] = Some(recorded(NAMES[which], &report));
    }
}

proptest! {
    #![proptest_config(drawn::config(200))]

    #[test]
    fn no_history_loses_or_doubles_a_job(history in prop::collection::vec(event(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        if let Err(end) = runtime.block_on(live(&history)) {
            return Err(TestCaseError::fail(end));
        }
    }
}
