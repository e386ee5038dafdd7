//! Messages about a job's jar.

use std::error::Error;

use terraform::{diagnostics::Diagnostic, path::Path};

use crate::job::jar::JarError;

use super::told;

/// Terraform finds the line of a top-level attribute, and of no deeper one.
fn at() -> Path {
    Path::attribute("jar")
}

/// A local file that cannot be submitted.
pub fn jar_error(error: &JarError) -> Diagnostic {
    let nothing = "Nothing has been changed.";
    let (summary, detail) = match error {
        JarError::Missing { path } => (
            format!("No jar at {path:?}"),
            told(
                format!(
                    "The file {path:?} does not exist, and no hash of an earlier apply stands in for it."
                ),
                nothing,
                "Build the jar first, or correct jar.path; relative paths start at the directory that Terraform runs in, so \"${path.module}/…\" is safer.",
            ),
        ),
        JarError::Unreadable { path, source } => (
            format!("The jar {path:?} cannot be read"),
            told(
                format!("Reading {path:?} failed: {}.", chain(source)),
                nothing,
                "Give the user that runs Terraform the right to read it, or correct jar.path.",
            ),
        ),
        JarError::NotAJar { path } => (
            format!("{path:?} is not a jar"),
            told(
                "The file does not start as a zip archive does, which every jar is.",
                nothing,
                "Point jar.path at the built jar (with Maven usually target/<name>.jar). An unfinished download or a Git LFS pointer also looks like this.",
            ),
        ),
    };
    Diagnostic::error(summary, detail).at(at())
}

/// A jar that is not here now, whose recorded hash is kept.
pub fn jar_is_recorded(path: &str, hash: &str) -> Diagnostic {
    let summary = format!("No jar at {path:?}: taken to be unchanged");
    let detail = told(
        format!("The file is not here, so the plan keeps its recorded hash {hash}."),
        "A new content of it, if there is one, is not part of this plan.",
        "For a plan that only looks for drift this is fine. Before an apply that is to bring a new version, build the jar.",
    );
    Diagnostic::warning(summary, detail).at(at())
}

/// A jar whose content is not what the configuration says it must be.
pub fn hash_differs(wanted: &str, found: &str) -> Diagnostic {
    let detail = told(
        format!("jar.sha256 is {wanted}, the content has {found}."),
        "Nothing has been changed.",
        "If the new content is right, update jar.sha256 (or leave it out with jar.path, where the provider computes it).",
    );
    Diagnostic::error("The jar is not the one that jar.sha256 names", detail).at(at())
}

/// A local jar that is another one than the plan was made for.
pub fn changed_since_plan(path: &str, planned: &str, found: &str) -> Diagnostic {
    let detail = told(
        format!("{path:?} had the SHA-256 {planned} when the plan was made and has {found} now."),
        "Nothing has been changed.",
        "Plan again, so that what is applied is what was looked at.",
    );
    Diagnostic::error("The jar has changed since the plan", detail).at(at())
}

/// A jar that could not be fetched.
pub fn not_fetched(error: &dyn Error) -> Diagnostic {
    let detail = told(
        format!("{}.", chain(error)),
        "Nothing has been changed; a job that ran still runs.",
        "Correct jar.uri, or make the jar reachable from the machine that Terraform runs on.",
    );
    Diagnostic::error("The jar cannot be fetched", detail).at(at())
}

/// A jar behind a URL whose changes cannot be seen.
pub fn uri_without_hash() -> Diagnostic {
    let detail = told(
        "jar.uri is set without jar.sha256.",
        "The provider fetches the jar at apply; a change of its content under the same URL is not noticed and not deployed.",
        "Set jar.sha256, or put a version into the URL.",
    );
    Diagnostic::warning("Changes of this jar are invisible", detail).at(at())
}

/// An error and its causes, outermost first, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
