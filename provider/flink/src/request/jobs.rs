//! Questions about jobs, and the two changes that need no checkpoint.

use reqwest::Method;
use serde_json::json;

use super::{Body, Request};
use crate::JobId;
use crate::response::Empty;
use crate::response::jobs::{
    Exceptions, ExecutionResult, JobConfig, JobDetails, JobStatusAnswer, Jobs, JobsOverview,
    PlanAnswer, ResourceRequirements,
};

/// Ids and states of all jobs.
pub fn list() -> Request<Jobs> {
    Request::get(&["jobs"])
}

/// Names, states and task counts of all jobs, never from a cache.
pub fn overview() -> Request<JobsOverview> {
    Request::get(&["jobs", "overview"])
}

/// The state of one job, never from a cache.
pub fn status(job: &JobId) -> Request<JobStatusAnswer> {
    Request::get(&["jobs", job.as_str(), "status"])
}

/// Everything about one job, up to one refresh interval old.
pub fn details(job: &JobId) -> Request<JobDetails> {
    Request::get(&["jobs", job.as_str()])
}

/// The job graph of one job.
pub fn plan(job: &JobId) -> Request<PlanAnswer> {
    Request::get(&["jobs", job.as_str(), "plan"])
}

/// The execution configuration, with the global job parameters.
pub fn config(job: &JobId) -> Request<JobConfig> {
    Request::get(&["jobs", job.as_str(), "config"])
}

/// The latest exceptions, up to one refresh interval old.
pub fn exceptions(job: &JobId, at_most: u32) -> Request<Exceptions> {
    Request::get(&["jobs", job.as_str(), "exceptions"])
        .with_query("maxExceptions", at_most.to_string())
}

/// How an ended job ended.
pub fn execution_result(job: &JobId) -> Request<ExecutionResult> {
    Request::get(&["jobs", job.as_str(), "execution-result"])
}

/// Cancels a job. An already cancelled one is accepted again, one that ended
/// otherwise is refused as already ended.
pub fn cancel(job: &JobId) -> Request<Empty> {
    Request::new(Method::PATCH, &["jobs", job.as_str()]).with_query("mode", "cancel")
}

/// The parallelism that each vertex may have. Only of use under the adaptive
/// scheduler.
pub fn resource_requirements(job: &JobId) -> Request<ResourceRequirements> {
    Request::get(&["jobs", job.as_str(), "resource-requirements"])
}

/// Sets the parallelism that each vertex may have; all vertices must be named.
pub fn set_resource_requirements(
    job: &JobId,
    requirements: &ResourceRequirements,
) -> Request<Empty> {
    let request = Request::new(Method::PUT, &["jobs", job.as_str(), "resource-requirements"]);
    Request { body: Body::Json(json!(requirements)), ..request }
}
