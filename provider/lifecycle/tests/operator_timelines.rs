//! Whole recordings of the Flink Kubernetes Operator, replayed object by object: for every mark, when
//! the wait for what was written there ends, and how.
//!
//! ```sh
//! cargo test -p lifecycle --test operator_timelines -- --nocapture
//! ```
//!
//! prints one line for each mark. `FLINK_OPERATOR_TIMELINES` names another folder of recordings; what
//! is expected of the marks of this project's stands in `operator-timelines/expected.txt`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use lifecycle::operator::{Asks, Change, Goal, Kind, Resource, Seen, Verdict, Want, wait};
use serde_json::Value as Json;

/// How often the wait looks at the clock while nothing comes.
const TICK: Duration = Duration::from_secs(1);

/// One line of a recording.
struct Entry {
    at: Duration,
    change: Option<Change>,
    /// The object, or the mark itself.
    what: Json,
}

/// A write that somebody waits for.
#[derive(Clone)]
struct Write {
    kind: Kind,
    name: String,
    goal: Goal,
    /// The mark is none of its own: something else happened to what was written.
    is_former: bool,
}

/// How a wait ended, and when.
type End = (Duration, Result<Verdict, String>);

struct Timeline(Vec<Entry>);

impl Timeline {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a recording");
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Self(lines.map(|line| entry(serde_json::from_str(line).expect("JSON"))).collect())
    }

    fn marks(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|&at| self.0[at].change.is_none()).collect()
    }

    fn text(&self, mark: usize, key: &str) -> &str {
        self.0[mark].what[key].as_str().unwrap_or_default()
    }

    /// What was written at a mark: what the driver deleted, or what has a new generation before the
    /// next mark.
    fn writes(&self, mark: usize) -> Vec<Write> {
        let since = self.0[mark].at;
        if let Some(deleted) = self.text(mark, "note").strip_prefix("kubectl delete ") {
            let mut words = deleted.split_whitespace();
            let kind = words.next().and_then(kind_of);
            let gone = Goal { want: Want::Gone, generation: 0, since, asks: Asks::Nobody };
            return kind
                .zip(words.next())
                .map(|(kind, name)| Write {
                    kind,
                    name: name.to_owned(),
                    goal: gone,
                    is_former: false,
                })
                .into_iter()
                .collect();
        }
        let mut known = self.generations(mark);
        let mut writes: Vec<Write> = Vec::new();
        for entry in self.0[mark + 1..].iter().take_while(|entry| entry.change.is_some()) {
            let Some((kind, name)) = subject(&entry.what) else { continue };
            let resource = Resource::read(&entry.what);
            let before = known.insert((kind.name(), name.clone()), resource.generation);
            if before != Some(resource.generation) && !resource.is_being_deleted {
                let goal = Goal {
                    want: want(kind, &resource),
                    generation: resource.generation,
                    since: entry.at,
                    asks: Asks::Nobody,
                };
                writes.retain(|write| (write.kind, &write.name) != (kind, &name));
                writes.push(Write { kind, name, goal, is_former: false });
            }
        }
        writes
    }

    fn generations(&self, end: usize) -> BTreeMap<(&'static str, String), i64> {
        let mut known = BTreeMap::new();
        for entry in &self.0[..end] {
            if let (Some(change), Some((kind, name))) = (entry.change, subject(&entry.what)) {
                match change {
                    Change::Is => {
                        known.insert((kind.name(), name), Resource::read(&entry.what).generation)
                    }
                    Change::Gone => known.remove(&(kind.name(), name)),
                };
            }
        }
        known
    }

    /// Waits from a mark on until the end, the driver's next write, or the end of the recording.
    fn end(&self, mark: usize, write: &Write) -> End {
        let from = self.0[mark].at.max(write.goal.since);
        let until = self.0.last().map_or(from, |entry| entry.at);
        let next = self.marks().into_iter().filter(|&other| other > mark).find(|&other| {
            self.writes(other).iter().any(|it| (it.kind, &it.name) == (write.kind, &write.name))
        });
        let until = next.map_or(until, |next| self.0[next].at);
        let mut seen = Seen::nothing_of(write.kind, &write.name);
        let mut now = from;
        // What is shown when something happens to a resource may be from before.
        let mut is_news = !write.is_former || write.goal.want == Want::Gone;
        for entry in &self.0 {
            let Some(change) = entry.change else { continue };
            while is_news && entry.at > from && now + TICK < entry.at.min(until) {
                now += TICK;
                if let Some(end) = settled(&write.goal, &seen, now) {
                    return end;
                }
            }
            if entry.at > until {
                break;
            }
            seen.learn(entry.at, change, &entry.what);
            now = now.max(entry.at);
            let is_it = subject(&entry.what) == Some((write.kind, write.name.clone()));
            is_news |= is_it && entry.at > from;
            if is_news
                && entry.at >= from
                && let Some(end) = settled(&write.goal, &seen, now)
            {
                return end;
            }
        }
        (until, Ok(wait(&write.goal, &seen, until)))
    }
}

