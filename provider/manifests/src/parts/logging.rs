//! The logging files of the processes.

use std::collections::BTreeMap;

use crate::Cluster;

/// What Log4j 2, the distribution's logger, reads in a container.
pub(crate) const LOG4J: &str = "log4j-console.properties";

/// What Logback reads, in an image that has it.
pub(crate) const LOGBACK: &str = "logback-console.xml";

/// The logging files by name: the newest distribution's own, to the console and
/// to a rolling file that the web interface shows, read again every 30 seconds;
/// the user's in their place.
///
/// The files of the versions before differ in two lines (the level by an
/// environment variable, a logger for Python): this one serves them all.
pub(crate) fn files(cluster: &Cluster) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([
        (LOG4J.to_owned(), include_str!("logging/log4j-console.properties").to_owned()),
        (LOGBACK.to_owned(), include_str!("logging/logback-console.xml").to_owned()),
    ]);
    files.extend(cluster.log_configuration.clone());
    files
}

/// Whether a running process looks at a logging file again when its text is this.
pub(crate) fn is_read_again(name: &str, text: &str) -> bool {
    match name {
        LOG4J => text.lines().any(|line| seconds(line).is_some_and(|seconds| seconds > 0)),
        LOGBACK => text.contains("scan=\"true\""),
        _ => false,
    }
}

/// The value of Log4j's `monitorInterval`, if a line sets it.
fn seconds(line: &str) -> Option<u32> {
    let (key, value) = line.split_once(['=', ':'])?;
    if key.trim() == "monitorInterval" { value.trim().parse().ok() } else { None }
}
