//! A provider that does nothing: `flink_job` with all its attributes, and no Flink behind it.
//!
//! `make bench` has Terraform plan with it, to show what Terraform itself costs with any provider.

use std::process::ExitCode;

use terraform::{
    diagnostics::Diagnostics,
    registry::Registry,
    resource::{
        Context, CreateInput, ImportBy, Outcome, Plan, PlanInput, Private, Provider, Resource,
        UpdateInput,
    },
    server::{self, Mode, Options},
};
use terraform_provider_flink::{
    config::ProviderConfig,
    job::{Job, JobIdentity, model::JobModel},
};

struct Nothing;

impl Provider for Nothing {
    type Config = ProviderConfig;
    type Session = ();

    fn description(&self) -> &'static str {
        "Does nothing."
    }

    fn configure(&self, _config: ProviderConfig) -> (Option<()>, Diagnostics) {
        (Some(()), Diagnostics::new())
    }
}

struct Idle;

impl Resource for Idle {
    type Session = ();
    type Model = JobModel;
    type Identity = JobIdentity;

    const TYPE_NAME: &'static str = Job::TYPE_NAME;
    const DESCRIPTION: &'static str = Job::DESCRIPTION;
    const MUTABLE_IDENTITY: bool = Job::MUTABLE_IDENTITY;

    fn identity(model: &JobModel) -> Option<JobIdentity> {
        Job::identity(model)
    }

    async fn plan(&self, _: &Context<()>, input: PlanInput<'_, JobModel>) -> Plan<JobModel> {
        let planned = input.prior.cloned().unwrap_or(input.planned);
        Plan::new(planned, input.private.clone())
    }

    async fn read(&self, _: &Context<()>, prior: JobModel, private: Private) -> Outcome<JobModel> {
        Outcome::of(prior, private)
    }

    async fn create(&self, _: &Context<()>, input: CreateInput<JobModel>) -> Outcome<JobModel> {
        Outcome::of(input.planned, input.private)
    }

    async fn update(&self, _: &Context<()>, input: UpdateInput<JobModel>) -> Outcome<JobModel> {
        Outcome::of(input.planned, input.private)
    }

    async fn delete(&self, _: &Context<()>, _: JobModel, _: Private) -> Outcome<JobModel> {
        Outcome::gone()
    }

    async fn import(&self, _: &Context<()>, _: ImportBy<JobIdentity>) -> Outcome<JobModel> {
        Outcome::gone()
    }
}

fn main() -> ExitCode {
    let service = Registry::new(Nothing).resource(Idle).into_service();
    let address = "terraform-provider-flink/flink";
    let stop = service.end();
    let mode = Mode::Plugin;
    server::run(service, Options { name: "flink", address, version: "0.0.0", mode, stop })
}
