//! What a version of Flink can be asked for.
//!
//! A field that a version does not know is refused by 1.19 and older and
//! silently ignored by 1.20 and newer, so what is sent must be known to be
//! understood. Two spellings are understood by every supported version and
//! are therefore always used, with no entry here: `programArgsList` (never
//! `programArgs`) and `restoreMode` (never `claimMode`).

use crate::Version;

/// The oldest version that this crate is tested against.
pub const OLDEST: Version = Version::new(1, 18, 0);

/// What one version knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    version: Version,
}

impl Capabilities {
    /// The capabilities of `version`.
    pub const fn of(version: Version) -> Self {
        Self { version }
    }

    /// Whether the version is one that this crate is made for.
    pub fn is_supported(self) -> bool {
        self.version >= OLDEST
    }

    /// `/jobs/:id/resource-requirements` exists (the adaptive scheduler is
    /// still needed for it to be of use).
    pub fn has_resource_requirements(self) -> bool {
        self.version >= Version::new(1, 18, 0)
    }

    /// `/jars/:id/run-application` and `/applications` exist.
    pub fn has_run_application(self) -> bool {
        self.version >= Version::new(2, 3, 0)
    }

    /// Unknown fields of a request are refused rather than ignored.
    pub fn refuses_unknown_fields(self) -> bool {
        self.version < Version::new(1, 20, 0)
    }

    /// The configuration key of the default savepoint directory.
    pub fn savepoint_directory_key(self) -> &'static str {
        if self.version >= Version::new(1, 20, 0) {
            "execution.checkpointing.savepoint-dir"
        } else {
            "state.savepoints.dir"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_knows_its_own() {
        let cases = [
            ("1.17.2", false, false, false, true),
            ("1.18.1", true, true, false, true),
            ("1.19.3", true, true, false, true),
            ("1.20.5", true, true, false, false),
            ("2.0.2", true, true, false, false),
            ("2.3.0", true, true, true, false),
        ];
        for (version, supported, requirements, application, refuses) in cases {
            let known = Capabilities::of(version.parse().expect("a version"));
            assert_eq!(known.is_supported(), supported, "{version}");
            assert_eq!(known.has_resource_requirements(), requirements, "{version}");
            assert_eq!(known.has_run_application(), application, "{version}");
            assert_eq!(known.refuses_unknown_fields(), refuses, "{version}");
        }
    }

    #[test]
    fn the_savepoint_directory_was_renamed_in_1_20() {
        let key = |v: Version| Capabilities::of(v).savepoint_directory_key();
        assert_eq!(key(Version::new(1, 19, 3)), "state.savepoints.dir");
        assert_eq!(key(Version::new(1, 20, 0)), "execution.checkpointing.savepoint-dir");
    }
}
