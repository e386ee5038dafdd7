//! What lies in the storage that Flink can reach, seen through the scout.

use flink::{
    JobId,
    scout::{Entry, Snapshot, Told},
};
use futures_util::future::try_join_all;

use super::{Rest, failure};
use crate::job::{
    directories,
    observed::{Contents, Disk, DiskQuery, Found, Writability},
    world::WorldError,
};

/// The file that is written last, so that without it there is nothing.
const METADATA: &str = "_metadata";

/// Why a look has no result.
enum Blind {
    /// The scout cannot tell.
    CannotTell(String),
    /// Nobody answers.
    World(WorldError),
}

impl From<flink::Error> for Blind {
    fn from(error: flink::Error) -> Self {
        Self::World(failure::world(error))
    }
}

impl Rest {
    pub(super) async fn disk(&self, query: &DiskQuery) -> Result<Disk, WorldError> {
        match self.look(query).await {
            Ok(found) => Ok(Disk::Told(found)),
            Err(Blind::CannotTell(reason)) => Ok(Disk::CannotTell { reason }),
            Err(Blind::World(error)) => Err(error),
        }
    }

    pub(super) async fn contents(&self, path: &str) -> Result<Contents, WorldError> {
        let told = self.scout.metadata(&[path]).await.map_err(failure::world)?;
        Ok(match told {
            Told::Known(snapshots) => contents(snapshots.into_iter().next()),
            Told::CannotTell(reason) => Contents::CannotTell { reason },
        })
    }

    pub(super) async fn writable(&self, directory: &str) -> Result<Writability, WorldError> {
        Ok(match self.scout.writable(directory).await.map_err(failure::world)? {
            Told::Known(answer) => match answer.refused {
                Some(reason) => Writability::Refused { reason },
                None => Writability::Writable,
            },
            Told::CannotTell(_) => Writability::CannotTell,
        })
    }

    async fn look(&self, query: &DiskQuery) -> Result<Vec<Found>, Blind> {
        let DiskQuery { savepoints, checkpoints, prefix, job, path, attempt } = query;
        let is_ours = |candidate: &JobId| {
            candidate.as_str().starts_with(prefix) || job.as_ref() == Some(candidate)
        };
        let mut found = Vec::new();
        if let Some(home) = savepoints {
            found.extend(self.savepoints(home).await?);
        }
        if let Some(root) = checkpoints {
            found.extend(self.checkpoints(root, &is_ours).await?);
        }
        if let Some(directory) = attempt {
            for place in self.folders(directory).await? {
                found.extend(self.complete(&place.path, None).await?);
            }
        }
        if let Some(path) = path
            && !found.iter().any(|other| directories::same(&other.path, path))
        {
            found.extend(self.complete(path, None).await?);
        }
        Ok(found)
    }

    /// `<home>/<job>/<attempt>/savepoint-…`
    async fn savepoints(&self, home: &str) -> Result<Vec<Found>, Blind> {
        let mut found = Vec::new();
        for (job, directory) in self.jobs_in(home).await? {
            for attempt in self.folders(&directory).await? {
                let places = self.folders(&attempt.path).await?;
                found.extend(self.all_complete(places, &job).await?);
            }
        }
        Ok(found)
    }

    /// `<root>/<job>/chk-…`
    async fn checkpoints(
        &self,
        root: &str,
        is_ours: &(impl Fn(&JobId) -> bool + Sync),
    ) -> Result<Vec<Found>, Blind> {
        let mut found = Vec::new();
        for (job, directory) in self.jobs_in(root).await? {
            if is_ours(&job) {
                let mut places = self.folders(&directory).await?;
                places.retain(|place| last_segment(&place.path).starts_with("chk-"));
                found.extend(self.all_complete(places, &job).await?);
            }
        }
        Ok(found)
    }

    async fn all_complete(&self, places: Vec<Entry>, job: &JobId) -> Result<Vec<Found>, Blind> {
        let looks = places.iter().map(|place| self.complete(&place.path, Some(job)));
        Ok(try_join_all(looks).await?.into_iter().flatten().collect())
    }

    /// The savepoint or checkpoint at `path`, if it is whole.
    async fn complete(&self, path: &str, job: Option<&JobId>) -> Result<Option<Found>, Blind> {
        let directory = path.trim_end_matches('/').trim_end_matches(METADATA);
        let entries = self.entries(directory.trim_end_matches('/')).await?;
        let metadata = entries.iter().find(|entry| last_segment(&entry.path) == METADATA);
        Ok(metadata.map(|metadata| Found {
            path: directory.trim_end_matches('/').to_owned(),
            job: job.cloned(),
            written: metadata.modified,
        }))
    }

    /// The directories below `directory` that are named like a job.
    async fn jobs_in(&self, directory: &str) -> Result<Vec<(JobId, String)>, Blind> {
        let folders = self.folders(directory).await?;
        let job = |entry: Entry| Some((last_segment(&entry.path).parse().ok()?, entry.path));
        Ok(folders.into_iter().filter_map(job).collect())
    }

    async fn folders(&self, directory: &str) -> Result<Vec<Entry>, Blind> {
        let mut entries = self.entries(directory).await?;
        entries.retain(|entry| entry.directory);
        Ok(entries)
    }

    /// Nothing where there is no such directory; a listing that is cut short
    /// tells nothing, because what is missing could be the newest.
    async fn entries(&self, directory: &str) -> Result<Vec<Entry>, Blind> {
        match self.scout.list(directory).await? {
            Told::Known(None) => Ok(Vec::new()),
            Told::Known(Some(listing)) if listing.truncated => {
                Err(Blind::CannotTell(format!("{directory} has too many entries to list")))
            }
            Told::Known(Some(listing)) => Ok(listing.entries),
            Told::CannotTell(reason) => Err(Blind::CannotTell(reason)),
        }
    }
}

fn last_segment(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn contents(snapshot: Option<Snapshot>) -> Contents {
    match snapshot {
        Some(Snapshot::Whole(metadata)) => Contents::Told(metadata.operators),
        Some(Snapshot::Absent) => Contents::Absent,
        Some(Snapshot::Unreadable(reason)) => Contents::CannotTell { reason },
        None => Contents::CannotTell { reason: "the scout did not answer".to_owned() },
    }
}
