//! The judgement without the scout, from what REST tells of vertices.
//!
//! A vertex is found by its head operator's id. Which operator of a chain
//! holds the state is not known here, so that some of it stays a warning.

use std::collections::{BTreeMap, BTreeSet};

use super::{Fit, Lost, TooWide, Verdict};
use crate::response::checkpoints::CheckpointDetails;
use crate::response::jars::{JobPlan, PlanNode};
use crate::response::jobs::{JobDetails, Vertex};
use crate::{OperatorId, VertexId};

/// The judgement, and what could go wrong beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The judgement.
    pub fit: Fit,
    /// Sentences about what may, but need not, be refused.
    pub doubts: Vec<String>,
}

/// Compares the state of the running job, as its newest checkpoint has it, with
/// the plan of the new one. Without a checkpoint, which vertices have state is
/// not known.
pub fn compare(
    checkpoint: Option<&CheckpointDetails>,
    old: &JobDetails,
    new: &JobPlan,
) -> Comparison {
    let nodes: BTreeMap<&VertexId, &PlanNode> =
        new.nodes.iter().map(|node| (&node.id, node)).collect();
    let new_names: BTreeSet<String> = new.nodes.iter().flat_map(PlanNode::operator_names).collect();
    let mut comparison = Findings::default();
    for vertex in &old.vertices {
        let size = |checkpoint: &CheckpointDetails| {
            checkpoint.tasks.get(&vertex.id).map_or(0, |state| state.state_size)
        };
        let names = old_names(old, &vertex.id);
        match (nodes.get(&vertex.id), checkpoint.map(size)) {
            (Some(node), _) => comparison.kept(vertex, node, &new_names, &names),
            (None, Some(..=0)) => {}
            (None, Some(bytes)) => comparison.gone(vertex, bytes, &new_names, &names),
            (None, None) => comparison.unknown(vertex),
        }
    }
    comparison.conclude(old, new)
}

fn old_names(old: &JobDetails, vertex: &VertexId) -> Vec<String> {
    let node = old.plan.nodes.iter().find(|node| node.id == *vertex);
    node.map(PlanNode::operator_names).unwrap_or_default()
}

#[derive(Default)]
struct Findings {
    lost: Vec<Lost>,
    too_wide: Vec<TooWide>,
    doubts: Vec<String>,
}

impl Findings {
    fn kept(
        &mut self,
        vertex: &Vertex,
        node: &PlanNode,
        new_names: &BTreeSet<String>,
        names: &[String],
    ) {
        if vertex.max_parallelism > 0 && node.parallelism > vertex.max_parallelism {
            self.too_wide.push(TooWide {
                vertex: vertex.name.clone(),
                parallelism: node.parallelism,
                recorded_max_parallelism: vertex.max_parallelism,
            });
        }
        let gone = names.iter().filter(|name| !new_names.contains(*name));
        self.doubts.extend(gone.map(|name| {
            format!("The operator {name:?} is in no chain of the new job: state that it may have cannot be restored.")
        }));
    }

    fn gone(
        &mut self,
        vertex: &Vertex,
        bytes: i64,
        new_names: &BTreeSet<String>,
        names: &[String],
    ) {
        match names.first() {
            Some(head) if new_names.contains(head) => self.doubts.push(format!(
                "The operator {head:?} has moved into another chain: its state may or may not be found again."
            )),
            _ => self.lost.push(Lost {
                operator: head_operator(&vertex.id),
                name: Some(vertex.name.clone()),
                bytes: u64::try_from(bytes).unwrap_or(0),
            }),
        }
    }

    fn unknown(&mut self, vertex: &Vertex) {
        self.doubts.push(format!(
            "The new job has no vertex like {:?}: state that it may have cannot be restored.",
            vertex.name
        ));
    }

    fn conclude(self, old: &JobDetails, new: &JobPlan) -> Comparison {
        let Self { lost, too_wide, doubts } = self;
        let verdict = match (too_wide.is_empty(), lost.is_empty(), doubts.first()) {
            (false, _, _) => Verdict::TooWide(too_wide),
            (true, false, _) => Verdict::Refused(lost),
            (true, true, Some(doubt)) => Verdict::CannotTell(doubt.clone()),
            (true, true, None) => Verdict::Fits,
        };
        let known: BTreeSet<&VertexId> = old.vertices.iter().map(|vertex| &vertex.id).collect();
        let empty = new.nodes.iter().filter(|node| !known.contains(&node.id));
        let starts_empty = empty.map(|node| node.operator_names().join(" -> ")).collect();
        Comparison { fit: Fit { verdict, starts_empty }, doubts }
    }
}

/// A vertex has the id of its chain's head operator.
fn head_operator(vertex: &VertexId) -> OperatorId {
    OperatorId::from(vertex.clone())
}

#[cfg(test)]
mod tests;
