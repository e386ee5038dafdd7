//! What the model answers.

use std::{collections::BTreeMap, time::Duration};

use flink::{
    JobId, VertexId,
    response::{
        checkpoints::{CheckpointDetails, CheckpointStatus, VertexState},
        jars::{JobPlan, PlanNode},
        jobs::{JobDetails, JobStatus},
    },
    scout::{NewOperator, NewVertex, OperatorState},
};

use super::{Fault, Flink, Job};
use crate::job::journal::{Journal, Noted};
use crate::job::observed::{
    Answer, Contents, Disk, DiskQuery, DisposalState, Found, History, JobState, JournalQuery,
    Operators, Question, Requirements, Row, Snapshot, SnapshotKind, TriggerState, Trouble,
    UploadedJar, Vertex, Vertices, Writability,
};

const CACHE: Duration = Duration::from_secs(3);
const OPERATOR: &str = "00000000000000000000000000000001";
const OTHER: &str = "00000000000000000000000000000002";

/// What a question is called.
pub(super) fn name(question: &Question) -> &'static str {
    match question {
        Question::Cluster => "Cluster",
        Question::Jobs => "Jobs",
        Question::Jars => "Jars",
        Question::Marks(_) => "Marks",
        Question::History(_) => "History",
        Question::Trouble(_) => "Trouble",
        Question::Trigger(..) => "Trigger",
        Question::Disk(_) => "Disk",
        Question::Writable(_) => "Writable",
        Question::Operators(..) => "Operators",
        Question::Contents(_) => "Contents",
        Question::Vertices(..) => "Vertices",
        Question::Requirements(_) => "Requirements",
        Question::Disposal(_) => "Disposal",
        Question::Journal(_) => "Journal",
    }
}

impl Flink {
    pub(crate) fn answer(&mut self, question: &Question) -> Answer {
        match question {
            Question::Cluster => Answer::Cluster(Self::cluster()),
            Question::Jobs => Answer::Jobs(self.jobs.values().map(|job| self.row(job)).collect()),
            Question::Jars => Answer::Jars(self.listed_jars()),
            Question::Marks(job) => {
                let marks = self.jobs.get(job).filter(|job| !job.never_ran);
                Answer::Marks(marks.map(|job| job.marks.clone()))
            }
            Question::History(job) => self.cached(job, "history", Self::history),
            Question::Trouble(job) => {
                let now = self.now;
                self.cached(job, "trouble", |job| Answer::Trouble(Some(Self::trouble(job, now))))
            }
            Question::Trigger(job, id) => {
                let operation = self.operations.get(&(job.clone(), id.clone()));
                let state = operation.map_or(TriggerState::NotFound, |one| one.state.clone());
                Answer::Trigger(state)
            }
            Question::Disk(query) => Answer::Disk(self.look_at_disk(query)),
            Question::Operators(_, program) => {
                Answer::Operators(self.operators(&program.jar.sha256))
            }
            Question::Writable(_) if self.scout_is_blind => {
                Answer::Writable(Writability::CannotTell)
            }
            Question::Writable(_) => Answer::Writable(match self.unwritable.clone() {
                Some(reason) => Writability::Refused { reason },
                None => Writability::Writable,
            }),
            Question::Contents(_) if self.scout_is_blind => {
                Answer::Contents(Contents::CannotTell { reason: "no scout".to_owned() })
            }
            Question::Vertices(job, checkpoint) => {
                Answer::Vertices(self.vertices(job, *checkpoint).map(Box::new))
            }
            Question::Contents(_) => Answer::Contents(Contents::Told(vec![OperatorState {
                operator: OPERATOR.parse().expect("32 digits"),
                name: None,
                parallelism: 2,
                max_parallelism: 128,
                bytes: 10,
                has_state: true,
            }])),
            Question::Requirements(job) => Answer::Requirements(self.requirements(job)),
            Question::Disposal(_) => Answer::Disposal(DisposalState::Gone),
            Question::Journal(query) => Answer::Journal(self.journal(query)),
        }
    }

