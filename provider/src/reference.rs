//! How a user names a job: by the id of its `flink_job`, or by the id that Flink gave it.

use lifecycle::{JobId, flink::response::jobs::JobSummary, job::Owner};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

use crate::location;

/// A job as a user names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobReference {
    /// The id that Flink gave it.
    Id(JobId),
    /// Its name, or its id, at an origin; without one, at the provider's JobManager.
    Named {
        /// Where it runs.
        origin: Option<String>,
        /// Its name.
        name: String,
    },
}

impl JobReference {
    /// Reads `namespace/cluster/<name>`, `<origin>#<name>`, a hex id in place of the name, one of
    /// the two alone, or `namespace/cluster` of a cluster that is a job's own; with the origin apart.
    pub fn parse(text: &str) -> (Option<String>, Self) {
        let (origin, last) = match location::split(text) {
            Some((origin, last)) => (Some(origin.to_owned()), last),
            None => match location::own_cluster(text) {
                Some(name) => (Some(text.to_owned()), name),
                None => (None, text),
            },
        };
        let reference = match last.parse() {
            Ok(id) => Self::Id(id),
            Err(_) => Self::Named { origin: origin.clone(), name: last.to_owned() },
        };
        (origin, reference)
    }

    /// The job that is meant, of all jobs of its JobManager: one that runs, else the newest.
    pub fn find<'a>(&self, at: &str, jobs: &'a [JobSummary]) -> Option<&'a JobSummary> {
        let own = |job: &&JobSummary| match self {
            Self::Id(id) => job.id == *id,
            Self::Named { origin: _, name } => Owner::new(at, name).has_started(&job.id),
        };
        let foreign = |job: &&JobSummary| match self {
            Self::Id(_) => false,
            Self::Named { origin: _, name } => job.name == *name,
        };
        newest(jobs.iter().filter(own)).or_else(|| newest(jobs.iter().filter(foreign)))
    }
}

fn newest<'a>(jobs: impl Iterator<Item = &'a JobSummary>) -> Option<&'a JobSummary> {
    jobs.max_by_key(|job| (!job.state.is_terminal(), job.start_time))
}

/// A rule: the text names a job.
pub fn job(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    if text.trim().is_empty() || text.ends_with('#') {
        let detail = "Set it to the id of a flink_job (flink_job.<name>.id) or to a Flink job id of 32 hexadecimal digits.";
        found.push(Diagnostic::error("No job is named", detail).at(path.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::JobReference;

    #[test]
    fn a_job_is_named_with_its_cluster_or_by_the_cluster_that_is_its_own() {
        for (text, origin, name) in [
            ("flink/eu/orders", Some("flink/eu"), "orders"),
            ("http://flink:8081#orders", Some("http://flink:8081"), "orders"),
            ("flink/orders", Some("flink/orders"), "orders"),
            ("orders", None, "orders"),
        ] {
            let origin = origin.map(str::to_owned);
            let named = JobReference::Named { origin: origin.clone(), name: name.to_owned() };
            assert_eq!(JobReference::parse(text), (origin, named), "{text}");
        }
    }
}
