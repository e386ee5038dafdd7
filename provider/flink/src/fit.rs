//! Whether the state of a checkpoint fits the job that would start from it,
//! by Flink's own rule and before anything is stopped.
//!
//! Pure. What the checkpoint holds and what the new job has come from the
//! [`crate::scout`]; where the scout cannot tell, [`vertices`] compares what
//! the REST API tells of old and new vertices, which is less exact.

pub mod vertices;

use std::collections::{BTreeMap, BTreeSet};

use crate::OperatorId;
use crate::scout::{NewVertex, OperatorState};

/// Flink's bound for a maximum parallelism that nobody set.
const UNSET: i64 = 0;

/// State that no operator of the new job would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The operator that the state belongs to.
    pub operator: OperatorId,
    /// Its name in the old job, when that is known.
    pub name: Option<String>,
    /// How much there is.
    pub bytes: u64,
}

/// A vertex whose state cannot be spread as the new job asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooWide {
    /// The names of the new vertex's operators.
    pub vertex: String,
    /// The parallelism that it would have.
    pub parallelism: i64,
    /// The maximum parallelism that the state was written with.
    pub recorded_max_parallelism: i64,
}

/// A vertex whose program sets another maximum parallelism than its state was
/// written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaxParallelismChanged {
    /// The names of the new vertex's operators.
    pub vertex: String,
    /// What the program sets.
    pub set: i64,
    /// What the state was written with.
    pub recorded: i64,
}

/// The judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Flink will restore it.
    Fits,
    /// Flink will refuse it, or drop this state if it is allowed to.
    Refused(Vec<Lost>),
    /// Flink will refuse it, whatever is allowed.
    TooWide(Vec<TooWide>),
    /// Flink will refuse it, whatever is allowed.
    MaxParallelismChanged(Vec<MaxParallelismChanged>),
    /// Nothing is known either way.
    CannotTell(String),
}

/// The judgement and what else a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The judgement.
    pub verdict: Verdict,
    /// Names or, failing that, ids of new operators that find no state.
    pub starts_empty: Vec<String>,
}

/// Judges whether `state` fits the job of `vertices`.
///
/// `names` are the old job's operators, as far as they are known.
pub fn judge(
    state: &[OperatorState],
    vertices: &[NewVertex],
    names: &BTreeMap<OperatorId, String>,
) -> Fit {
    let verdict = verdict(state, vertices, names);
    Fit { verdict, starts_empty: starts_empty(state, vertices) }
}

fn verdict(
    state: &[OperatorState],
    vertices: &[NewVertex],
    names: &BTreeMap<OperatorId, String>,
) -> Verdict {
    let too_wide = too_wide(state, vertices);
    if !too_wide.is_empty() {
        return Verdict::TooWide(too_wide);
    }
    let changed = max_parallelism_changed(state, vertices);
    if !changed.is_empty() {
        return Verdict::MaxParallelismChanged(changed);
    }
    match lost(state, vertices, names) {
        lost if lost.is_empty() => Verdict::Fits,
        lost => Verdict::Refused(lost),
    }
}

/// State is found by the operator's generated id or by the one that the user
/// defined; only an operator that holds some is missed.
fn lost(
    state: &[OperatorState],
    vertices: &[NewVertex],
    names: &BTreeMap<OperatorId, String>,
) -> Vec<Lost> {
    let taken: BTreeSet<&OperatorId> = vertices.iter().flat_map(NewVertex::operator_ids).collect();
    let stateful = state.iter().filter(|old| old.has_state && !taken.contains(&old.operator));
    let lost = stateful.map(|old| Lost {
        operator: old.operator.clone(),
        name: names.get(&old.operator).or(old.name.as_ref()).cloned(),
        bytes: old.bytes,
    });
    lost.collect()
}

/// Each vertex with the state that it would take.
fn matched<'a>(
    state: &'a [OperatorState],
    vertices: &'a [NewVertex],
) -> impl Iterator<Item = (&'a NewVertex, &'a OperatorState)> {
    vertices.iter().flat_map(move |vertex| {
        let ids: BTreeSet<&OperatorId> = vertex.operator_ids().collect();
        state.iter().filter(move |old| ids.contains(&old.operator)).map(move |old| (vertex, old))
    })
}

fn too_wide(state: &[OperatorState], vertices: &[NewVertex]) -> Vec<TooWide> {
    let mut found: BTreeMap<&str, TooWide> = BTreeMap::new();
    for (vertex, old) in matched(state, vertices) {
        if vertex.parallelism > old.max_parallelism {
            found.entry(&vertex.name).or_insert_with(|| TooWide {
                vertex: vertex.name.clone(),
                parallelism: vertex.parallelism,
                recorded_max_parallelism: old.max_parallelism,
            });
        }
    }
    found.into_values().collect()
}

fn max_parallelism_changed(
    state: &[OperatorState],
    vertices: &[NewVertex],
) -> Vec<MaxParallelismChanged> {
    let mut found: BTreeMap<&str, MaxParallelismChanged> = BTreeMap::new();
    for (vertex, old) in matched(state, vertices) {
        if vertex.max_parallelism > UNSET && vertex.max_parallelism != old.max_parallelism {
            found.entry(&vertex.name).or_insert_with(|| MaxParallelismChanged {
                vertex: vertex.name.clone(),
                set: vertex.max_parallelism,
                recorded: old.max_parallelism,
            });
        }
    }
    found.into_values().collect()
}

fn starts_empty(state: &[OperatorState], vertices: &[NewVertex]) -> Vec<String> {
    let known: BTreeSet<&OperatorId> = state.iter().map(|old| &old.operator).collect();
    let operators = vertices.iter().flat_map(|vertex| &vertex.operators);
    let new = operators.filter(|operator| !operator.ids().any(|id| known.contains(id)));
    new.map(|operator| operator.name.clone().unwrap_or_else(|| operator.id.to_string())).collect()
}

#[cfg(test)]
mod tests;
