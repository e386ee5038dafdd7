//! Turns between looking, deciding and doing, until there is a report.

use std::time::Duration;

use crate::{
    application::{
        goal::Goal,
        guard::Guards,
        next::{self, Fixed, Next},
        report::Report,
    },
    cluster::{
        World,
        drive::{Mind, turn},
        next::{Next as ClusterNext, Outcome},
        observed::Observed,
    },
    job::Limits,
};

/// How long a rollback that was begun may take, whenever it began: cut short, it would leave no job
/// at all. Its pods end, and others come up.
const ROLLBACK: Duration = Duration::from_mins(5);
/// How long it may take to take away what was made for an operation alone.
const TIDY: Duration = Duration::from_secs(15);

/// Brings an application from what is to what should be.
///
/// # Guarantees
/// Whatever the end, the report says how things are. An operation that was
/// cut short is taken up by the next one with the same goal, also from the old
/// record.
pub async fn drive<W: World>(goal: &Goal, world: &W, limits: &Limits) -> Report {
    drive_with(Guards::default(), goal, world, limits).await
}

/// The same, with the guards that stand.
pub(crate) async fn drive_with<W: World>(
    guards: Guards,
    goal: &Goal,
    world: &W,
    limits: &Limits,
) -> Report {
    let mut seen = Observed::new();
    seen.give(limits.timeout);
    let fixed = Fixed::of(goal);
    let decide = |seen: &Observed| match next::next(goal, seen, (&fixed, guards)) {
        Next::Look(questions) => ClusterNext::Look(questions),
        Next::Do(step, remarks) => ClusterNext::Do(step, remarks),
        Next::Wait(reason) => ClusterNext::Wait(reason),
        // Asked for again when it is reported.
        Next::Done(_) | Next::Stuck(_) => ClusterNext::Done(Outcome::unknown()),
    };
    let granted =
        |seen: &Observed| next::rolled_back_at(seen).map_or(Duration::ZERO, |at| at + ROLLBACK);
    let mind = Mind { name: &goal.name, decide: &decide, granted };
    let end = turn(&mut seen, mind, world, limits).await;
    let report = next::report(goal, &seen, ((&fixed, guards), end.map(|_| ())));
    tidy(goal, world, &fixed).await;
    report
}

/// Takes away what was made for this operation alone, however it ended. Where that fails the next
/// operation does it, and what costs anything ends by itself.
async fn tidy<W: World>(goal: &Goal, world: &W, fixed: &Fixed) {
    let decide = |seen: &Observed| next::tidied(goal, seen, fixed);
    let mind = Mind { name: &goal.name, decide: &decide, granted: |_| Duration::ZERO };
    let end = turn(&mut Observed::new(), mind, world, &Limits::within(TIDY)).await;
    if let Err(problem) = end {
        tracing::warn!(cluster = %goal.name, %problem, "What looked into the new version is left, and ends by itself.");
    }
}
