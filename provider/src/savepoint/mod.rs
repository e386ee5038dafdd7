//! `flink_savepoint`: a savepoint of a running job, taken once and kept.

pub mod goal;
pub mod model;
mod take;

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    path::Path,
    resource::{
        Context, CreateInput, ImportBy, Outcome, Plan, PlanInput, Private, Resource, UpdateInput,
    },
};

use self::model::{SavepointIdentity, SavepointModel};
use crate::{location, session::Session};

/// The resource `flink_savepoint`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Savepoint;

impl Resource for Savepoint {
    type Session = Session;
    type Model = SavepointModel;
    type Identity = SavepointIdentity;

    const TYPE_NAME: &'static str = "flink_savepoint";
    const DESCRIPTION: &'static str = "A savepoint of a running job, which goes on. It is taken on create and kept on destroy, unless `dispose_on_destroy` says otherwise. To stop a job with a savepoint, set `state = \"suspended\"` of its `flink_job`.";

    fn identity(model: &SavepointModel) -> Option<SavepointIdentity> {
        let path = model.path.known()?.clone();
        Some(SavepointIdentity { path: Attr::Known(path) })
    }

    fn validate(&self, config: &SavepointModel) -> Diagnostics {
        let mut found = location::conflicting(&config.cluster, &config.rest_url);
        if config.job.is_null() && config.path.is_null() {
            let detail = "Set job to take a savepoint of it, or path to record an existing one.";
            let error = Diagnostic::error("Neither a job nor a path is named", detail);
            found.push(error.at(Path::attribute("job")));
        }
        let taking = !config.target_directory.is_null() || !config.triggers.is_null();
        if !config.path.is_null() && taking {
            let detail = "path records a savepoint that exists; target_directory and triggers are about taking one. Remove path, or those two.";
            let error = Diagnostic::error("An existing savepoint is not taken again", detail);
            found.push(error.at(Path::attribute("path")));
        }
        found
    }

    async fn plan(
        &self,
        _context: &Context<Session>,
        input: PlanInput<'_, SavepointModel>,
    ) -> Plan<SavepointModel> {
        let PlanInput { prior: _, config: _, planned, private } = input;
        let id = planned.path.clone();
        Plan::new(SavepointModel { id, ..planned }, private.clone())
    }

    /// Flink forgets savepoints that still exist; so what it does not tell is not taken to be gone.
    async fn read(
        &self,
        _context: &Context<Session>,
        prior: SavepointModel,
        private: Private,
    ) -> Outcome<SavepointModel> {
        Outcome::of(prior, private)
    }

    async fn create(
        &self,
        context: &Context<Session>,
        input: CreateInput<SavepointModel>,
    ) -> Outcome<SavepointModel> {
        take::create(context, input.planned, input.private).await
    }

    async fn update(
        &self,
        _context: &Context<Session>,
        input: UpdateInput<SavepointModel>,
    ) -> Outcome<SavepointModel> {
        Outcome::of(input.planned, input.private)
    }

    async fn delete(
        &self,
        context: &Context<Session>,
        prior: SavepointModel,
        private: Private,
    ) -> Outcome<SavepointModel> {
        take::delete(context, prior, private).await
    }

    async fn import(
        &self,
        _context: &Context<Session>,
        by: ImportBy<SavepointIdentity>,
    ) -> Outcome<SavepointModel> {
        let path = match by {
            ImportBy::Id(path) => Attr::Known(path),
            ImportBy::Identity(SavepointIdentity { path }) => path,
        };
        Outcome::of(imported(path), Private::default())
    }
}

/// The state of a savepoint of which only the path is known.
pub fn imported(path: Attr<String>) -> SavepointModel {
    SavepointModel {
        id: path.clone(),
        path,
        format: Attr::Known("canonical".to_owned()),
        dispose_on_destroy: Attr::Known(false),
        ..SavepointModel::default()
    }
}
