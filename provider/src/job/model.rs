//! The attributes of `flink_job`: schema, decoder, encoder and documentation in one struct.
//!
//! Defaults that are only resolved when a goal is built (those inside `upgrade` and `restore`)
//! stand in `goal.rs` and in the text of their attribute; they are not written into the state.

use std::collections::BTreeMap;

use terraform::{
    meaning,
    model::{Attr, Model},
    validate,
};

use super::{application::model::OwnCluster, validate as job_validate};
use crate::cluster::reference;

/// A Flink job: what should run, and how its state survives every change.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub struct JobModel {
    /// `namespace/cluster/name` of a job on a `cluster`, `namespace/name` of an `application`'s cluster, else `<origin>#<name>` with the origin of the JobManager's REST endpoint. It survives upgrades; the id that Flink gave is `job_id`.
    #[attr(computed)]
    pub id: Attr<String>,
    /// Name of the job, unique on its cluster; also shown in Flink's web UI. A new name stops the job with a savepoint and starts it under the new name from there: nothing is lost.
    #[attr(required, on_change = "upgrade", validate = [job_validate::job_name])]
    pub name: Attr<String>,
    /// The cluster on Kubernetes that the job runs on: `ref` of a `flink_cluster`, or `namespace/name` of any Flink there (our cluster of that name, else the Service `<name>-rest`, else the Service `<name>` with a port for REST). With a `ref` the job follows its cluster: where a change restarts the cluster, the job is stopped with a savepoint and started again from it, and the plan says so. Without a revision it does not follow, and keeps its cluster from restarting. Another cluster moves the job there with its state. Excludes `rest_url`.
    #[attr(optional, on_change = "upgrade", validate = [reference::validate])]
    pub cluster: Attr<String>,
    /// URL of the JobManager's REST endpoint, for example `https://flink.example.com:8081`. Default: `rest.url` of the provider. A new address of another cluster moves the job there: it is stopped with a savepoint and started from that savepoint on the new cluster, which must be able to read it. Excludes `cluster`.
    #[attr(optional, on_change = "upgrade", validate = [job_validate::rest_url])]
    pub rest_url: Attr<String>,
    /// A cluster of the job's own, described like a `flink_cluster`, whose image has the program or which fetches it (`jar.uri`); it comes and goes with the job. A change of what only new pods take up is an upgrade of the job ("restarts the cluster", below), everything else is made in place. A job that gets a cluster of its own, another one, or leaves it, moves there with its state. Excludes `cluster` and `rest_url`.
    #[attr(optional, on_change = "upgrade")]
    pub application: Attr<OwnCluster>,
    /// The program. Its content decides: an equal file under another path changes nothing, another content under the same path is an upgrade.
    #[attr(required, on_change = "upgrade")]
    pub jar: Attr<Jar>,
    /// Arguments of the program's `main`, one per element. A change is an upgrade. They are stored in plain text in the state and can be read on the cluster: no secrets here.
    #[attr(optional, on_change = "upgrade")]
    pub args: Attr<Vec<String>>,
    /// Number of parallel subtasks. Default: the cluster's `parallelism.default`, else 1. A change is made in place where the cluster's scheduler is adaptive, else it is an upgrade. A program that sets its own parallelism wins over this, with a warning.
    #[attr(optional, on_change = "rescale", validate = [job_validate::parallelism])]
    pub parallelism: Attr<i64>,
    /// Flink options of this job alone, for example `execution.checkpointing.interval = "60s"`. A change is an upgrade. They are stored in plain text in the state and can be read on the cluster: no secrets here. Checkpoints are kept after a cancellation unless `execution.checkpointing.externalized-checkpoint-retention` is set here.
    #[attr(optional, same = job_validate::same_options, on_change = "upgrade")]
    pub flink_configuration: Attr<BTreeMap<String, String>>,
    /// `running` (default) or `suspended`. `suspended` stops the job and keeps its state; back to `running` starts it from there. A refresh also writes `failed`, `canceled`, `finished` or `missing` here, so that a job that died shows as a difference.
    #[attr(optional, computed, default = "running", one_of = ["running", "suspended"], on_change = "upgrade")]
    pub state: Attr<String>,
    /// How state is carried over when the job must be restarted: `savepoint` (default) stops it with a savepoint; `last_state` cancels it and starts from its newest completed checkpoint; `stateless` **discards the state**. A change alone restarts nothing.
    #[attr(optional, computed, default = "savepoint", one_of = ["savepoint", "last_state", "stateless"], on_change = "in_place")]
    pub upgrade_mode: Attr<String>,
    /// How an upgrade is carried out. A change alone restarts nothing.
    #[attr(optional, on_change = "in_place")]
    pub upgrade: Attr<Upgrade>,
    /// What the job starts from the first time, and whenever `from` or `path` of it change to another value, or `restart_trigger` does. A plain upgrade, a move or a repair always uses the newest state. Removing it does nothing.
    #[attr(optional, on_change = "upgrade")]
    pub restore: Attr<Restore>,
    /// Any values; a change restarts the job: from `restore` if that is set, else as an upgrade without other changes.
    #[attr(optional, on_change = "upgrade")]
    pub restart_trigger: Attr<BTreeMap<String, String>>,
    /// What happens to the running job on destroy: `savepoint` (default) stops it with a savepoint and prints the path; `cancel` ends it at once; `keep_running` only forgets it. A job that has already ended never blocks the destroy.
    #[attr(optional, computed, default = "savepoint", one_of = ["savepoint", "cancel", "keep_running"], on_change = "in_place")]
    pub on_destroy: Attr<String>,
    /// Whether a plan that would discard state is refused (default `false`). With it, a first start must say what it starts from where nobody can look into the storage, because without a record "new" cannot be told from "forgotten": `restore = { from = "none" }`. So it is always with an `application`, whose storage its own JobManager alone can look into.
    #[attr(optional, computed, default = false, on_change = "in_place")]
    pub prevent_state_loss: Attr<bool>,
    /// Whether the job is expected to end by itself (default `false`). A bounded job that has finished is no difference; an unbounded one is.
    #[attr(optional, computed, default = false, on_change = "in_place")]
    pub bounded: Attr<bool>,
    /// How long the provider waits for each operation. What is under way when the time is over goes on in Flink; the next apply takes it up.
    #[attr(optional, on_change = "in_place")]
    pub timeouts: Attr<Timeouts>,
    /// What this apply does to the job and its data, for example `stateful upgrade (savepoint): jar, parallelism`. After an apply, what the last one did. Policies can gate on it: the words `STATE WILL BE DISCARDED` stand in it exactly when state is given up.
    #[attr(computed)]
    pub planned_action: Attr<String>,
    /// The id that Flink knows the job by: 32 hexadecimal digits, another one after each restart by Terraform.
    #[attr(computed)]
    pub job_id: Attr<String>,
    /// Path of the newest savepoint that this resource has taken of the job.
    #[attr(computed)]
    pub last_savepoint_path: Attr<String>,
    /// Path of the savepoint or checkpoint that the job was last started from; null when it started empty.
    #[attr(computed)]
    pub restored_from: Attr<String>,
    /// SHA-256 of the jar that was last submitted, in hexadecimal; with an `application`, `jar.sha256`.
    #[attr(computed)]
    pub jar_sha256: Attr<String>,
    /// With an `application`, how its cluster stands: `ready`, or in words what somebody has changed in its objects, which the next apply puts right: in place, or by a stateful upgrade where that takes new pods. Null while no cluster stands, and without an `application`.
    #[attr(computed)]
    pub cluster_status: Attr<String>,
}

