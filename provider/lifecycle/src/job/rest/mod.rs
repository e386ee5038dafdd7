//! The real world: a JobManager that is reached by REST.
//!
//! ```text
//! Question ─▶ ask ─▶ flink::request ─▶ Answer          Step ─▶ perform ─▶ flink::request ─▶ Effect
//! ```
//!
//! One file for each subject. Everything here translates, nothing decides:
//! what an answer means for a job is for [`crate::job::next`] to say. Reads are
//! sent once, because [`crate::job::drive()`] repeats them by its own clock.

mod cluster;
mod failure;
mod jars;
mod jobs;
mod launch;
mod rescale;
mod storage;
mod triggers;

use flink::{
    Client, Error, Kind, Request, request, response::cluster::ConfigurationEntries, scout::Scout,
};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

use crate::{
    cluster::health::Standing,
    job::{
        journal::Journal,
        observed::{Answer, Question},
        step::{Effect, Step},
        world::{World, WorldError},
    },
    kubernetes::Journals,
};

/// A JobManager that is asked and told by REST.
#[derive(Debug)]
pub struct Rest {
    client: Client,
    scout: Scout,
    configuration: OnceCell<ConfigurationEntries>,
    journals: Option<Journals>,
}

impl Rest {
    /// The JobManager that this client speaks to. Opens nothing yet.
    pub fn new(client: Client) -> Self {
        let scout = Scout::new(client.clone());
        Self { client, scout, configuration: OnceCell::new(), journals: None }
    }

    /// The same, on Kubernetes: its jobs have journals, and where nothing of
    /// the cluster is left, there are no jobs.
    pub fn on_cluster(client: Client, journals: Journals) -> Self {
        Self { journals: Some(journals), ..Self::new(client) }
    }

    /// The client, for what is only shown and never decided on.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The scout, for what is only shown and never decided on.
    pub fn scout(&self) -> &Scout {
        &self.scout
    }

    /// How the JobManager stands by what Kubernetes says; `None` where that cannot be told, or it is
    /// not ours.
    pub async fn standing(&self) -> Option<Standing> {
        self.journals.as_ref()?.standing().await.ok().flatten()
    }

    /// Whether the JobManager is of a cluster that we made for one job: where that ends, it ends, and
    /// Kubernetes starts both again. What cannot be told is not ours.
    pub async fn is_own_cluster(&self) -> bool {
        match &self.journals {
            Some(journals) => journals.is_own().await.unwrap_or(false),
            None => false,
        }
    }

    fn journals(&self) -> Result<&Journals, WorldError> {
        let reason = || "no journal is kept here".to_owned();
        self.journals.as_ref().ok_or_else(|| WorldError::Unexpected { reason: reason() })
    }

    /// Whether this cluster was, and nothing of it is left.
    async fn is_gone(&self, error: &Error) -> Result<bool, WorldError> {
        match &self.journals {
            Some(journals) if matches!(error.kind, Kind::NoService { .. }) => {
                journals.cluster_is_gone().await
            }
            Some(_) | None => Ok(false),
        }
    }

    async fn read<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, WorldError> {
        self.client.send_once(request).await.map_err(failure::world)
    }

    /// As [`Self::read`]; `None` where Flink does not know what is asked about.
    async fn read_opt<A: DeserializeOwned>(
        &self,
        request: &Request<A>,
    ) -> Result<Option<A>, WorldError> {
        known(self.client.send_once(request).await)
    }

    /// The JobManager's own configuration, which it keeps as long as it lives.
    async fn configuration(&self) -> Result<&ConfigurationEntries, WorldError> {
        let ask = request::cluster::configuration();
        self.configuration.get_or_try_init(|| self.read(&ask)).await
    }
}

fn known<A>(answer: Result<A, Error>) -> Result<Option<A>, WorldError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(failure::world(error)),
    }
}

impl World for Rest {
    async fn ask(&self, question: &Question) -> Result<Answer, WorldError> {
        Ok(match question {
            Question::Cluster => Answer::Cluster(self.cluster().await?),
            Question::Jobs => Answer::Jobs(self.jobs().await?),
            Question::Jars => Answer::Jars(self.jars().await?),
            Question::Marks(job) => Answer::Marks(self.marks(job).await?),
            Question::History(job) => Answer::History(self.history(job).await?),
            Question::Trouble(job) => Answer::Trouble(self.trouble(job).await?),
            Question::Trigger(job, trigger) => Answer::Trigger(self.trigger(job, trigger).await?),
            Question::Disk(query) => Answer::Disk(self.disk(query).await?),
            Question::Writable(directory) => Answer::Writable(self.writable(directory).await?),
            Question::Operators(jar, program) => {
                Answer::Operators(self.operators(jar, program).await?)
            }
            Question::Contents(path) => Answer::Contents(self.contents(path).await?),
            Question::Vertices(job, checkpoint) => {
                Answer::Vertices(self.vertices(job, *checkpoint).await?)
            }
            Question::Requirements(job) => Answer::Requirements(self.requirements(job).await?),
            Question::Journal(query) => Answer::Journal(match &self.journals {
                Some(journals) => journals.of(query).await?,
                None => Journal::NotKept,
            }),
            Question::Disposal(request) => Answer::Disposal(self.disposal(request).await?),
        })
    }

    async fn perform(&self, step: &Step) -> Result<Effect, WorldError> {
        match step {
            Step::UploadJar { jar, name } => self.upload(jar, name).await,
            Step::DeleteJar(jar) => self.delete_jar(jar).await,
            Step::Stop(trigger) => self.stop(trigger).await,
            Step::Savepoint(trigger) => self.savepoint(trigger).await,
            Step::Cancel { job, because: _ } => self.cancel(job).await,
            Step::FirstStart(launch) => self.launch(launch, None).await,
            Step::StartFrom { launch, path, non_restored_state, claim } => {
                let restore = launch::restore(path, *non_restored_state, *claim);
                self.launch(launch, Some(&restore)).await
            }
            Step::Rescale { job, parallelism } => self.rescale(job, *parallelism).await,
            Step::Dispose { path } => self.dispose(path).await,
            Step::Note(note) => self.journals()?.write(note).await,
            Step::EraseNote(noted) => self.journals()?.erase(noted).await,
        }
    }
}

#[cfg(test)]
mod tests;
