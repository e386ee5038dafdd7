//! Where savepoints go, so that a listing finds them when memory is gone.
//!
//! ```text
//! <root>/<name>-<8 digits of the owner>/<job id>/<attempt>/savepoint-…/_metadata
//! ```
//!
//! Flink chooses the last name itself, hence one directory per operation.
//! `_metadata` is written last: a directory without it was given up.

use flink::JobId;

use crate::job::ids::Owner;

/// The directory of all savepoints that an owner's jobs were stopped with.
pub fn home(root: &str, owner: &Owner) -> String {
    format!("{}/{}", root.trim_end_matches('/'), owner.label())
}

/// The directory of one attempt to stop a job.
pub fn of_stop(root: &str, owner: &Owner, job: &JobId, attempt: u32) -> String {
    format!("{}/{job}/{attempt}", home(root, owner))
}

/// The directory of one attempt to take a savepoint of a running job.
///
/// It lies beside those of the stops: such a savepoint, too, is state from
/// which a forgotten job can go on.
pub fn of_savepoint(root: &str, owner: &Owner, job: &JobId, key: &str, attempt: u32) -> String {
    let key = &crate::job::ids::digest(&[key])[..8];
    format!("{}/{job}/savepoint-{key}-{attempt}", home(root, owner))
}

/// The directory of one job's checkpoints.
pub fn of_checkpoints(root: &str, job: &JobId) -> String {
    format!("{}/{job}", root.trim_end_matches('/'))
}

/// Whether two texts name one path: `file:/x`, `file:///x` and `/x` do, with
/// or without a slash or `_metadata` at the end.
pub fn same(one: &str, other: &str) -> bool {
    normal(one) == normal(other)
}

fn normal(path: &str) -> String {
    let path = path.strip_suffix("/_metadata").unwrap_or(path).trim_end_matches('/');
    match path.strip_prefix("file:") {
        Some(rest) => format!("/{}", rest.trim_start_matches('/')),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_path_are_the_same() {
        for (one, other, expected) in [
            ("file:/a/b", "file:///a/b/", true),
            ("file:/a/b", "/a/b/_metadata", true),
            ("s3://a/b", "s3://a/b/", true),
            ("s3://a/b", "s3:/a/b", false),
            ("file:/a/b", "file:/a/c", false),
        ] {
            assert_eq!(same(one, other), expected, "{one} {other}");
        }
    }
}
