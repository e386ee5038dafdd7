//! Jars on the cluster, and what a program in one of them would be.

use flink::{Error, JarId, Kind, request, scout};

use super::{Rest, failure, launch};
use crate::job::{
    goal::{Jar, Program},
    observed::{Operators, UploadedJar},
    step::Effect,
    world::WorldError,
};

impl Rest {
    /// None where jars cannot be submitted at all.
    pub(super) async fn jars(&self) -> Result<Vec<UploadedJar>, WorldError> {
        let jars = match self.client.send_once(&request::jars::list()).await {
            Ok(jars) => jars.files,
            Err(Error { kind: Kind::NoSuchEndpoint, .. }) => Vec::new(),
            Err(error) => return Err(failure::world(error)),
        };
        let uploaded = jars.into_iter().map(|jar| UploadedJar { id: jar.id, name: jar.name });
        Ok(uploaded.collect())
    }

    pub(super) async fn upload(&self, jar: &Jar, name: &str) -> Result<Effect, WorldError> {
        let Some(file) = &jar.file else {
            let cause = format!("the jar with SHA-256 {} is not at hand", jar.sha256);
            return Ok(Effect::Rejected { cause });
        };
        let upload = request::jars::upload(name, file.clone());
        match self.client.send(&upload).await {
            Ok(uploaded) => Ok(Effect::Uploaded(uploaded.jar_id())),
            Err(error) if matches!(error.kind, Kind::UnreadableFile { .. }) => {
                Ok(Effect::Rejected { cause: failure::text(&error) })
            }
            Err(error) => failure::refused(error),
        }
    }

    /// A jar that is not there any more is refused, and just as gone.
    pub(super) async fn delete_jar(&self, jar: &JarId) -> Result<Effect, WorldError> {
        let answer = self.client.send(&request::jars::delete(jar)).await;
        answer.map(|_| Effect::Accepted).or_else(failure::refused)
    }

    pub(super) async fn operators(
        &self,
        jar: &JarId,
        program: &Program,
    ) -> Result<Operators, WorldError> {
        let program = launch::program(program, program.configuration.clone());
        match self.scout.operators(jar, &program).await.map_err(failure::world)? {
            scout::Told::Known(vertices) => Ok(Operators::Told(vertices)),
            scout::Told::CannotTell(reason) => self.dry_run(jar, &program, reason).await,
        }
    }

    /// The scout could not tell; whether the program comes to a job at all,
    /// Flink itself can.
    async fn dry_run(
        &self,
        jar: &JarId,
        program: &request::jars::Program,
        reason: String,
    ) -> Result<Operators, WorldError> {
        match self.client.send(&request::jars::plan(jar, program)).await {
            Ok(plan) => Ok(Operators::CannotTell { reason, plan: Some(plan.plan) }),
            Err(error) => match error.causes() {
                Some(causes) if launch::jar_is_gone(causes) => {
                    Ok(Operators::CannotTell { reason, plan: None })
                }
                Some(causes) => Ok(Operators::ProgramFailed { cause: causes.summary() }),
                None => Err(failure::world(error)),
            },
        }
    }
}
