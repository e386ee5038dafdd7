//! Asks Flink about storage and state, through nothing but `/jars/:id/plan`.
//!
//! The scout is a jar of ours whose `main()` looks at what the JobManager can
//! look at and throws its answer; no job is started. Its source is in
//! `scout/src`, built by `scout/build.sh`. What it cannot find out is an
//! answer like any other: see [`Told::CannotTell`].

mod answer;
mod question;

use std::collections::BTreeMap;

use serde::Deserialize;
use tokio::sync::Mutex;

use crate::error::{Error, Kind};
use crate::request::jars::{self, Program};
use crate::request::{JarContent, Request};
use crate::response::jars::Plan;
use crate::{Client, JarId, OperatorId, VertexId};

pub use question::JAR_NAME_SUFFIX;

/// The scout itself.
pub const JAR: &[u8] = include_bytes!("../scout/scout.jar");

/// What the scout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told<T> {
    /// So it is.
    Known(T),
    /// It could not find out, for this reason. Nothing follows from it.
    CannotTell(String),
}

/// What is in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listing {
    /// The newest first.
    pub entries: Vec<Entry>,
    /// Whether there are more, older ones.
    pub truncated: bool,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// Where it is, with its scheme.
    pub path: String,
    /// Whether it is a directory.
    pub directory: bool,
    /// How large it is.
    pub bytes: u64,
    /// When it was last changed, in milliseconds since 1970; 0 where the
    /// storage does not say.
    pub modified: i64,
}

/// What a savepoint or checkpoint holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Snapshot {
    /// It is whole.
    Whole(Metadata),
    /// There is none: nothing at all, or no `_metadata`, which is written last.
    Absent,
    /// It is there and cannot be read, for this reason.
    Unreadable(String),
}

/// The metadata of a savepoint or checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Its number.
    pub checkpoint: u64,
    /// The state of each operator.
    pub operators: Vec<OperatorState>,
}

/// The state of one operator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorState {
    /// The operator.
    pub operator: OperatorId,
    /// Its name; only newer versions write it.
    pub name: Option<String>,
    /// The parallelism that it was written with.
    pub parallelism: i64,
    /// The highest parallelism that it can be spread to.
    pub max_parallelism: i64,
    /// How much there is.
    pub bytes: u64,
    /// Whether there is any by Flink's own rule.
    pub has_state: bool,
}

/// A vertex of the job that a jar's `main()` would make.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewVertex {
    /// The vertex.
    pub id: VertexId,
    /// The names of its operators.
    pub name: String,
    /// Its parallelism.
    pub parallelism: i64,
    /// The maximum parallelism that the program sets; not positive when it
    /// sets none.
    pub max_parallelism: i64,
    /// Its operators, the last of the chain first.
    pub operators: Vec<NewOperator>,
}

/// An operator of such a vertex.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewOperator {
    /// The id made from the `uid`, or from the graph where there is none.
    pub id: OperatorId,
    /// The id that the program sets outright with `setUidHash`.
    pub user_defined_id: Option<OperatorId>,
    /// Its name, where it can be had.
    pub name: Option<String>,
}

impl NewOperator {
    /// The ids by which its state is found.
    pub fn ids(&self) -> impl Iterator<Item = &OperatorId> {
        std::iter::once(&self.id).chain(&self.user_defined_id)
    }
}

impl NewVertex {
    /// The ids by which the state of all its operators is found.
    pub fn operator_ids(&self) -> impl Iterator<Item = &OperatorId> {
        self.operators.iter().flat_map(NewOperator::ids)
    }
}

/// Whether a directory can be written to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Writability {
    /// Why not; none when it can.
    pub refused: Option<String>,
}

/// Asks questions of one JobManager, which is given the scout's jar once.
///
/// # Errors
///
/// Every method fails only when the JobManager cannot be reached or does not
/// let the client in; all else is [`Told::CannotTell`].
#[derive(Debug)]
pub struct Scout {
    client: Client,
    jar: Mutex<Option<JarId>>,
}

impl Scout {
    /// A scout for `client`'s JobManager. Does nothing before the first
    /// question.
    pub fn new(client: Client) -> Self {
        Self { client, jar: Mutex::new(None) }
    }

