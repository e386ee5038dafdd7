//! Proves from what a test job wrote that every record was counted exactly once.
//!
//! The job reads the numbers 1, 2, 3, … in as many splits as its source had subtasks at its first
//! start, and writes `key,count,sequence,generation[,xTotal]` for each. So, if nothing was lost and
//! nothing doubled, over all generations together: every sequence number is there once, the numbers
//! form one unbroken run for each split, and the counts of each key are 1 to n.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

/// One record that the job wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The key it was counted under.
    pub key: u64,
    /// How many records of that key there were, with this one.
    pub count: u64,
    /// The number itself.
    pub sequence: u64,
    /// The job's argument `--generation`.
    pub generation: String,
    /// The count of the operator that only version 2 has.
    pub total: Option<u64>,
}

/// Why an output is no proof.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is nothing to prove anything by.
    #[error("the job wrote nothing")]
    Empty,
    /// Records were processed more than once.
    #[error("{count} sequence numbers were written more than once, the first is {first}")]
    Doubled {
        /// How many.
        count: usize,
        /// The smallest.
        first: u64,
    },
    /// Records were skipped.
    #[error("{found} runs of sequence numbers where {expected} splits were read: {starts:?}")]
    Gap {
        /// Unbroken runs in the output.
        found: usize,
        /// How many there must be.
        expected: usize,
        /// Where each run starts.
        starts: Vec<u64>,
    },
    /// State of a key was lost or is older than the source's position.
    #[error("the counts of key {key} are not 1 to {records}: {missing} is missing")]
    Miscounted {
        /// The key.
        key: u64,
        /// How many records it has.
        records: u64,
        /// The smallest count that is not there.
        missing: u64,
    },
}

/// The lines of a file sink; a missing file has none, an unfinished last line is left out.
pub fn file(path: &Path) -> io::Result<Vec<Line>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(lines(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The lines that a transactional sink has committed below `folder`.
pub fn committed(folder: &Path) -> io::Result<Vec<Line>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder.join("committed")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        found.extend(lines(&fs::read_to_string(entry?.path())?));
    }
    Ok(found)
}

fn lines(text: &str) -> Vec<Line> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Line> {
    let mut columns = line.split(',');
    Some(Line {
        key: columns.next()?.parse().ok()?,
        count: columns.next()?.parse().ok()?,
        sequence: columns.next()?.parse().ok()?,
        generation: columns.next()?.to_owned(),
        total: columns.next().and_then(|total| total.strip_prefix('x')?.parse().ok()),
    })
}

/// Checks that `lines` hold every record of `splits` splits once, with nothing left out.
///
/// # Errors
/// The first [`Flaw`] that was found.
pub fn exactly_once(lines: &[Line], splits: usize) -> Result<(), Flaw> {
    if lines.is_empty() {
        return Err(Flaw::Empty);
    }
    no_doubles(lines)?;
    no_gaps(lines, splits)?;
    counts_go_on(lines)
}

fn no_doubles(lines: &[Line]) -> Result<(), Flaw> {
    let mut seen = BTreeSet::new();
    let doubled: BTreeSet<u64> =
        lines.iter().map(|line| line.sequence).filter(|sequence| !seen.insert(*sequence)).collect();
    doubled
        .first()
        .map_or(Ok(()), |first| Err(Flaw::Doubled { count: doubled.len(), first: *first }))
}

fn no_gaps(lines: &[Line], expected: usize) -> Result<(), Flaw> {
    let sequences: BTreeSet<u64> = lines.iter().map(|line| line.sequence).collect();
    let starts: Vec<u64> =
        sequences.iter().copied().filter(|sequence| !sequences.contains(&(sequence - 1))).collect();
    if starts.len() == expected {
        return Ok(());
    }
    Err(Flaw::Gap { found: starts.len(), expected, starts })
}

fn counts_go_on(lines: &[Line]) -> Result<(), Flaw> {
    let mut counts: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for line in lines {
        counts.entry(line.key).or_default().insert(line.count);
    }
    let records = |key: u64| lines.iter().filter(|line| line.key == key).count() as u64;
    for (key, counts) in counts {
        let records = records(key);
        if let Some(missing) = (1..=records).find(|count| !counts.contains(count)) {
            return Err(Flaw::Miscounted { key, records, missing });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Flaw, Line, exactly_once, lines};

    fn line(key: u64, count: u64, sequence: u64) -> Line {
        Line { key, count, sequence, generation: "g0".to_owned(), total: None }
    }

    #[test]
    fn two_whole_splits_are_accepted() {
        let written = [line(1, 1, 1), line(0, 1, 2), line(1, 2, 501), line(0, 2, 502)];
        assert_eq!(exactly_once(&written, 2), Ok(()));
    }

    #[test]
    fn a_doubled_record_is_found() {
        let written = [line(1, 1, 1), line(1, 2, 1)];
        assert_eq!(exactly_once(&written, 1), Err(Flaw::Doubled { count: 1, first: 1 }));
    }

    #[test]
    fn a_skipped_record_is_found() {
        let written = [line(1, 1, 1), line(1, 2, 3)];
        let gap = Flaw::Gap { found: 2, expected: 1, starts: vec![1, 3] };
        assert_eq!(exactly_once(&written, 1), Err(gap));
    }

    #[test]
    fn a_key_that_starts_anew_is_found() {
        let written = [line(1, 1, 1), line(1, 1, 2)];
        let flaw = Flaw::Miscounted { key: 1, records: 2, missing: 2 };
        assert_eq!(exactly_once(&written, 1), Err(flaw));
    }

    #[test]
    fn silence_proves_nothing() {
        assert_eq!(exactly_once(&[], 1), Err(Flaw::Empty));
    }

    #[test]
    fn an_unfinished_line_is_not_read() {
        assert_eq!(
            lines("1,1,1,g0\n0,1,2,g0,x7\n0,2"),
            [line(1, 1, 1), Line { total: Some(7), ..line(0, 1, 2) },]
        );
    }
}
