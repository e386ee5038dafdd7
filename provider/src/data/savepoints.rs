//! `data.flink_savepoints`: savepoints of a job or below a directory, and what each holds.

use std::collections::BTreeMap;

use lifecycle::flink::{
    OperatorId,
    request::checkpoints,
    response::checkpoints::{Checkpoint, Checkpoints},
    scout::{Entry, Metadata, Scout, Snapshot, Told},
};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    path::Path,
    resource::{Context, DataSource},
};

use super::{asked, count, failed, job::find, number, text};
use crate::{
    cluster::reference::validate as cluster,
    diagnostic,
    job::validate::rest_url,
    job_manager::{JobManager, problem},
    location, reference,
    session::Session,
    time::rfc3339,
};

/// The data source `flink_savepoints`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SavepointsData;

/// The savepoints that are found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointsModel {
    /// What was asked for: the job, the directory, or both.
    #[attr(computed)]
    pub id: Attr<String>,
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Savepoints and retained checkpoints that Flink remembers of this job: the id of a `flink_job`, or a Flink job id. At least one of `job` and `directory` is set.
    #[attr(optional, validate = [reference::job])]
    pub job: Attr<String>,
    /// Savepoints directly below this directory, which the JobManager must reach. It needs a cluster that takes jars, for a small program of the provider's own that looks.
    #[attr(optional)]
    pub directory: Attr<String>,
    /// The savepoints, the newest first. Incomplete ones are left out.
    #[attr(computed)]
    pub savepoints: Attr<Vec<SavepointRow>>,
}

/// A savepoint or retained checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointRow {
    /// Its path.
    #[attr(computed)]
    pub path: Attr<String>,
    /// `savepoint` or `checkpoint`.
    #[attr(computed)]
    pub kind: Attr<String>,
    /// When it was complete, in RFC 3339; null where nobody knows.
    #[attr(computed)]
    pub completed_at: Attr<String>,
    /// Bytes of state; null where it could not be looked into.
    #[attr(computed)]
    pub bytes: Attr<i64>,
    /// What it holds, operator by operator; null where it could not be looked into.
    #[attr(computed)]
    pub operators: Attr<Vec<OperatorRow>>,
}

/// The state of one operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct OperatorRow {
    /// The id that the state is kept under; made from the `uid` of the operator.
    #[attr(computed)]
    pub id: Attr<String>,
    /// Its name, where the savepoint tells it.
    #[attr(computed)]
    pub name: Attr<String>,
    /// The parallelism that it was written with.
    #[attr(computed)]
    pub parallelism: Attr<i64>,
    /// The highest parallelism that it can be spread to.
    #[attr(computed)]
    pub max_parallelism: Attr<i64>,
    /// Bytes of state.
    #[attr(computed)]
    pub bytes: Attr<i64>,
}

/// Where a savepoint is, as far as it was told so far.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    kind: &'static str,
    completed: i64,
}

type Places = BTreeMap<String, Place>;

impl DataSource for SavepointsData {
    type Session = Session;
    type Model = SavepointsModel;

    const TYPE_NAME: &'static str = "flink_savepoints";
    const DESCRIPTION: &'static str = "Savepoints and retained checkpoints of a job or below a directory, with the state of each operator in them: what a job can start from, and whether it will fit.";

    fn validate(&self, config: &SavepointsModel) -> Diagnostics {
        if !(config.job.is_null() && config.directory.is_null()) {
            return location::conflicting(&config.cluster, &config.rest_url);
        }
        let detail = "Set job, directory, or both.";
        let found = Diagnostic::error("Nothing says where to look for savepoints", detail);
        found.at(Path::attribute("job")).into()
    }

    async fn read(
        &self,
        context: &Context<Session>,
        config: SavepointsModel,
    ) -> Result<(SavepointsModel, Diagnostics), Diagnostics> {
        let at = asked(context, &config.cluster, &config.rest_url)?;
        let scout = Scout::new(at.reader().clone());
        let mut said = Diagnostics::new();
        let mut places = Places::new();
        if let Some(job) = config.job.known() {
            places.extend(of_job(&at, job).await?);
        }
        if let Some(directory) = config.directory.known() {
            places.extend(below(&at, &scout, directory, &mut said).await?);
        }
        let rows = looked_into(&at, &scout, places, &mut said).await?;
        let named = [config.job.known(), config.directory.known()];
        let id = named.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
        let model = SavepointsModel { id: text(id), savepoints: Attr::Known(rows), ..config };
        Ok((model, said))
    }
}

