//! Programs that cannot be run, as far as it can be told without running them.

use flink::configuration::{Configuration, value};

use super::Findings;
use crate::Cluster;
use crate::configuration::{FETCHES, has_variable};
use crate::description::{Application, ClaimMode, Scheduler, Strategy};
use crate::parts::start;

/// What the description itself shows.
pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    let Some(application) = cluster.application() else { return };
    jar(cluster, &application.jar, found);
    found.invalid_if(application.parallelism == Some(0), &["parallelism"], || {
        "A job needs a parallelism of at least 1.".to_owned()
    });
    scheduler(cluster, application, found);
    claim(cluster, application, found);
    without_high_availability(cluster, application, found);
}

/// The jar has to be where the JobManager's pod finds it.
fn jar(cluster: &Cluster, jar: &str, found: &mut Findings) {
    let path = ["jar"];
    let scheme = jar.split_once(':').map(|(scheme, _)| scheme);
    let in_image = jar.strip_prefix("local://").is_some_and(|path| path.starts_with('/'));
    match scheme {
        Some("local") => found.invalid_if(!in_image, &path, || {
            format!(
                "{jar:?} is not a file of the image: write local:// and its absolute path, such as \
                 local:///opt/flink/usrlib/orders.jar."
            )
        }),
        None | Some("" | "file") => found.invalid(
            &path,
            format!(
                "{jar:?} is a file of this machine, and the pods of an application do not see it. Build it into the \
                 image and name it local:///opt/flink/usrlib/….jar, put it where Flink can fetch it (https://, \
                 s3://), or run the job on a flink_cluster, to which the provider uploads it."
            ),
        ),
        Some(_) if cluster.flink_version < FETCHES => found.invalid(
            &path,
            format!(
                "Flink {} runs an application's jar from its image only. Name it local:///opt/flink/usrlib/….jar, or \
                 take Flink 1.19 or newer, which fetches it.",
                cluster.flink_version
            ),
        ),
        Some("http") => found.invalid_if(!allows_http(cluster), &path, || {
            format!(
                "Flink fetches a jar over http:// only where flink_configuration says \
                 \"user.artifacts.raw-http-enabled\" = \"true\", because nothing tells that {jar:?} is what it was \
                 meant to be. Take https://, or set that."
            )
        }),
        Some(_) => {}
    }
    let is_split = cluster.strategy == Strategy::Standalone && jar.contains(',');
    found.invalid_if(is_split, &path, || {
        format!("Flink would take {jar:?} for several jars: write %2C in place of the comma.")
    });
}

fn allows_http(cluster: &Cluster) -> bool {
    let written = cluster.flink_configuration.get("user.artifacts.raw-http-enabled");
    written.and_then(|text| value::boolean(text)).unwrap_or(false)
}

/// Flink has reactive mode for standalone applications, and it decides the parallelism.
fn scheduler(cluster: &Cluster, application: &Application, found: &mut Findings) {
    if cluster.scheduler != Some(Scheduler::Reactive) {
        return;
    }
    found.invalid_if(cluster.strategy == Strategy::Native, &["scheduler"], || {
        "Flink has reactive mode with strategy standalone only: with native it asks for the TaskManagers itself. Set \
         scheduler = \"adaptive\", or strategy = \"standalone\"."
            .to_owned()
    });
    found.invalid_if(application.parallelism.is_some(), &["parallelism"], || {
        "In reactive mode a job is as wide as there are slots: its parallelism has no effect. Remove it, or set \
         scheduler = \"adaptive\"."
            .to_owned()
    });
}

/// The standalone-job entry point has no option for it.
fn claim(cluster: &Cluster, application: &Application, found: &mut Findings) {
    let mode = application.restore.as_ref().map(|restore| restore.claim_mode).unwrap_or_default();
    let is_standalone = cluster.strategy == Strategy::Standalone;
    found.invalid_if(
        is_standalone && mode != ClaimMode::NoClaim,
        &["restore", "claim_mode"],
        || {
            "Flink's entry point of standalone applications cannot hand the savepoint over. Leave claim_mode out: the \
             savepoint stays yours; or set strategy = \"native\"."
                .to_owned()
        },
    );
}

/// Kubernetes starts a lost JobManager again, which knows nothing but how it was started.
fn without_high_availability(cluster: &Cluster, application: &Application, found: &mut Findings) {
    let by_key = ["high-availability.type", "high-availability"];
    let is_set = |key: &&str| cluster.flink_configuration.contains_key(*key);
    if cluster.high_availability.is_some() || by_key.iter().any(is_set) {
        return;
    }
    let from = application.restore.as_ref().map_or_else(
        || "from the beginning".to_owned(),
        |restore| format!("from {}", restore.path),
    );
    let text = format!(
        "Without high availability a JobManager that is lost and comes back begins the job again {from}: what it has \
         done since then is done a second time. Set high_availability."
    );
    found.warn(&["high_availability"], text);
}

/// What the whole configuration shows: with strategy native the arguments stand
/// in the file in which a script of ours replaces variables.
pub(super) fn configured(cluster: &Cluster, configuration: &Configuration, found: &mut Findings) {
    let Some(application) = cluster.application() else { return };
    if cluster.strategy != Strategy::Native || !start::is_needed(cluster, configuration) {
        return;
    }
    if let Some(argument) = application.args.iter().find(|argument| has_variable(argument)) {
        found.invalid(
            &["args"],
            format!(
                "The argument {argument:?} would not reach the program as it is: with strategy native the arguments \
                 stand in Flink's configuration file, in which the pod replaces ${{NAME}}. Let the program read the \
                 environment, or set strategy = \"standalone\"."
            ),
        );
    }
}
