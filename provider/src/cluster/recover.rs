//! When jobs cannot be left to recover by themselves. Pure.

use lifecycle::flink::Version;
use terraform::{diagnostics::Diagnostic, model::Attr};

use super::{
    action::{Action, Change, OnUpdate, Open},
    model::ClusterModel,
};
use crate::diagnostic;

/// The error for a restart whose jobs would not find themselves again.
pub(super) fn refused(
    prior: &ClusterModel,
    planned: &ClusterModel,
    change: &Change,
) -> Option<Diagnostic> {
    if change.action != Action::Restart(OnUpdate::Recover) || change.open == Open::Restart {
        return None;
    }
    let (before, after) = (&prior.shared, &planned.shared);
    let (attribute, reason) = if before.strategy != after.strategy {
        ("strategy", "another strategy keeps its data of high availability elsewhere")
    } else if before.flink_version != after.flink_version {
        (
            "flink_version",
            "another version of Flink may not read the job graphs that this one has stored",
        )
    } else if before.high_availability != after.high_availability {
        ("high_availability", "the new JobManager would look for the jobs elsewhere")
    } else if before.image != after.image && !same_flink(&before.image, &after.image) {
        ("image", "the tags do not say that both images have the same version of Flink")
    } else {
        return None;
    };
    Some(diagnostic::cannot_recover(&super::goal::name(planned).to_string(), attribute, reason))
}

/// Whether two images name the same version of Flink in their tags.
fn same_flink(before: &Attr<String>, after: &Attr<String>) -> bool {
    let version = |image: &Attr<String>| tagged(image.known()?);
    version(before).is_some_and(|before| version(after) == Some(before))
}

/// The version that a tag begins with: `flink:1.20.1-java17`, `example.com:5000/flink:1.20@sha256:…`.
fn tagged(image: &str) -> Option<Version> {
    let name = image.split('@').next()?.rsplit('/').next()?;
    name.split_once(':')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_which_flink_is_in_an_image() {
        let same = |before: &str, after: &str| {
            same_flink(&Attr::Known(before.to_owned()), &Attr::Known(after.to_owned()))
        };
        assert!(same("flink:1.20.1", "example.com:5000/team/flink:1.20.1-7@sha256:ab"));
        assert!(!same("flink:1.20.1", "flink:1.20.2"));
        assert!(!same("flink:1.20.1", "orders:42"));
        assert!(!same("orders:42", "orders:43"));
        assert!(!same("example.com:5000/flink", "example.com:5000/flink"));
    }
}
