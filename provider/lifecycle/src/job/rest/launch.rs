//! Starting a job, and what a refusal means.

use std::collections::BTreeMap;

use flink::{
    Causes, Error, Kind, request,
    request::jars::{Restore, RestoreMode},
};

use super::{Rest, failure};
use crate::job::{
    goal::{Claim, NonRestoredState, Program},
    step::{Effect, Launch},
    world::WorldError,
};

/// The parallelism of jobs that name none; Flink itself takes 1 for what is
/// submitted through `/jars/:id/run`.
const PARALLELISM_KEY: &str = "parallelism.default";

impl Rest {
    pub(super) async fn launch(
        &self,
        launch: &Launch,
        restore: Option<&Restore>,
    ) -> Result<Effect, WorldError> {
        let Launch { id, jar, program: wanted, marks, which: _ } = launch;
        let mut program = program(wanted, marks.attach(&wanted.configuration));
        if program.parallelism.is_none() && !wanted.configuration.contains_key(PARALLELISM_KEY) {
            let default = self.configuration().await?.get(PARALLELISM_KEY);
            program.parallelism = default.and_then(|text| text.trim().parse().ok());
        }
        let run = request::jars::run(jar, id, &program, restore);
        match self.client.send(&run).await {
            Ok(_) => Ok(Effect::Started),
            Err(error) => refused(error),
        }
    }
}

/// A program as Flink is told of it.
pub(super) fn program(
    wanted: &Program,
    flink_configuration: BTreeMap<String, String>,
) -> request::jars::Program {
    request::jars::Program {
        entry_class: wanted.entry_class.clone(),
        args: wanted.args.clone(),
        parallelism: wanted.parallelism,
        flink_configuration,
    }
}

pub(super) fn restore(path: &str, state: NonRestoredState, claim: Claim) -> Restore {
    Restore {
        path: path.to_owned(),
        allow_non_restored_state: state == NonRestoredState::Allow,
        mode: match claim {
            Claim::NoClaim => RestoreMode::NoClaim,
            Claim::Claim => RestoreMode::Claim,
            Claim::Legacy => RestoreMode::Legacy,
        },
    }
}

fn refused(error: Error) -> Result<Effect, WorldError> {
    if matches!(error.kind, Kind::DuplicateJob) {
        return Ok(Effect::Duplicate);
    }
    if error.may_have_happened() {
        return Ok(Effect::Unclear { reason: failure::text(&error) });
    }
    match error.causes() {
        Some(causes) => Ok(why(causes)),
        None => Err(failure::world(error)),
    }
}

pub(super) fn why(causes: &Causes) -> Effect {
    let cause = causes.summary();
    if jar_is_gone(causes) {
        Effect::JarGone
    } else if causes.has("JobInitializationException") {
        // The JobMaster could not be made: the state was refused, and a failed
        // job stays under the id.
        Effect::RestoreRefused { cause }
    } else {
        Effect::ProgramFailed { cause }
    }
}

/// Whether the refusal says that the jar is no longer on the cluster.
pub(super) fn jar_is_gone(causes: &Causes) -> bool {
    let says_so =
        |message: &str| message.contains("Jar file ") && message.contains(" does not exist");
    causes.all().iter().any(|cause| says_so(&cause.message))
}