    fn journal(&self, query: &JournalQuery) -> Journal {
        let Some(journals) = &self.journals else { return Journal::NotKept };
        let is_of = |noted: &&Noted| {
            noted.entry.is_of(&query.owner) || Some(&noted.entry.job) == query.job.as_ref()
        };
        journals.values().find(is_of).cloned().map_or(Journal::Empty, Journal::Says)
    }

    fn row(&self, job: &Job) -> Row {
        let flips = match job.fault {
            Fault::NoSlots => self.now.as_secs().is_multiple_of(2),
            Fault::Restarts => job.is_between_restarts(self.now),
            Fault::None
            | Fault::MainThrows
            | Fault::DoesNotFit
            | Fault::FailsAtOnce
            | Fault::FailsLater => false,
        };
        let state =
            if job.state == JobState::Running && flips { JobState::Restarting } else { job.state };
        let ran = !job.never_ran;
        Row {
            id: job.id.clone(),
            name: "job".to_owned(),
            state,
            started: Self::millis(job.started),
            ended: job.ended.map(Self::millis),
            tasks: if ran { 2 } else { 0 },
            tasks_up: if job.is_up(self.now) { 2 } else { 0 },
        }
    }

    fn listed_jars(&self) -> Vec<UploadedJar> {
        let listed =
            |(id, name): &(_, String)| UploadedJar { id: Clone::clone(id), name: name.clone() };
        self.jars.iter().map(listed).collect()
    }

    /// §1 Freshness: up to 3 s stale, also across the end of a job.
    fn cached(&mut self, id: &JobId, what: &'static str, fresh: impl Fn(&Job) -> Answer) -> Answer {
        let now = self.now;
        let Some(job) = self.jobs.get_mut(id) else {
            return if what == "history" { Answer::History(None) } else { Answer::Trouble(None) };
        };
        if let Some((at, answer)) = job.cached.get(what)
            && now.saturating_sub(*at) < CACHE
        {
            return answer.clone();
        }
        let answer = fresh(job);
        job.cached.insert(what, (now, answer.clone()));
        answer
    }

    fn history(job: &Job) -> Answer {
        let snapshot = |(id, path, at): &(u64, String, Duration), kind| Snapshot {
            id: *id,
            path: Some(path.clone()),
            kind,
            triggered: Self::millis(*at),
            discarded: false,
        };
        let saved = if job.state.has_ended() && job.state != JobState::Canceled {
            SnapshotKind::StopSavepoint
        } else {
            SnapshotKind::Savepoint
        };
        Answer::History(Some(History {
            completed_count: job.completed,
            restored_count: u64::from(job.restored.is_some()),
            completed: job
                .checkpoint
                .as_ref()
                .filter(|_| job.completed > 0)
                .map(|one| snapshot(one, SnapshotKind::Checkpoint)),
            savepoint: job.savepoint.as_ref().map(|one| snapshot(one, saved)),
            restored: job.restored.clone(),
            retained: true,
            periodic: true,
        }))
    }

    fn trouble(job: &Job, now: Duration) -> Trouble {
        let no_slots = job.fault == Fault::NoSlots;
        let failed_stopping = job.state == JobState::Failed && job.savepoint.is_some();
        let cause = if failed_stopping {
            Some("close() failed".to_owned())
        } else {
            (job.fault != Fault::None).then(|| format!("{:?}", job.fault))
        };
        let failures = match job.fault {
            Fault::NoSlots => 3,
            Fault::Restarts => job.restarts(now),
            Fault::None
            | Fault::MainThrows
            | Fault::DoesNotFit
            | Fault::FailsAtOnce
            | Fault::FailsLater => 0,
        };
        Trouble { cause, failures, no_slots }
    }

