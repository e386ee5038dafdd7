//! A cluster of a job's own: the attributes of a `flink_cluster`, none of which replaces the job.

use std::ops::{Deref, DerefMut};

use terraform::{
    diagnostics::Diagnostic,
    model::{Column, Fields, Model},
    path::Path,
    schema::{Attribute, Mode, Modifier, OnChange},
    value::Value,
};

use crate::cluster::model::ClusterSpec;

const NAME: &str = "Name of the cluster: a DNS label of at most 45 characters that starts with a letter. All its objects carry it. Default: the job's name. Another name is another cluster, to which the job moves with its state.";
const NAMESPACE: &str = "Namespace of the cluster, which must exist. Default: `kubernetes.namespace` of the provider, else `default`. In another namespace the job has another cluster, to which it moves with its state.";

const HIGH_AVAILABILITY: &str = "Lets the job survive the loss of its JobManager. Without it a new JobManager begins the job again with the state of its last start, and repeats what it has done since. A change is an upgrade of the job.";

/// The cluster of a job that has one of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnCluster(Box<ClusterSpec>);

impl From<ClusterSpec> for OwnCluster {
    fn from(spec: ClusterSpec) -> Self {
        Self(Box::new(spec))
    }
}

impl Deref for OwnCluster {
    type Target = ClusterSpec;

    fn deref(&self) -> &ClusterSpec {
        &self.0
    }
}

impl DerefMut for OwnCluster {
    fn deref_mut(&mut self) -> &mut ClusterSpec {
        &mut self.0
    }
}

/// As a `flink_cluster`'s, but that its name is the job's where nothing else is said.
impl Model for OwnCluster {
    fn fields() -> Fields<Self> {
        let null = || (ClusterSpec::fields().null)().into();
        let columns: &'static [Column<Self>] = &[];
        Fields { null, columns }
    }

    fn attributes() -> Vec<Attribute> {
        let own = |attribute: Attribute| {
            let description = match attribute.name {
                "name" => NAME,
                "namespace" => NAMESPACE,
                "high_availability" => {
                    return Attribute { description: HIGH_AVAILABILITY, ..attribute };
                }
                _ => return attribute,
            };
            Attribute {
                description,
                mode: Mode::OptionalComputed,
                modifiers: vec![Modifier::UseStateForUnknown],
                on_change: Some(OnChange::Upgrade),
                ..attribute
            }
        };
        ClusterSpec::attributes().into_iter().map(own).collect()
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        ClusterSpec::decode(value, path).map(Self::from)
    }

    fn encode(&self) -> Value {
        self.0.encode()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_jobs_own_cluster_replaces_the_job() {
        let all = OwnCluster::attributes();
        assert_eq!(all.len(), ClusterSpec::attributes().len());
        assert!(all.iter().all(|attribute| attribute.on_change != Some(OnChange::Replace)));
        let name = all.iter().find(|attribute| attribute.name == "name");
        assert_eq!(name.map(|name| name.mode), Some(Mode::OptionalComputed));
        let available = all.iter().find(|attribute| attribute.name == "high_availability");
        assert!(available.is_some_and(|found| found.description.contains("begins the job again")));
    }
}
