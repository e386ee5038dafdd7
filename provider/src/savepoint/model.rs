//! The attributes of `flink_savepoint`.

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Model},
    validate,
    value::Value,
};

use crate::{cluster::reference::validate as cluster, job::validate::rest_url, reference};

/// A savepoint of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointModel {
    /// The same as `path`.
    #[attr(computed, modifier = UseStateForUnknown)]
    pub id: Attr<String>,
    /// The job to take the savepoint of, which goes on: the `id` of a `flink_job`, or a Flink job id of 32 hexadecimal digits. Needed unless `path` is set. Another job is another savepoint.
    #[attr(optional, validate = [reference::job], modifier = RequiresReplaceIf(was_set))]
    pub job: Attr<String>,
    /// The cluster on Kubernetes that takes, knows or deletes the savepoint: `ref` or `id` of a `flink_cluster`, or `namespace/name` of any Flink there. Default: the cluster in `job`. Excludes `rest_url`.
    #[attr(optional, on_change = "in_place", validate = [cluster])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint. Default: the origin in `job`, else `rest.url` of the provider. Excludes `cluster`.
    #[attr(optional, on_change = "in_place", validate = [rest_url])]
    pub rest_url: Attr<String>,
    /// Directory to write the savepoint below. Default: the cluster's `execution.checkpointing.savepoint-dir`. JobManager and TaskManagers must reach it. Another directory is another savepoint.
    #[attr(optional, modifier = RequiresReplaceIf(was_set))]
    pub target_directory: Attr<String>,
    /// `canonical` (default) can be read with every state backend; `native` is faster to write and read with large state. Another format is another savepoint.
    #[attr(optional, computed, default = "canonical", one_of = ["canonical", "native"], modifier = RequiresReplaceIf(was_set))]
    pub format: Attr<String>,
    /// Any values; a change takes another savepoint. Equal values of the same job mean the same savepoint, so give each resource of a job triggers of its own.
    #[attr(optional, modifier = RequiresReplaceIf(was_set))]
    pub triggers: Attr<BTreeMap<String, String>>,
    /// Path of the savepoint. If it is set, that existing savepoint is recorded and none is taken.
    #[attr(optional, computed, modifier = UseStateForUnknown, modifier = RequiresReplaceIf(was_set))]
    pub path: Attr<String>,
    /// Whether the files are deleted on destroy (default `false`: they are kept, and only forgotten). The Flink Kubernetes Operator does the opposite.
    #[attr(optional, computed, default = false, on_change = "in_place")]
    pub dispose_on_destroy: Attr<bool>,
    /// How long the provider waits. What is under way when the time is over goes on in Flink.
    #[attr(optional, on_change = "in_place")]
    pub timeouts: Attr<SavepointTimeouts>,
    /// The id of the Flink job that the savepoint was taken of; null for an existing one.
    #[attr(computed, modifier = UseStateForUnknown)]
    pub job_id: Attr<String>,
}

/// How long to wait, as durations such as `90s`, `15m`, `1h30m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointTimeouts {
    /// For the savepoint. Default `15m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub create: Attr<String>,
    /// For deleting the files. Default `5m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub delete: Attr<String>,
}

/// What identifies a savepoint for an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct SavepointIdentity {
    /// Its path.
    #[attr(required)]
    pub path: Attr<String>,
}

/// An imported savepoint learns from the configuration what it was taken for; that is no other savepoint.
fn was_set(prior: &Value, _planned: &Value) -> bool {
    !prior.is_null()
}