async fn of_job(at: &JobManager, asked: &str) -> Result<Places, Diagnostics> {
    let missing = || diagnostic::no_such_job(asked, &at.origin);
    let job = find(at, asked).await?.ok_or_else(missing)?;
    let history = at.read_opt(&checkpoints::list(&job)).await;
    let history = history.map_err(|problem| failed(at, asked, &problem))?.ok_or_else(missing)?;
    Ok(remembered(&history))
}

/// The savepoints and checkpoints that Flink remembers and that still exist.
fn remembered(history: &Checkpoints) -> Places {
    let Checkpoints { counts: _, summary: _, latest, history } = history;
    let all = history.iter().chain(&latest.savepoint).chain(&latest.completed);
    let place = |checkpoint: &Checkpoint| {
        let kind = if checkpoint.is_savepoint { "savepoint" } else { "checkpoint" };
        let completed = checkpoint.latest_ack_timestamp;
        Some((checkpoint.path()?.to_owned(), Place { kind, completed }))
    };
    all.filter_map(place).collect()
}

async fn below(
    at: &JobManager,
    scout: &Scout,
    directory: &str,
    said: &mut Diagnostics,
) -> Result<Places, Diagnostics> {
    let told = scout.list(directory).await.map_err(|error| failed(at, "", &problem(&error)))?;
    match told {
        Told::Known(Some(listing)) => {
            if listing.truncated {
                said.push(diagnostic::listing_truncated(directory));
            }
            Ok(listing.entries.into_iter().filter(|entry| entry.directory).map(place).collect())
        }
        Told::Known(None) => Err(diagnostic::no_such_directory(directory).into()),
        Told::CannotTell(reason) => Err(diagnostic::cannot_look(directory, &reason).into()),
    }
}

fn place(entry: Entry) -> (String, Place) {
    let name = entry.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let kind = if name.starts_with("chk-") { "checkpoint" } else { "savepoint" };
    (entry.path, Place { kind, completed: entry.modified })
}

/// Rows for what is whole, the newest first.
async fn looked_into(
    at: &JobManager,
    scout: &Scout,
    places: Places,
    said: &mut Diagnostics,
) -> Result<Vec<SavepointRow>, Diagnostics> {
    let paths: Vec<&str> = places.keys().map(String::as_str).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let told = scout.metadata(&paths).await.map_err(|error| failed(at, "", &problem(&error)))?;
    let snapshots = match told {
        Told::Known(snapshots) => snapshots.into_iter().map(Some).collect(),
        Told::CannotTell(reason) => {
            said.push(diagnostic::contents_unknown(&reason));
            vec![None; paths.len()]
        }
    };
    let mut found: Vec<_> = places.into_iter().zip(snapshots).collect();
    found.sort_by_key(|((path, place), _)| (std::cmp::Reverse(place.completed), path.clone()));
    Ok(found
        .into_iter()
        .filter_map(|((path, place), snapshot)| row(path, &place, snapshot))
        .collect())
}

/// The row of a savepoint; `None` where there is none that is whole.
fn row(path: String, place: &Place, snapshot: Option<Snapshot>) -> Option<SavepointRow> {
    let metadata = match snapshot {
        Some(Snapshot::Whole(metadata)) => Some(metadata),
        Some(Snapshot::Absent) => return None,
        Some(Snapshot::Unreadable(_)) | None => None,
    };
    let bytes =
        metadata.as_ref().map(|metadata| metadata.operators.iter().map(|state| state.bytes).sum());
    Some(SavepointRow {
        path: Attr::Known(path),
        kind: text(place.kind),
        completed_at: rfc3339(place.completed).into(),
        bytes: bytes.map_or(Attr::Null, count),
        operators: metadata.map(operators).into(),
    })
}

fn operators(metadata: Metadata) -> Vec<OperatorRow> {
    let id = |operator: &OperatorId| text(operator.as_str());
    metadata
        .operators
        .into_iter()
        .map(|state| OperatorRow {
            id: id(&state.operator),
            name: state.name.into(),
            parallelism: number(state.parallelism),
            max_parallelism: number(state.max_parallelism),
            bytes: count(state.bytes),
        })
        .collect()
}