fn settled(goal: &Goal, seen: &Seen, now: Duration) -> Option<End> {
    match wait(goal, seen, now) {
        Verdict::Wait(_) => None,
        verdict @ (Verdict::Done(_) | Verdict::Failed(_)) => Some((now, Ok(verdict))),
    }
}

fn entry(mut line: Json) -> Entry {
    let at = match line["t"].as_str() {
        Some(text) => text.parse::<Timestamp>().expect("a time").as_millisecond(),
        None => line["t"].as_i64().expect("a time"),
    };
    let at = Duration::from_millis(at.try_into().expect("after 1970"));
    let change = match line["event"].as_str() {
        Some("MARK") => None,
        Some("DELETED") => Some(Change::Gone),
        Some(_) | None => Some(Change::Is),
    };
    let what = if change.is_some() { line["object"].take() } else { line };
    Entry { at, change, what }
}

const KINDS: [(Kind, &str); 3] = [
    (Kind::Deployment, "flinkdeployment"),
    (Kind::SessionJob, "flinksessionjob"),
    (Kind::Snapshot, "flinkstatesnapshot"),
];

fn kind_of(word: &str) -> Option<Kind> {
    let word = word.split('.').next()?.trim_end_matches('s');
    KINDS.into_iter().find(|(_, name)| *name == word).map(|(kind, _)| kind)
}

fn subject(object: &Json) -> Option<(Kind, String)> {
    let kind = object["kind"].as_str()?;
    let (kind, _) = KINDS.into_iter().find(|(known, _)| known.name() == kind)?;
    let name = object["metadata"]["name"].as_str()?;
    // The operator's own snapshots are nobody's write.
    let is_own = object["metadata"]["labels"]["snapshot.trigger-type"]
        .as_str()
        .is_some_and(|by| by != "MANUAL" || name.contains("-savepoint-manual-"));
    (!is_own).then(|| (kind, name.to_owned()))
}

fn want(kind: Kind, resource: &Resource) -> Want {
    match kind {
        Kind::Snapshot => Want::Snapshot,
        Kind::Deployment if resource.job.is_none() => Want::Ready,
        Kind::Deployment | Kind::SessionJob if resource.job.is_some_and(|job| job.suspended) => {
            Want::Suspended
        }
        Kind::Deployment | Kind::SessionJob => Want::Running,
    }
}