/// Where the program comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Jar {
    /// Path of a local jar file. Exactly one of `path` and `uri` is set. When the file is missing at plan, its recorded hash is kept and a warning says so; on the first start it is an error.
    #[attr(optional, on_change = "in_place")]
    pub path: Attr<String>,
    /// `http` or `https` URL of a jar; the provider fetches it at apply. With an `application` it is where Flink itself finds the jar: `local:///opt/flink/usrlib/….jar` in the image, or a URL that Flink fetches. Without `sha256` a change of its content is not noticed.
    #[attr(optional, on_change = "in_place")]
    pub uri: Attr<String>,
    /// SHA-256 that the content must have, 64 hexadecimal digits. With `uri` it is what makes a new content visible in the plan.
    #[attr(optional, on_change = "in_place", validate = [job_validate::sha256])]
    pub sha256: Attr<String>,
    /// Fully qualified name of the class whose `main` is run. Default: the jar's manifest says. A change is an upgrade.
    #[attr(optional, on_change = "upgrade")]
    pub entry_class: Attr<String>,
}

/// How an upgrade is carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Upgrade {
    /// Directory for savepoints. Default: the job's or the cluster's `execution.checkpointing.savepoint-dir`. The provider writes each savepoint into a directory of its own below it. JobManager and TaskManagers must reach it.
    #[attr(optional)]
    pub savepoint_dir: Attr<String>,
    /// `canonical` (default) can be read with every state backend; `native` is faster to write and read with large state.
    #[attr(optional, one_of = ["canonical", "native"])]
    pub format: Attr<String>,
    /// Whether sources are ended and all windows fire before the savepoint (default `false`). Right for a job that will not go on; wrong for an upgrade, which would give results of incomplete windows.
    #[attr(optional)]
    pub drain: Attr<bool>,
    /// `dry_run` (default): before the old version stops, the new jar's plan is built in the JobManager and it is checked whether the state will fit. That runs its `main()` there, and is left out, with a warning, where a `System.exit` in it would end the JobManager: see `cluster.intercept-user-system-exit`, which a `flink_cluster` with strategy `standalone` sets to `THROW`. `none`: no check; what is wrong shows after the stop, and the old version is then started again. With an `application` `none` is the default; `dry_run` runs a second JobManager of the new image for some seconds, the pod `<cluster>-scout` with the JobManager's resources, configuration and volumes: an image that cannot be pulled, a JobManager or a `main()` that fails, and state that does not fit are told while the old version runs. Where there is no room for both, or Flink fetches the jar itself, a warning says that nothing was checked.
    #[attr(optional, one_of = ["dry_run", "none"])]
    pub verify: Attr<String>,
    /// When the new version does not start: `auto` (default) starts the old one again from the same savepoint as long as that cannot double output; `required` refuses an upgrade that could not be rolled back; `never` stops nothing more and starts nothing: the old version stays stopped, and Flink goes on trying the new one.
    #[attr(optional, one_of = ["auto", "required", "never"])]
    pub rollback: Attr<String>,
    /// When the savepoint fails: `none` (default) leaves the old version running and reports the error; `last_checkpoint` cancels the job and goes on from its newest completed checkpoint.
    #[attr(optional, one_of = ["none", "last_checkpoint"])]
    pub fallback: Attr<String>,
    /// How long all tasks of the new version must run without a restart before the upgrade counts as done. Default `0s`: running once is enough.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub stable_for: Attr<String>,
    /// Whether the upgrade also waits for the first checkpoint of the new version (default `false`), the strongest proof that it works. Needs checkpointing.
    #[attr(optional)]
    pub require_checkpoint: Attr<bool>,
}

