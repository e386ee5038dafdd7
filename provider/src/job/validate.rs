//! Rules on what a user writes for a job, checked before anything is planned.
//!
//! Unknown values are skipped: they are checked again when they are known.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    meaning,
    model::Attr,
    path::Path,
    value::{Number, Value},
};
use url::Url;

use super::{
    application,
    model::{Jar, JobModel, Restore, Upgrade},
};
use crate::location;

/// A name that can be part of an id and be shown in one line.
pub fn job_name(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(name) = value else { return };
    let wrong = name.trim().is_empty() || name.chars().any(char::is_control) || name.len() > 255;
    if wrong {
        let summary = format!("{name:?} is not a name for a job");
        let detail =
            "A name has 1 to 255 characters, at least one of them not a space, and no line breaks.";
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
}

/// The address of a REST endpoint, without credentials, which would be stored and shown.
pub fn rest_url(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    let problem = match Url::parse(text) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            Some("It must start with http:// or https://.")
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => Some(
            "A user name or password in it would be stored in the state and shown in every plan. Set rest.username and rest.password of the provider instead.",
        ),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            Some("It must have neither a query nor a fragment: Flink's paths are appended to it.")
        }
        Ok(_) => None,
        Err(_) => Some("It must be a URL such as https://flink.example.com:8081."),
    };
    if let Some(detail) = problem {
        let summary = "Not the address of a JobManager's REST endpoint";
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
}

/// A place that the provider can fetch a jar from. Where Flink fetches it, Flink's rules hold.
fn jar_uri(config: &JobModel) -> Option<Diagnostic> {
    let text = config.jar.known()?.uri.known().filter(|_| config.application.is_null())?;
    let fetchable = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !fetchable {
        let summary = "A jar cannot be fetched from there";
        let detail = format!(
            "{text:?} is not an http or https URL. For a file on this machine set jar.path; a file in an object store needs a signed https URL."
        );
        return Some(Diagnostic::error(summary, detail).at(Path::attribute("jar").child("uri")));
    }
    None
}

/// 64 hexadecimal digits.
pub fn sha256(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let detail = "A SHA-256 has 64 hexadecimal digits, as sha256sum and filesha256() print it.";
        found.push(Diagnostic::error("Not a SHA-256", detail).at(path.clone()));
    }
}

/// What Flink takes as a parallelism.
pub fn parallelism(value: &Value, path: &Path, found: &mut Diagnostics) {
    let fits = |number: &i64| (1..=32_768).contains(number);
    match value {
        Value::Number(Number::Integer(number)) if fits(number) => {}
        Value::Number(_) => {
            let detail = "Flink runs between 1 and 32768 parallel subtasks. Leave it out for the cluster's default.";
            found.push(Diagnostic::error("Not a parallelism", detail).at(path.clone()));
        }
        Value::Null
        | Value::Unknown(_)
        | Value::Bool(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Mapping(_)
        | Value::Dynamic(_) => {}
    }
}

/// Whether two sets of options say the same, each value in its own spelling (`60s`, `1 min`).
pub fn same_options(one: &Value, other: &Value) -> bool {
    let (Value::Mapping(one), Value::Mapping(other)) = (one, other) else { return one == other };
    let means_the_same = |value: &Value, other: &Value| {
        value == other || meaning::duration(value, other) || meaning::memory_size(value, other)
    };
    one.len() == other.len()
        && one
            .iter()
            .all(|(key, value)| other.get(key).is_some_and(|other| means_the_same(value, other)))
}

/// Rules over several attributes of a job.
pub fn job(config: &JobModel) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.extend(location::conflicting(&config.cluster, &config.rest_url));
    found.extend(config.jar.known().and_then(jar_source));
    found.extend(jar_uri(config));
    found.extend(application::validate::validated(config));
    found.extend(config.restore.known().and_then(restore));
    found.extend(config.upgrade.known().and_then(|upgrade| drained_last_state(config, upgrade)));
    found.extend(never_changeable(config));
    let keys = config.flink_configuration.known().into_iter().flat_map(|options| options.keys());
    found.extend(keys.filter_map(|key| owned_key(key)));
    found
}