    /// What is in `directory`; none when it is not there.
    pub async fn list(&self, directory: &str) -> Result<Told<Option<Listing>>, Error> {
        let program = question::list(directory);
        Ok(self.ask(&program).await?.read("listing"))
    }

    /// What each of the savepoints and checkpoints at `paths` holds.
    pub async fn metadata(&self, paths: &[&str]) -> Result<Told<Vec<Snapshot>>, Error> {
        let program = question::metadata(paths);
        Ok(self.ask(&program).await?.read("metadata"))
    }

    /// Whether this JobManager can write into `directory`. Says nothing about
    /// the TaskManagers.
    pub async fn writable(&self, directory: &str) -> Result<Told<Writability>, Error> {
        let program = question::writable(directory);
        Ok(self.ask(&program).await?.read("writable"))
    }

    /// The vertices and operators of the job that `program` of the uploaded
    /// `jar` makes. Runs that program's `main()`.
    pub async fn operators(
        &self,
        jar: &JarId,
        program: &Program,
    ) -> Result<Told<Vec<NewVertex>>, Error> {
        let program = question::operators(jar, program);
        Ok(self.ask(&program).await?.read("operators"))
    }

    /// Asks once more when the JobManager has lost the jar, as one that
    /// restarted has.
    async fn ask(&self, program: &Program) -> Result<answer::Spoken, Error> {
        match self.ask_once(program).await? {
            answer::Spoken::JarIsGone => {
                *self.jar.lock().await = None;
                self.ask_once(program).await
            }
            spoken @ (answer::Spoken::Json(_) | answer::Spoken::Nothing(_)) => Ok(spoken),
        }
    }

    async fn ask_once(&self, program: &Program) -> Result<answer::Spoken, Error> {
        let jar = match self.jar_id().await {
            Ok(jar) => jar,
            Err(error) => return unless_unreachable(error),
        };
        let request: Request<Plan> = question::request(&jar, program);
        match self.client.send(&request).await {
            Ok(_) => Ok(answer::Spoken::Nothing("the scout was not heard".to_owned())),
            Err(error) => match answer::spoken(&error) {
                Some(spoken) => Ok(spoken),
                None => unless_unreachable(error),
            },
        }
    }

    /// Of several first questions at once, one brings the jar and the others
    /// wait for it; no question waits for the answer to another.
    async fn jar_id(&self) -> Result<JarId, Error> {
        let mut jar = self.jar.lock().await;
        if let Some(known) = jar.as_ref() {
            return Ok(known.clone());
        }
        let found = self.find_or_upload().await?;
        Ok(jar.insert(found).clone())
    }

    async fn find_or_upload(&self) -> Result<JarId, Error> {
        let name = question::jar_name();
        let jars = self.client.send(&jars::list()).await?;
        if let Some(jar) = jars.named(&name) {
            return Ok(jar.id.clone());
        }
        let upload = jars::upload_content(&name, JarContent::Embedded(JAR));
        Ok(self.client.send(&upload).await?.jar_id())
    }
}

/// A JobManager that cannot be asked is the caller's affair; any other failure
/// only means that nothing was found out.
fn unless_unreachable(error: Error) -> Result<answer::Spoken, Error> {
    match &error.kind {
        Kind::Unavailable { .. }
        | Kind::Unauthorized { .. }
        | Kind::Forbidden { .. }
        | Kind::NoService { .. }
        | Kind::Unusable { .. } => Err(error),
        Kind::NotFound { .. }
        | Kind::NoSuchEndpoint
        | Kind::DuplicateJob
        | Kind::AlreadyEnded { .. }
        | Kind::Refused { .. }
        | Kind::TimedOut { .. }
        | Kind::Interrupted { .. }
        | Kind::Redirected { .. }
        | Kind::NotFlink { .. }
        | Kind::UnknownFormat { .. }
        | Kind::UnreadableFile { .. } => {
            Ok(answer::Spoken::Nothing(format!("{error}: {}", error.kind)))
        }
    }
}

/// The names of the operators of a job, as far as its vertices tell them.
pub fn names(vertices: &[NewVertex]) -> BTreeMap<OperatorId, String> {
    let operators = vertices.iter().flat_map(|vertex| &vertex.operators);
    operators.filter_map(|operator| Some((operator.id.clone(), operator.name.clone()?))).collect()
}

#[cfg(test)]
mod tests;
