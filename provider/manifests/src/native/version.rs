//! What changed between the versions of Flink's client: the one table.

use flink::Version;
use flink::configuration::file;

/// What a version's client does that others do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "a row of a table")]
pub(super) struct Traits {
    /// Maps that have nothing in them are written as such.
    pub(super) writes_empty_maps: bool,
    /// User artifacts are fetched into a volume, so that jars may be anywhere.
    pub(super) fetches_artifacts: bool,
    /// Annotations of the internal Service are an option.
    pub(super) annotates_internal_service: bool,
    /// Labels of both Services are options.
    pub(super) labels_services: bool,
    /// Persistent volume claims are an option.
    pub(super) mounts_claims: bool,
    /// Lists that have nothing in them are left out of the configuration.
    pub(super) leaves_out_empty_lists: bool,
    /// The options of a savepoint to start from: mode, whether state may be left, path.
    pub(super) savepoint: [&'static str; 3],
}

/// The traits of a version; a newer one has those of the newest known.
pub(super) fn traits(version: Version) -> Traits {
    let since = |major, minor| version >= Version::new(major, minor, 0);
    Traits {
        writes_empty_maps: !since(1, 18),
        fetches_artifacts: since(1, 19),
        annotates_internal_service: since(1, 20),
        labels_services: since(2, 2),
        mounts_claims: since(2, 3),
        leaves_out_empty_lists: since(2, 0),
        savepoint: if since(1, 20) {
            [
                "execution.state-recovery.claim-mode",
                "execution.state-recovery.ignore-unclaimed-state",
                "execution.state-recovery.path",
            ]
        } else {
            [
                "execution.savepoint-restore-mode",
                "execution.savepoint.ignore-unclaimed-state",
                "execution.savepoint.path",
            ]
        },
    }
}

/// The logging files of the client's `conf/` that a version ships to the pods,
/// in the order of the volume's items.
pub fn log_files(version: Version) -> &'static [&'static str] {
    if version < Version::new(2, 1, 0) {
        &["logback-console.xml", "log4j-console.properties"]
    } else {
        &[
            "logback.xml",
            "log4j.properties",
            "logback-console.xml",
            "log4j-console.properties",
            "logback-session.xml",
            "log4j-session.properties",
            "log4j-cli.properties",
        ]
    }
}

/// Whether a version reads a configuration file of this name.
pub(super) fn reads(version: Version, name: &str) -> bool {
    match name {
        file::FLINK_CONF => version < Version::new(2, 0, 0),
        file::CONFIG => version >= Version::new(1, 19, 0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trait_begins_with_its_version() {
        let count = |it: Traits| {
            [
                !it.writes_empty_maps,
                it.fetches_artifacts,
                it.annotates_internal_service,
                it.leaves_out_empty_lists,
                it.labels_services,
                it.mounts_claims,
            ]
        };
        for (version, expected) in [
            ((1, 17), [false; 6]),
            ((1, 18), [true, false, false, false, false, false]),
            ((1, 19), [true, true, false, false, false, false]),
            ((1, 20), [true, true, true, false, false, false]),
            ((2, 0), [true, true, true, true, false, false]),
            ((2, 1), [true, true, true, true, false, false]),
            ((2, 2), [true, true, true, true, true, false]),
            ((2, 3), [true; 6]),
            ((2, 9), [true; 6]),
        ] {
            let (major, minor) = version;
            assert_eq!(count(traits(Version::new(major, minor, 1))), expected, "{version:?}");
        }
    }

    #[test]
    fn both_files_are_read_in_between() {
        for (version, old, new) in [
            (Version::new(1, 18, 1), true, false),
            (Version::new(1, 19, 0), true, true),
            (Version::new(1, 20, 5), true, true),
            (Version::new(2, 0, 0), false, true),
        ] {
            assert_eq!(reads(version, file::FLINK_CONF), old, "{version}");
            assert_eq!(reads(version, file::CONFIG), new, "{version}");
        }
    }
}
