//! The parallelism that a running job may have, where its scheduler adapts.

use std::collections::BTreeMap;

use flink::{
    Error, JobId, Kind, VertexId, request,
    response::jobs::{JobDetails, ParallelismBounds, ResourceRequirements, VertexRequirements},
};

use super::{Rest, failure, known};
use crate::job::{
    observed::{Requirements, Vertex},
    step::Effect,
    world::WorldError,
};

impl Rest {
    pub(super) async fn requirements(&self, job: &JobId) -> Result<Requirements, WorldError> {
        let asked = request::jobs::resource_requirements(job);
        let details = request::jobs::details(job);
        let (asked, details) =
            tokio::join!(self.client.send_once(&asked), self.client.send_once(&details));
        let (asked, details) = match (asked, known(details)?) {
            (Ok(asked), Some(details)) => (asked, details),
            (Err(error), _) => return fixed(error),
            (Ok(_), None) => {
                return Ok(Requirements::Fixed { reason: "the job is gone".to_owned() });
            }
        };
        Ok(Requirements::Adaptive(vertices(&asked, &details)))
    }

    /// Every vertex gets as much of the parallelism as it can ever have.
    pub(super) async fn rescale(
        &self,
        job: &JobId,
        parallelism: u32,
    ) -> Result<Effect, WorldError> {
        let Requirements::Adaptive(vertices) = self.requirements(job).await? else {
            return Ok(Effect::Rejected { cause: "the scheduler does not adapt".to_owned() });
        };
        let wanted = vertices.into_iter().map(|vertex| bounds(vertex, parallelism));
        let wanted = ResourceRequirements(wanted.collect());
        let answer =
            self.client.send(&request::jobs::set_resource_requirements(job, &wanted)).await;
        answer.map(|_| Effect::Accepted).or_else(failure::refused)
    }
}

/// The default scheduler answers that it does not support it.
fn fixed(error: Error) -> Result<Requirements, WorldError> {
    if matches!(error.kind, Kind::NoSuchEndpoint) {
        let reason = "this Flink cannot rescale a running job".to_owned();
        return Ok(Requirements::Fixed { reason });
    }
    match error.causes() {
        Some(causes) => Ok(Requirements::Fixed { reason: causes.summary() }),
        None => Err(failure::world(error)),
    }
}

fn vertices(asked: &ResourceRequirements, details: &JobDetails) -> Vec<Vertex> {
    let natural = |number: i64| u32::try_from(number).unwrap_or(0);
    let known: BTreeMap<&VertexId, _> =
        details.vertices.iter().map(|vertex| (&vertex.id, vertex)).collect();
    let vertex = |(id, wanted): (&VertexId, &VertexRequirements)| {
        let running = known.get(id)?;
        Some(Vertex {
            id: id.clone(),
            wanted: wanted.parallelism.upper_bound,
            running: natural(running.parallelism),
            maximum: natural(running.max_parallelism),
        })
    };
    asked.0.iter().filter_map(vertex).collect()
}

fn bounds(vertex: Vertex, parallelism: u32) -> (VertexId, VertexRequirements) {
    let upper_bound = parallelism.min(vertex.maximum.max(1));
    let parallelism = ParallelismBounds { lower_bound: 1, upper_bound };
    (vertex.id, VertexRequirements { parallelism })
}
