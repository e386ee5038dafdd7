//! `list "flink_savepoint"`.

use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Model},
    resource::{Context, DataSource, ListInput, ListResource, ListSink, Listed},
};

use crate::{
    cluster::reference::validate as cluster,
    data::{SavepointsData, SavepointsModel},
    job::validate::rest_url,
    reference,
    savepoint::{Savepoint, imported, model::SavepointIdentity},
    session::Session,
};

/// Lists savepoints.
#[derive(Clone, Copy, Debug, Default)]
pub struct SavepointList;

/// Where to look for savepoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointListModel {
    /// The cluster on Kubernetes to ask: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Excludes `rest_url`.
    #[attr(optional, validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Savepoints that Flink remembers of this job: the id of a `flink_job`, or a Flink job id.
    #[attr(optional, validate = [reference::job])]
    pub job: Attr<String>,
    /// Savepoints directly below this directory.
    #[attr(optional)]
    pub directory: Attr<String>,
}

impl SavepointListModel {
    fn into_data(self) -> SavepointsModel {
        let Self { cluster, rest_url, job, directory } = self;
        SavepointsModel { cluster, rest_url, job, directory, ..SavepointsModel::default() }
    }
}

impl ListResource for SavepointList {
    type Resource = Savepoint;
    type Model = SavepointListModel;

    const DESCRIPTION: &'static str =
        "Savepoints of a job or below a directory, the newest first. Checkpoints are left out.";

    fn validate(&self, config: &SavepointListModel) -> Diagnostics {
        SavepointsData.validate(&config.clone().into_data())
    }

    async fn list(
        &self,
        context: &Context<Session>,
        input: ListInput<SavepointListModel>,
        sink: &mut ListSink<Savepoint>,
    ) -> Diagnostics {
        let (found, said) = match SavepointsData.read(context, input.config.into_data()).await {
            Ok(found) => found,
            Err(said) => return said,
        };
        let rows = found.savepoints.into_known().unwrap_or_default();
        let savepoints = rows.into_iter().filter(|row| row.kind == Attr::Known("savepoint".into()));
        for path in savepoints.filter_map(|row| row.path.into_known()) {
            if !sink.send(listed(path)).await {
                break;
            }
        }
        said
    }
}

fn listed(path: String) -> Listed<Savepoint> {
    Listed {
        identity: SavepointIdentity { path: Attr::Known(path.clone()) },
        display_name: path.clone(),
        object: Some(imported(Attr::Known(path))),
        diagnostics: Diagnostics::new(),
    }
}