/// What a job starts from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Restore {
    /// `latest` (default): the newest state that is known of a job of this name, or empty if there is none; `savepoint`: the one at `path`; `none`: empty, **discarding state**.
    #[attr(optional, one_of = ["latest", "savepoint", "none"])]
    pub from: Attr<String>,
    /// Path of a savepoint or retained checkpoint. Needs `from = "savepoint"`.
    #[attr(optional)]
    pub path: Attr<String>,
    /// Whether state that no operator of the new program claims is dropped (default `false`: such a start is refused). Holds for upgrades too.
    #[attr(optional, on_change = "in_place")]
    pub allow_non_restored_state: Attr<bool>,
    /// Who owns the restored files afterwards: `no_claim` (default) leaves them alone; `claim` lets Flink delete them when it no longer needs them; `legacy` is Flink's old behaviour, gone in 2.x. Savepoints that Terraform took are never claimed.
    #[attr(optional, one_of = ["no_claim", "claim", "legacy"], on_change = "in_place")]
    pub claim_mode: Attr<String>,
}

/// How long to wait, as durations such as `90s`, `15m`, `1h30m`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Timeouts {
    /// For the first start. Default `15m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub create: Attr<String>,
    /// For every change. Default `30m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub update: Attr<String>,
    /// For the stop on destroy, the final savepoint included. Default `15m`.
    #[attr(optional, same = meaning::duration, validate = [validate::duration])]
    pub delete: Attr<String>,
}
