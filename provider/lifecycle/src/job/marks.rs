//! Marks that travel with a job: any later reader, on any machine, can see
//! whose it is, what it runs and where it came from.
//!
//! They are global job parameters, which `GET /jobs/:id/config` answers. A
//! program that sets global parameters of its own replaces them; then only
//! its id speaks for the job.

use std::collections::BTreeMap;

use flink::JobId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::job::{goal::Program, ids};

/// The configuration key that carries the marks.
const PARAMETERS: &str = "pipeline.global-job-parameters";
/// The configuration key that decides whether checkpoints outlive a cancellation.
const RETENTION: &str = "execution.checkpointing.externalized-checkpoint-retention";

/// What a mark may not hold as it is: Flink splits at a comma even within
/// quotes, and at a colon with a space behind it.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/');

/// The global job parameter under which a caller may keep a record of its own with a job, as the
/// only entry of the option. It is no part of the fingerprint.
pub const RECORD: &str = "terraform.record";

const OWNER: &str = "terraform.owner";
const FINGERPRINT: &str = "terraform.fingerprint";
const PREDECESSOR: &str = "terraform.predecessor";
const RESTORED_FROM: &str = "terraform.restored-from";

/// What a job says of itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marks {
    /// Whose it is.
    pub owner: String,
    /// What it runs, see [`fingerprint`].
    pub fingerprint: String,
    /// The job before it.
    pub predecessor: Option<JobId>,
    /// What it was started from; `None`: empty.
    pub restored_from: Option<String>,
}

/// Tells programs apart: equal if and only if jar, class, arguments,
/// configuration, parallelism and start key are.
pub fn fingerprint(program: &Program) -> String {
    let Program { jar, entry_class, args, parallelism, configuration, start_key } = program;
    let args = ids::digest(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let decisive = configuration.iter().filter(|(key, value)| !is_record(key, value));
    let pairs = decisive.flat_map(|(key, value)| [key.as_str(), value.as_str()]);
    let configuration = ids::digest(&pairs.collect::<Vec<_>>());
    let parallelism = parallelism.map_or_else(String::new, |number| number.to_string());
    let class = entry_class.as_deref().unwrap_or_default();
    let parts = [&jar.sha256, class, &args, &configuration, &parallelism, start_key];
    ids::digest(&parts)[..32].to_owned()
}

/// Whether this option only carries the caller's [`RECORD`]: what it says does not make another program.
fn is_record(key: &str, value: &str) -> bool {
    key == PARAMETERS && value.strip_prefix(RECORD).is_some_and(|rest| rest.starts_with(':'))
}

impl Marks {
    /// The configuration of a job that carries these marks, retains its
    /// checkpoints, and has all that its user set.
    pub fn attach(&self, configuration: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut all = configuration.clone();
        let own = configuration.get(PARAMETERS).map_or("", |text| text.trim());
        all.insert(PARAMETERS.to_owned(), self.merge(own));
        all.entry(RETENTION.to_owned()).or_insert_with(|| "RETAIN_ON_CANCELLATION".to_owned());
        all
    }

    /// The marks among a job's global parameters, if they are all there.
    pub fn read(parameters: &BTreeMap<String, String>) -> Option<Self> {
        let text =
            |key| parameters.get(key).filter(|text| !text.is_empty()).map(|text| decoded(text));
        Some(Self {
            owner: text(OWNER)?,
            fingerprint: text(FINGERPRINT)?,
            predecessor: text(PREDECESSOR).and_then(|id| id.parse().ok()),
            restored_from: text(RESTORED_FROM),
        })
    }

    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let Self { owner, fingerprint, predecessor, restored_from } = self;
        let mut pairs = vec![(OWNER, owner.as_str()), (FINGERPRINT, fingerprint.as_str())];
        pairs.extend(predecessor.as_ref().map(|job| (PREDECESSOR, job.as_str())));
        pairs.extend(restored_from.as_ref().map(|path| (RESTORED_FROM, path.as_str())));
        pairs
    }

    /// Flink 2 also reads a YAML flow map here, so a user's braces are kept.
    fn merge(&self, own: &str) -> String {
        let inner = own.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let separator = if inner.is_some() { ": " } else { ":" };
        let mark = |(key, value): (&str, &str)| format!("{key}{separator}{}", quoted(value));
        let marks: Vec<String> = self.pairs().into_iter().map(mark).collect();
        let before = inner.unwrap_or(own).trim();
        let all = if before.is_empty() { marks } else { [vec![before.to_owned()], marks].concat() };
        if inner.is_some() { format!("{{{}}}", all.join(", ")) } else { all.join(",") }
    }
}