/// How the wait at each mark ended.
fn ends(timeline: &Timeline) -> Vec<(usize, End)> {
    let mut waited: BTreeMap<String, Vec<Write>> = BTreeMap::new();
    let marks = timeline.marks();
    let one = |(number, &mark): (usize, &usize)| {
        let at = timeline.0[mark].at;
        let refused = |mark: usize| timeline.text(mark, "note").strip_prefix("apply refused: ");
        if let Some(why) = refused(mark) {
            return (mark, (at, Err(why.to_owned())));
        }
        let writes = timeline.writes(mark);
        let scenario = waited.entry(timeline.text(mark, "scenario").to_owned()).or_default();
        if writes.is_empty() {
            if let Some((next, why)) =
                marks.get(number + 1).and_then(|&it| Some((it, refused(it)?)))
            {
                return (mark, (timeline.0[next].at, Err(why.to_owned())));
            }
        } else {
            *scenario = writes;
        }
        let ends = scenario.iter().map(|write| timeline.end(mark, write)).collect();
        for write in scenario.iter_mut() {
            write.is_former = true;
            // Whoever has had an answer asks anew.
            let (end, verdict) = timeline.end(mark, write);
            let next = marks.get(number + 1).map_or(Duration::MAX, |&next| timeline.0[next].at);
            let is_over = match verdict {
                Ok(Verdict::Wait(_)) => false,
                Ok(Verdict::Done(_)) => write.goal.want != Want::Gone,
                Ok(Verdict::Failed(_)) | Err(_) => true,
            };
            if is_over && end <= next {
                write.goal.since = next;
            }
        }
        (mark, all(ends, at))
    };
    marks.iter().enumerate().map(one).collect()
}

/// Of several writes at once the one that ends worst, and among these the last.
fn all(ends: Vec<End>, at: Duration) -> End {
    let rank = |end: &End| match &end.1 {
        Ok(Verdict::Done(_)) => 0,
        Ok(Verdict::Wait(_)) => 1,
        Ok(Verdict::Failed(_)) | Err(_) => 2,
    };
    let worst = ends.into_iter().max_by_key(|end| (rank(end), end.0));
    worst.unwrap_or_else(|| (at, Err("nothing was written".to_owned())))
}

fn word(end: &End) -> (&'static str, String) {
    match &end.1 {
        Ok(Verdict::Done(done)) => ("done", done.to_string()),
        Ok(Verdict::Wait(waiting)) => ("waiting", waiting.to_string()),
        Ok(Verdict::Failed(cause)) => ("failed", cause.to_string()),
        Err(why) if why == "nothing was written" => ("waiting", why.clone()),
        Err(why) => ("failed", format!("the API server refuses it: {why}")),
    }
}

fn shown(at: Duration) -> Timestamp {
    let millis = i64::try_from(at.as_millis()).expect("before the year 292 million");
    Timestamp::from_millisecond(millis).expect("a time")
}

fn folder() -> (PathBuf, bool) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/operator-timelines");
    match std::env::var_os("FLINK_OPERATOR_TIMELINES") {
        Some(other) => (other.into(), false),
        None => (own, true),
    }
}

#[test]
fn every_wait_ends_when_its_truth_is_out() {
    let (folder, is_own) = folder();
    let mut recordings: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    recordings.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    recordings.sort();
    let mut summary = String::new();
    for path in recordings {
        let timeline = Timeline::read(&path);
        for (mark, end) in ends(&timeline) {
            let (scenario, note) = (timeline.text(mark, "scenario"), timeline.text(mark, "note"));
            let (word, why) = word(&end);
            let why: String = why.split_whitespace().collect::<Vec<_>>().join(" ");
            let at = timeline.0[mark].at;
            println!("{scenario} {} {note}: {word} at {}: {why}", shown(at), shown(end.0));
            let after = end.0.saturating_sub(at).as_secs_f64();
            let _ = writeln!(summary, "{scenario} | {note} | {word} after {after:.1} s | {why}");
        }
    }
    if is_own {
        let expected = folder.join("expected.txt");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &summary).expect("a writable folder");
        }
        let expected = fs::read_to_string(expected).expect("what is expected");
        let differs = |(is, should): &(&str, &str)| is != should;
        let lines = summary.lines().zip(expected.lines()).filter(differs);
        let wrong: Vec<String> =
            lines.map(|(is, should)| format!("is     {is}\nshould {should}")).collect();
        assert_eq!(summary.lines().count(), expected.lines().count(), "other marks");
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }
}
