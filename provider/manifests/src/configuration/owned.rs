//! The keys that are the provider's.

use flink::configuration::Owned;

use crate::Cluster;
use crate::description::{Kind, Strategy};

const NAME: &str = "It follows from the attributes name and namespace.";
const PORT: &str =
    "The provider fixes this port, so that Services, probes and network policies can name it.";
const ADDRESS: &str = "The processes listen on the address of their pod.";
const ENDED: &str =
    "The provider fixes it, so that an application that has ended is not begun once more.";
const RESTORE: &str = "Set `restore` of the flink_job.";
const START: &str = "The attribute restore says what the program starts from.";
const CLIENT: &str = "It is how Flink's own client hands a program to its cluster, and here the provider does that: \
                      jar, args and restore say what runs.";

/// What no strategy leaves to the user.
const BOTH: &[Owned<'static>] = &[
    Owned { key: "execution.savepoint.path", instead: RESTORE },
    Owned { key: "execution.state-recovery.path", instead: RESTORE },
    Owned { key: "high-availability.cluster-id", instead: "Set high_availability.cluster_id." },
    Owned { key: "jobmanager.rpc.address", instead: NAME },
    Owned { key: "kubernetes.cluster-id", instead: NAME },
    Owned { key: "kubernetes.namespace", instead: NAME },
];

const STORE: &str = "It lies below high_availability.storage_dir, for each start by itself.";

/// What an application's own job decides; before the rest, because it says it in its own words.
const APPLICATION: &[Owned<'static>] = &[
    Owned { key: "$internal.", instead: CLIENT },
    Owned { key: "application-result-store.delete-on-commit", instead: ENDED },
    Owned { key: "application-result-store.storage-path", instead: STORE },
    Owned { key: "execution.attached", instead: ENDED },
    Owned { key: "execution.savepoint.path", instead: START },
    Owned { key: "execution.shutdown-on-application-finish", instead: ENDED },
    Owned { key: "execution.shutdown-on-attached-exit", instead: ENDED },
    Owned { key: "execution.state-recovery.path", instead: START },
    Owned { key: "execution.submit-failed-job-on-application-error", instead: ENDED },
    Owned { key: "execution.target", instead: "It follows from the attribute strategy." },
    Owned { key: "job-result-store.delete-on-commit", instead: ENDED },
    Owned { key: "job-result-store.storage-path", instead: STORE },
    Owned { key: "pipeline.jars", instead: "The attribute jar says what runs." },
];

/// What strategy standalone decides besides.
const STANDALONE: &[Owned<'static>] = &[
    Owned { key: "blob.server.port", instead: PORT },
    Owned { key: "high-availability.jobmanager.port", instead: PORT },
    Owned { key: "jobmanager.bind-host", instead: ADDRESS },
    Owned { key: "jobmanager.rpc.port", instead: PORT },
    Owned { key: "rest.address", instead: ADDRESS },
    Owned { key: "rest.bind-address", instead: ADDRESS },
    Owned { key: "rest.bind-port", instead: PORT },
    Owned {
        key: "rest.port",
        instead: "Set rest.port for the Service; the JobManager listens on 8081.",
    },
    Owned { key: "taskmanager.bind-host", instead: ADDRESS },
    Owned { key: "taskmanager.host", instead: ADDRESS },
    Owned { key: "taskmanager.rpc.port", instead: PORT },
];

/// The keys that the provider sets itself, with what to do in their place.
pub fn keys(cluster: &Cluster) -> Vec<Owned<'static>> {
    let more: &[Owned<'static>] = match cluster.strategy {
        Strategy::Standalone => STANDALONE,
        Strategy::Native => &[],
    };
    let of_kind: &[Owned<'static>] = match &cluster.kind {
        Kind::Session => &[],
        Kind::Application(_) => APPLICATION,
    };
    [of_kind, BOTH, more].concat()
}