/// Quotes keep a YAML reader from taking digits for a number.
fn quoted(value: &str) -> String {
    format!("'{}'", utf8_percent_encode(value, SPECIAL))
}

fn decoded(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::goal::Jar;

    fn marks() -> Marks {
        Marks {
            owner: "http://flink:8081#o'hara".to_owned(),
            fingerprint: "f".to_owned(),
            predecessor: None,
            restored_from: None,
        }
    }

    #[test]
    fn marks_join_what_the_user_set() {
        let owner = "terraform.owner:'http%3A//flink%3A8081%23o%27hara',terraform.fingerprint:'f'";
        let yaml =
            "terraform.owner: 'http%3A//flink%3A8081%23o%27hara', terraform.fingerprint: 'f'";
        for (own, merged) in [
            ("", owner.to_owned()),
            ("a:b", format!("a:b,{owner}")),
            ("{a: b}", format!("{{a: b, {yaml}}}")),
        ] {
            assert_eq!(marks().merge(own), merged);
        }
    }

    #[test]
    fn a_mark_with_any_character_is_read_back_as_it_was() {
        let odd =
            Marks { restored_from: Some("s3://a, b: {c}/'d'/savepoint-1".to_owned()), ..marks() };
        let attached = odd.attach(&BTreeMap::new());
        let told = attached[PARAMETERS].split(',').map(|pair| {
            let (key, value) = pair.split_once(':').expect("a pair");
            (key.to_owned(), value.trim_matches('\'').to_owned())
        });
        assert_eq!(Marks::read(&told.collect()), Some(odd));
    }

    #[test]
    fn checkpoints_are_retained_unless_the_user_decides() {
        let none = BTreeMap::new();
        assert_eq!(marks().attach(&none)[RETENTION], "RETAIN_ON_CANCELLATION");
        let own = BTreeMap::from([(RETENTION.to_owned(), "DELETE_ON_CANCELLATION".to_owned())]);
        assert_eq!(marks().attach(&own)[RETENTION], "DELETE_ON_CANCELLATION");
    }

    #[test]
    fn every_part_of_a_program_is_in_its_fingerprint() {
        let program = Program {
            jar: Jar { sha256: "s".to_owned(), file: None },
            entry_class: None,
            args: vec!["a".to_owned(), "b".to_owned()],
            parallelism: Some(1),
            configuration: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
            start_key: String::new(),
        };
        let others = [
            Program { jar: Jar { sha256: "t".to_owned(), file: None }, ..program.clone() },
            Program { entry_class: Some("C".to_owned()), ..program.clone() },
            Program { args: vec!["a b".to_owned()], ..program.clone() },
            Program { parallelism: None, ..program.clone() },
            Program { configuration: BTreeMap::new(), ..program.clone() },
            Program { start_key: "1".to_owned(), ..program.clone() },
        ];
        for other in others {
            assert_ne!(fingerprint(&program), fingerprint(&other), "{other:?}");
        }
        let record = (PARAMETERS.to_owned(), format!("{RECORD}:x"));
        let mut recording = program.clone();
        recording.configuration.extend([record]);
        assert_eq!(fingerprint(&program), fingerprint(&recording));
        let moved = Jar { file: Some("/elsewhere/x.jar".into()), ..program.jar.clone() };
        assert_eq!(fingerprint(&program), fingerprint(&Program { jar: moved, ..program.clone() }));
    }
}
