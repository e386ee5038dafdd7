//! The command line of the standalone-job entry point.

use flink::Version;

use crate::Cluster;
use crate::configuration::FETCHES;
use crate::description::{Application, Restore};

/// What follows the entry point's name: options of Flink, then the program's own
/// arguments, which nothing reads as options.
///
/// A savepoint is never claimed: the entry point has no option for it.
pub(super) fn arguments(cluster: &Cluster, application: &Application) -> Vec<String> {
    let mut words = vec!["--job-id".to_owned(), application.job_id.clone()];
    if let Some(class) = &application.entry_class {
        words.extend(["--job-classname".to_owned(), class.clone()]);
    }
    words.extend(jar(cluster.flink_version, &application.jar));
    words.extend(application.restore.as_ref().map(restore).unwrap_or_default());
    if !application.args.is_empty() {
        words.push("--".to_owned());
        words.extend(application.args.iter().cloned());
    }
    words.iter().map(|word| literal(word)).collect()
}

/// Before 1.19 the program is found on the class path.
fn jar(version: Version, jar: &str) -> Vec<String> {
    if version < FETCHES { Vec::new() } else { vec!["--jars".to_owned(), jar.to_owned()] }
}

fn restore(restore: &Restore) -> Vec<String> {
    let Restore { path, allow_non_restored_state, claim_mode: _ } = restore;
    let mut words = vec!["--fromSavepoint".to_owned(), path.clone()];
    if *allow_non_restored_state {
        words.push("--allowNonRestoredState".to_owned());
    }
    words
}

/// A word in which Kubernetes replaces no `$(NAME)`.
fn literal(word: &str) -> String {
    word.replace('$', "$$")
}

#[cfg(test)]
mod tests;