    fn look_at_disk(&self, query: &DiskQuery) -> Disk {
        if self.scout_is_blind {
            return Disk::CannotTell { reason: "no scout".to_owned() };
        }
        let is_asked = |path: &str, job: &JobId| {
            let in_home = query.savepoints.as_ref().is_some_and(|home| path.starts_with(home));
            let ours = job.as_str().starts_with(&query.prefix) || query.job.as_ref() == Some(job);
            let in_checkpoints =
                query.checkpoints.as_ref().is_some_and(|root| path.starts_with(root)) && ours;
            let in_attempt = query.attempt.as_ref().is_some_and(|place| path.starts_with(place));
            in_home || in_checkpoints || in_attempt || query.path.as_deref() == Some(path)
        };
        let found = self.disk.iter().filter(|(path, stored)| is_asked(path, &stored.job));
        Disk::Told(
            found
                .map(|(path, stored)| Found {
                    path: path.clone(),
                    job: Some(stored.job.clone()),
                    written: stored.written,
                })
                .collect(),
        )
    }

    fn operators(&self, sha256: &str) -> Operators {
        match self.faults.get(sha256).copied().unwrap_or_default() {
            Fault::MainThrows => Operators::ProgramFailed { cause: "main() threw".to_owned() },
            fault if self.scout_is_blind => {
                let id = if fault == Fault::DoesNotFit { OTHER } else { OPERATOR };
                let plan = Some(JobPlan { name: "job".to_owned(), nodes: vec![node(id)] });
                Operators::CannotTell { reason: "no scout".to_owned(), plan }
            }
            Fault::DoesNotFit => Operators::Told(vec![vertex(OTHER)]),
            Fault::None
            | Fault::FailsAtOnce
            | Fault::FailsLater
            | Fault::Restarts
            | Fault::NoSlots => Operators::Told(vec![vertex(OPERATOR)]),
        }
    }

    /// §4a: the vertices are told by REST, whatever the scout sees.
    fn vertices(&self, id: &JobId, checkpoint: Option<u64>) -> Option<Vertices> {
        let job = self.jobs.get(id)?;
        let vertex = flink::response::jobs::Vertex {
            id: OPERATOR.parse().expect("32 digits"),
            name: "count".to_owned(),
            parallelism: if job.fault == Fault::NoSlots { 8 } else { 2 },
            max_parallelism: 128,
            status: "RUNNING".to_owned(),
        };
        let details = JobDetails {
            id: job.id.clone(),
            name: "job".to_owned(),
            state: JobStatus::Running,
            start_time: Self::millis(job.started),
            end_time: -1,
            now: Some(Self::millis(self.now)),
            timestamps: BTreeMap::new(),
            vertices: vec![vertex],
            plan: JobPlan { name: "job".to_owned(), nodes: vec![node(OPERATOR)] },
            scheduler: None,
        };
        let state = VertexState { state_size: 10, num_subtasks: 2 };
        let checkpoint = checkpoint.map(|id| CheckpointDetails {
            id,
            status: CheckpointStatus::Completed,
            external_path: None,
            tasks: BTreeMap::from([(OPERATOR.parse().expect("32 digits"), state)]),
        });
        Some(Vertices { details, checkpoint })
    }

    fn requirements(&self, id: &JobId) -> Requirements {
        match self.jobs.get(id) {
            Some(job) if self.adaptive => {
                let vertex: VertexId = OPERATOR.parse().expect("32 digits");
                let (wanted, running) = (job.parallelism, job.parallelism);
                Requirements::Adaptive(vec![Vertex { id: vertex, wanted, running, maximum: 128 }])
            }
            Some(_) | None => Requirements::Fixed { reason: "default scheduler".to_owned() },
        }
    }
}

fn node(id: &str) -> PlanNode {
    let description = if id == OTHER { "other<br/>" } else { "count<br/>" };
    PlanNode {
        id: id.parse().expect("32 digits"),
        parallelism: 2,
        description: description.to_owned(),
    }
}

fn vertex(id: &str) -> NewVertex {
    NewVertex {
        id: id.parse().expect("32 digits"),
        name: "count".to_owned(),
        parallelism: 2,
        max_parallelism: -1,
        operators: vec![NewOperator {
            id: id.parse().expect("32 digits"),
            user_defined_id: None,
            name: Some("count".to_owned()),
        }],
    }
}
