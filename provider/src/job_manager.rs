//! One JobManager: its clients, and one look at all its jobs that serves a whole refresh.

#[cfg(test)]
mod tests;

use std::{error::Error as _, sync::Arc, time::Duration};

use lifecycle::{
    flink::{
        Client, Endpoint, Error, Kind, Request,
        endpoint::Patience,
        request::{cluster, jobs},
        response::{
            cluster::Overview,
            jobs::{JobSummary, JobsOverview},
        },
    },
    job::{Problem, read::Snapshot, rest::Rest},
};
use serde::de::DeserializeOwned;
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};

use crate::freshness::Freshness;

/// How long a refresh waits for a JobManager that does not answer; an operation waits longer.
const READ_PATIENCE: Duration = Duration::from_secs(10);
/// How long a plan waits for what it can do without.
const GLANCE_PATIENCE: Duration = Duration::from_secs(3);

/// A JobManager, and how to talk to it.
#[derive(Debug)]
pub struct JobManager {
    /// Its stable name.
    pub origin: String,
    world: Rest,
    reading: Rest,
    reader: Client,
    look: Mutex<Option<Look>>,
    glance: Mutex<Option<(Freshness, Option<Glance>)>>,
}

/// What a plan sees of a JobManager that answers.
#[derive(Clone, Debug)]
pub struct Glance {
    /// Its slots.
    pub overview: Overview,
}

/// What was seen of all jobs, and when.
#[derive(Debug)]
struct Look {
    freshness: Freshness,
    found: Result<Arc<Snapshot>, Problem>,
}

impl JobManager {
    /// The JobManager at this endpoint. Nothing is opened before the first request.
    pub fn new(endpoint: Endpoint) -> Self {
        Self::over(Client::new(endpoint), Rest::new)
    }

    /// The JobManager that this client speaks to, seen as `world` sees it.
    pub fn over(client: Client, world: impl Fn(Client) -> Rest) -> Self {
        let impatient = Patience { unavailable: READ_PATIENCE, ..client.patience() };
        let reader = client.with_patience(impatient);
        Self {
            origin: client.origin().to_owned(),
            world: world(client),
            reading: world(reader.clone()),
            reader,
            look: Mutex::default(),
            glance: Mutex::default(),
        }
    }

    /// One look at all jobs, for all that a refresh reads.
    ///
    /// However many ask at the same time, the JobManager is asked once; a failure is shared, too.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, Problem> {
        let mut look = self.look.lock().await;
        if let Some(Look { freshness, found }) = &mut *look
            && freshness.serves(Instant::now())
        {
            return found.clone();
        }
        let found = Snapshot::take(&self.reading).await.map(Arc::new);
        *look = Some(Look { freshness: Freshness::at(Instant::now()), found: found.clone() });
        found
    }

    /// What a plan may tell of the JobManager; `None` where it does not answer at once. However many plans ask, it is looked at once.
    pub async fn glance(&self) -> Option<Glance> {
        let mut kept = self.glance.lock().await;
        if let Some((freshness, glance)) = &mut *kept
            && freshness.serves(Instant::now())
        {
            return glance.clone();
        }
        let glance = time::timeout(GLANCE_PATIENCE, self.look_around()).await.ok().flatten();
        *kept = Some((Freshness::at(Instant::now()), glance.clone()));
        glance
    }

    /// All jobs are looked at as well, so that whoever asks for them next finds them.
    async fn look_around(&self) -> Option<Glance> {
        let overview = cluster::overview();
        let (overview, jobs) = tokio::join!(self.read(&overview), self.snapshot());
        jobs.ok()?;
        Some(Glance { overview: overview.ok()? })
    }

    /// All jobs that the JobManager remembers now.
    pub async fn jobs(&self) -> Result<Vec<JobSummary>, Problem> {
        self.read(&jobs::overview()).await.map(|JobsOverview { jobs }| jobs)
    }

    /// Makes the next look at all jobs a new one, since something has been changed.
    pub async fn forget_jobs(&self) {
        *self.look.lock().await = None;
        *self.glance.lock().await = None;
    }

    /// Sends a request that reads.
    pub async fn read<A: DeserializeOwned>(&self, request: &Request<A>) -> Result<A, Problem> {
        self.reader.send(request).await.map_err(|error| problem(&error))
    }

    /// As [`JobManager::read`]; `None` where Flink knows no such thing.
    pub async fn read_opt<A: DeserializeOwned>(
        &self,
        request: &Request<A>,
    ) -> Result<Option<A>, Problem> {
        match self.reader.send(request).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(problem(&error)),
        }
    }

    /// Whether Kubernetes says that nothing leads to the JobManager: its Service is gone.
    pub async fn is_cut_off(&self) -> bool {
        let answer = self.reader.send_once(&cluster::overview()).await;
        answer.is_err_and(|error| matches!(error.kind, Kind::NoService { .. }))
    }

    /// The JobManager as operations see it.
    pub fn world(&self) -> &Rest {
        &self.world
    }

    /// The JobManager as a refresh sees it.
    pub fn reading(&self) -> &Rest {
        &self.reading
    }

    /// The client for reads.
    pub fn reader(&self) -> &Client {
        &self.reader
    }
}

/// What a failed read means to a resource.
pub fn problem(error: &Error) -> Problem {
    let mut reason = error.kind.to_string();
    let mut source = error.kind.source();
    while let Some(cause) = source {
        reason = format!("{reason}: {cause}");
        source = cause.source();
    }
    let reason = format!("{}: {reason}", error.call);
    match &error.kind {
        Kind::Unauthorized { .. } | Kind::Forbidden { .. } => Problem::AccessDenied { reason },
        Kind::Unavailable { .. }
        | Kind::TimedOut { .. }
        | Kind::Interrupted { .. }
        | Kind::NoService { .. }
        | Kind::Unusable { .. } => Problem::Unreachable { reason },
        Kind::NotFound { .. }
        | Kind::NoSuchEndpoint
        | Kind::DuplicateJob
        | Kind::AlreadyEnded { .. }
        | Kind::Refused { .. }
        | Kind::Redirected { .. }
        | Kind::NotFlink { .. }
        | Kind::UnknownFormat { .. }
        | Kind::UnreadableFile { .. } => Problem::Unexpected { reason },
    }
}