fn jar_source(jar: &Jar) -> Option<Diagnostic> {
    match (&jar.path, &jar.uri) {
        (Attr::Null, Attr::Null) => Some(
            Diagnostic::error(
                "No jar is named",
                "Set jar.path to a file on this machine, or jar.uri to an http or https URL.",
            )
            .at(Path::attribute("jar")),
        ),
        (Attr::Known(_), Attr::Known(_)) => Some(
            Diagnostic::error(
                "Two jars are named",
                "jar.path and jar.uri exclude each other: a job runs one program. Remove one of them.",
            )
            .at(Path::attribute("jar")),
        ),
        (Attr::Null | Attr::Unknown | Attr::Known(_), _) => None,
    }
}

fn restore(restore: &Restore) -> Option<Diagnostic> {
    match (restore.from.known().map(String::as_str), &restore.path) {
        (Some("savepoint"), Attr::Null) => Some(
            Diagnostic::error(
                "restore does not say which savepoint",
                "restore.from is \"savepoint\" and restore.path is not set. Set restore.path to a savepoint or retained checkpoint, or restore.from = \"latest\" for the newest that is known.",
            )
            .at(Path::attribute("restore")),
        ),
        (Some(from @ ("latest" | "none")), Attr::Known(path)) => Some(
            Diagnostic::error(
                "restore contradicts itself",
                format!(
                    "restore.path names {path}, and restore.from = {from:?} would not use it. Set restore.from = \"savepoint\" to start from that path, or remove restore.path."
                ),
            )
            .at(Path::attribute("restore")),
        ),
        (None, Attr::Known(path)) if restore.from.is_null() => Some(
            Diagnostic::error(
                "restore.path without restore.from",
                format!(
                    "restore.path names {path}, but restore.from is not set and defaults to \"latest\", which would not use it. Add restore.from = \"savepoint\"."
                ),
            )
            .at(Path::attribute("restore")),
        ),
        _ => None,
    }
}

fn drained_last_state(config: &JobModel, upgrade: &Upgrade) -> Option<Diagnostic> {
    let mode = config.upgrade_mode.known().map(String::as_str);
    if upgrade.drain != Attr::Known(true) || !matches!(mode, Some("last_state" | "stateless")) {
        return None;
    }
    let detail = "upgrade.drain ends the sources before a savepoint, and this upgrade_mode takes none. Set upgrade_mode = \"savepoint\" or remove upgrade.drain.";
    let at = Path::attribute("upgrade");
    Some(Diagnostic::error("Nothing to drain into", detail).at(at))
}

fn never_changeable(config: &JobModel) -> Option<Diagnostic> {
    let stateless = config.upgrade_mode.known().is_some_and(|mode| mode == "stateless");
    if !stateless || config.prevent_state_loss != Attr::Known(true) {
        return None;
    }
    let detail = "upgrade_mode = \"stateless\" discards the state with every change, and prevent_state_loss = true refuses each plan that would. Set upgrade_mode = \"savepoint\", or prevent_state_loss = false to accept the loss.";
    Some(
        Diagnostic::error("upgrade_mode and prevent_state_loss contradict each other", detail)
            .at(Path::attribute("upgrade_mode")),
    )
}

/// Options that have an attribute of their own, with the attribute. Set twice, one would silently win.
const OWNED: [(&str, &str); 10] = [
    ("parallelism.default", "parallelism"),
    ("pipeline.name", "name"),
    ("pipeline.jars", "jar"),
    ("$internal.pipeline.job-id", "name"),
    ("execution.savepoint.path", "restore.path"),
    ("execution.savepoint.ignore-unclaimed-state", "restore.allow_non_restored_state"),
    ("execution.savepoint-restore-mode", "restore.claim_mode"),
    ("execution.state-recovery.path", "restore.path"),
    ("execution.state-recovery.ignore-unclaimed-state", "restore.allow_non_restored_state"),
    ("execution.state-recovery.claim-mode", "restore.claim_mode"),
];

fn owned_key(key: &str) -> Option<Diagnostic> {
    let (_, attribute) = OWNED.into_iter().find(|(owned, _)| *owned == key)?;
    let summary = format!("Option {key:?} is set through another attribute");
    let detail = format!(
        "The provider sets this option itself when it starts the job. Remove it from flink_configuration and set {attribute} instead."
    );
    Some(Diagnostic::error(summary, detail).at(Path::attribute("flink_configuration")))
}

#[cfg(test)]
mod tests;
