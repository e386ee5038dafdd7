//! What `flink run` says about an application, as options.

use flink::configuration::{Configuration, value};

use super::version::traits;
use crate::Invalid;
use crate::description::ClaimMode;

/// An application: a program that the cluster runs itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Where the jar is: `local://` in the image; anywhere since Flink 1.19.
    pub jar: String,
    /// The class whose `main` runs; `None` takes the one of the jar's manifest.
    pub entry_class: Option<String>,
    /// The program's arguments.
    pub arguments: Vec<String>,
    /// URLs that the program's class path has besides.
    pub classpaths: Vec<String>,
    /// `parallelism.default`; `None` leaves it to the configuration.
    pub parallelism: Option<u32>,
    /// The savepoint or checkpoint to start from.
    pub savepoint: Option<String>,
    /// Whether state that no operator takes may be left behind.
    pub allow_non_restored_state: bool,
    /// What becomes of the savepoint.
    pub claim_mode: ClaimMode,
    /// Whether the client does not wait for the application's end.
    pub detached: bool,
    /// Whether the cluster ends with a client that waits.
    pub shutdown_on_attached_exit: bool,
}

/// Writes an application into a configuration; it wins over what is there.
///
/// `drops_empty` says that the file cannot tell an empty list from none.
pub(super) fn configure(
    configuration: &mut Configuration,
    application: &Application,
    version: flink::Version,
    drops_empty: bool,
) {
    let traits = traits(version);
    let mut set = |key: &str, value: String| configuration.insert(key.to_owned(), value);
    if let Some(class) = &application.entry_class {
        set("$internal.application.main", class.clone());
    }
    let lists = [
        ("$internal.application.program-args", &application.arguments),
        ("pipeline.classpaths", &application.classpaths),
    ];
    let mut unset = Vec::new();
    for (key, list) in lists {
        if !list.is_empty() {
            set(key, value::write_list(list));
        } else if !traits.leaves_out_empty_lists {
            if drops_empty {
                unset.push(key);
            } else {
                set(key, "[]".to_owned());
            }
        }
    }
    set("pipeline.jars", value::write_list(std::slice::from_ref(&application.jar)));
    set("execution.attached", (!application.detached).to_string());
    set("execution.shutdown-on-attached-exit", application.shutdown_on_attached_exit.to_string());
    let [mode, ignore, path] = traits.savepoint;
    set(mode, application.claim_mode.word().to_owned());
    set(ignore, application.allow_non_restored_state.to_string());
    if let Some(savepoint) = &application.savepoint {
        set(path, savepoint.clone());
    }
    if let Some(parallelism) = application.parallelism {
        set("parallelism.default", parallelism.to_string());
    }
    for key in unset {
        configuration.remove(key);
    }
}

/// What is wrong with an application for a version of Flink.
pub(super) fn check(application: &Application, version: flink::Version) -> Vec<Invalid> {
    let scheme = application.jar.split_once(':').map(|(scheme, _)| scheme);
    let is_fetched = traits(version).fetches_artifacts;
    match scheme {
        Some("local") => Vec::new(),
        Some(_) | None if is_fetched => Vec::new(),
        Some(_) | None => vec![Invalid::at(
            &["jar"],
            "Flink before 1.19 runs an application's jar from its image only: name it \
             local:///opt/flink/usrlib/….jar, or take a newer Flink.",
        )],
    }
}
