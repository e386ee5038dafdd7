//! `flink_cluster`: a session cluster on Kubernetes whose jobs survive its changes.
//!
//! ```text
//! model ─▶ validate ─▶ plan (action) ─▶ describe ─▶ manifests ─▶ lifecycle ─▶ state
//! ```

pub mod action;
pub(crate) mod apply;
pub mod describe;
pub mod drift;
pub mod goal;
mod import;
pub mod looks;
pub mod model;
mod native;
pub mod path;
pub(crate) mod place;
pub mod plan;
pub(crate) mod planning;
mod read;
mod record;
mod recover;
pub mod reference;
pub mod state;
pub mod validate;

use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{
        Context, CreateInput, ImportBy, Outcome, Plan, PlanInput, Private, Resource, UpdateInput,
    },
};

use self::model::{ClusterIdentity, ClusterModel, ClusterOwn};
use crate::session::Session;

/// The resource `flink_cluster`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cluster;

impl Resource for Cluster {
    type Session = Session;
    type Model = ClusterModel;
    type Identity = ClusterIdentity;

    const TYPE_NAME: &'static str = "flink_cluster";
    const DESCRIPTION: &'static str = include_str!("description.md");

    fn identity(model: &ClusterModel) -> Option<ClusterIdentity> {
        let (namespace, name) = (model.shared.namespace.known()?, model.shared.name.known()?);
        Some(ClusterIdentity {
            namespace: Attr::Known(namespace.clone()),
            name: Attr::Known(name.clone()),
        })
    }

    fn validate(&self, config: &ClusterModel) -> Diagnostics {
        planning::validated(config)
    }

    async fn plan(
        &self,
        context: &Context<Session>,
        input: PlanInput<'_, ClusterModel>,
    ) -> Plan<ClusterModel> {
        planning::plan(context, input).await
    }

    async fn plan_destroy(&self, _context: &Context<Session>, prior: &ClusterModel) -> Diagnostics {
        planning::plan_destroy(prior)
    }

    async fn read(
        &self,
        context: &Context<Session>,
        prior: ClusterModel,
        private: Private,
    ) -> Outcome<ClusterModel> {
        read::read(context, prior, private).await
    }

    async fn create(
        &self,
        context: &Context<Session>,
        input: CreateInput<ClusterModel>,
    ) -> Outcome<ClusterModel> {
        Box::pin(apply::create(context, input)).await
    }

    async fn update(
        &self,
        context: &Context<Session>,
        input: UpdateInput<ClusterModel>,
    ) -> Outcome<ClusterModel> {
        Box::pin(apply::update(context, input)).await
    }

    async fn delete(
        &self,
        context: &Context<Session>,
        prior: ClusterModel,
        private: Private,
    ) -> Outcome<ClusterModel> {
        Box::pin(apply::delete(context, prior, private)).await
    }

    async fn import(
        &self,
        context: &Context<Session>,
        by: ImportBy<ClusterIdentity>,
    ) -> Outcome<ClusterModel> {
        import::import(context, by).await
    }

    /// What only the provider tells is left out.
    fn generate_config(&self, state: ClusterModel) -> ClusterModel {
        let ClusterModel { shared, own } = state;
        let ClusterOwn { on_update, on_destroy, timeouts, .. } = own;
        let own = ClusterOwn { on_update, on_destroy, timeouts, ..ClusterOwn::default() };
        ClusterModel { shared, own }
    }
}
