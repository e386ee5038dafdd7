//! `flink_job`: a job that keeps its state through every change.
//!
//! ```text
//! model ─▶ validate ─▶ plan (action) ─▶ goal ─▶ lifecycle ─▶ state
//! ```

pub mod action;
pub mod application;
mod apply;
mod differing;
pub mod goal;
pub mod import;
pub mod jar;
mod looking;
pub mod model;
mod moving;
pub mod outlook;
pub mod plan;
mod planning;
mod read;
mod record;
pub mod state;
pub mod validate;

use std::sync::Arc;

use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{
        Context, CreateInput, ImportBy, Outcome, Plan, PlanInput, Private, Resource, UpdateInput,
    },
};

use self::{jar::JarFiles, model::JobModel};
use crate::{
    location::{self, Location},
    session::Session,
};

/// The resource `flink_job`.
#[derive(Clone, Debug, Default)]
pub struct Job {
    jars: Arc<JarFiles>,
}

/// What identifies a job for an import. A rename or a move changes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct JobIdentity {
    /// `namespace/name` of the job's cluster on Kubernetes. Either this or `rest_url` is set.
    #[attr(optional)]
    pub cluster: Attr<String>,
    /// Origin of the JobManager's REST endpoint, for example `http://flink.example.com:8081`.
    #[attr(optional)]
    pub rest_url: Attr<String>,
    /// Name of the job.
    #[attr(required)]
    pub name: Attr<String>,
}

impl Resource for Job {
    type Session = Session;
    type Model = JobModel;
    type Identity = JobIdentity;

    const TYPE_NAME: &'static str = "flink_job";
    const DESCRIPTION: &'static str = include_str!("description.md");
    const MUTABLE_IDENTITY: bool = true;

    fn identity(model: &JobModel) -> Option<JobIdentity> {
        if !model.application.is_null() {
            let (cluster, name) = (model.id.clone(), model.name.clone());
            return Some(JobIdentity { cluster, rest_url: Attr::Null, name });
        }
        let (origin, name) = location::split(model.id.known()?)?;
        let (cluster, rest_url) = match Location::at(origin) {
            Location::Cluster { .. } => (Attr::Known(origin.to_owned()), Attr::Null),
            Location::Rest(_) => (Attr::Null, Attr::Known(origin.to_owned())),
        };
        Some(JobIdentity { cluster, rest_url, name: Attr::Known(name.to_owned()) })
    }

    fn validate(&self, config: &JobModel) -> Diagnostics {
        validate::job(config)
    }

    async fn plan(
        &self,
        context: &Context<Session>,
        input: PlanInput<'_, JobModel>,
    ) -> Plan<JobModel> {
        planning::plan(&self.jars, context, input).await
    }

    async fn plan_destroy(&self, _context: &Context<Session>, prior: &JobModel) -> Diagnostics {
        planning::plan_destroy(prior)
    }

    async fn read(
        &self,
        context: &Context<Session>,
        prior: JobModel,
        private: Private,
    ) -> Outcome<JobModel> {
        read::read(context, prior, private).await
    }

    async fn create(
        &self,
        context: &Context<Session>,
        input: CreateInput<JobModel>,
    ) -> Outcome<JobModel> {
        Box::pin(apply::create(&self.jars, context, input)).await
    }

    async fn update(
        &self,
        context: &Context<Session>,
        input: UpdateInput<JobModel>,
    ) -> Outcome<JobModel> {
        Box::pin(apply::update(&self.jars, context, input)).await
    }

    async fn delete(
        &self,
        context: &Context<Session>,
        prior: JobModel,
        private: Private,
    ) -> Outcome<JobModel> {
        apply::delete(context, prior, private).await
    }

    async fn import(
        &self,
        context: &Context<Session>,
        by: ImportBy<JobIdentity>,
    ) -> Outcome<JobModel> {
        import::import(context, by).await
    }

    /// Nobody knows where the jar of a job lies that was not submitted from here.
    fn generate_config(&self, state: JobModel) -> JobModel {
        JobModel { planned_action: Attr::Null, job_id: Attr::Null, ..state }
    }
}
