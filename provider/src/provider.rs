//! The provider block, and THE list of what this provider offers.

use terraform::{diagnostics::Diagnostics, registry::Registry, resource};

use crate::{
    actions::{JobCancel, JobRestart, SavepointTrigger},
    cluster::Cluster,
    config::{self, ProviderConfig},
    data::{ClusterData, JobData, JobsData, ManifestsData, SavepointsData},
    functions::{
        ConfigMerge, DurationSeconds, MemoryBytes, MemoryLayout, ParseSavepointPath,
        ValidateConfiguration,
    },
    job::Job,
    lists::{JobList, SavepointList},
    savepoint::Savepoint,
    session::Session,
};

/// The provider `flink`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flink;

/// Everything that this provider offers.
pub fn registry() -> Registry<Flink> {
    Registry::new(Flink)
        .resource(Cluster)
        .resource(Job::default())
        .resource(Savepoint)
        .data_source(ClusterData)
        .data_source(JobData)
        .data_source(JobsData)
        .data_source(ManifestsData)
        .data_source(SavepointsData)
        .list_resource(JobList)
        .list_resource(SavepointList)
        .action(SavepointTrigger)
        .action(JobRestart)
        .action(JobCancel)
        .function(MemoryBytes)
        .function(DurationSeconds)
        .function(ConfigMerge)
        .function(ParseSavepointPath)
        .function(MemoryLayout)
        .function(ValidateConfiguration)
}

impl resource::Provider for Flink {
    type Config = ProviderConfig;
    type Session = Session;

    fn description(&self) -> &'static str {
        include_str!("description.md")
    }

    fn validate(&self, config: &ProviderConfig) -> Diagnostics {
        config::validate(config)
    }

    fn configure(&self, config: ProviderConfig) -> (Option<Session>, Diagnostics) {
        (Session::new(config), Diagnostics::new())
    }
}
