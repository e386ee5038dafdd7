//! How long an answer holds.

use flink::JobId;

use crate::job::observed::{Answer, Question, TriggerFailure, TriggerState};

/// Whether an answer can become untrue while an operation lasts.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lasts<'a> {
    /// It cannot.
    Always,
    /// It cannot, if this job had ended when it was given.
    OnceEnded(&'a JobId),
    /// It can.
    No,
}

impl<'a> Lasts<'a> {
    pub(super) fn of(question: &'a Question, answer: &Answer) -> Self {
        match question {
            Question::Marks(_) if *answer == Answer::Marks(None) => Self::No,
            Question::Marks(_)
            | Question::Cluster
            | Question::Operators(..)
            | Question::Contents(_)
            | Question::Writable(_)
            // Gone with a step that changes them.
            | Question::Jars
            | Question::Journal(_) => Self::Always,
            Question::Trigger(job, _) => Self::of_operation(job, answer),
            Question::Jobs
            | Question::History(_)
            | Question::Vertices(..)
            | Question::Trouble(_)
            | Question::Disk(_)
            | Question::Requirements(_)
            | Question::Disposal(_) => Self::No,
        }
    }

    /// A stop that is complete is not the end of its job yet: should the JobManager
    /// die first, the job recovers and goes on.
    fn of_operation(job: &'a JobId, answer: &Answer) -> Self {
        let Answer::Trigger(state) = answer else { return Self::No };
        match state {
            TriggerState::NotFound | TriggerState::InProgress => Self::No,
            TriggerState::Completed(_) => Self::OnceEnded(job),
            TriggerState::Failed(failure) => match failure {
                TriggerFailure::WhileStopping { .. } => Self::OnceEnded(job),
                TriggerFailure::NoSuchJob | TriggerFailure::Other { .. } => Self::Always,
            },
        }
    }
}

impl Question {
    /// Whether this answer to it cannot become untrue while an operation lasts.
    pub(crate) fn always_has(&self, answer: &Answer) -> bool {
        Lasts::of(self, answer) == Lasts::Always
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stop_came_to_lasts_once_its_job_has_ended() {
        let job: JobId = "1".repeat(32).parse().expect("32 digits");
        let id = crate::job::ids::trigger(&job, &crate::job::ids::Operation::Stop, 0);
        let question = Question::Trigger(job.clone(), id);
        let stopping = TriggerFailure::WhileStopping { path: "p".to_owned(), cause: None };
        let other = TriggerFailure::Other { cause: "c".to_owned() };
        for (state, expected) in [
            (TriggerState::NotFound, Lasts::No),
            (TriggerState::InProgress, Lasts::No),
            (TriggerState::Completed("p".to_owned()), Lasts::OnceEnded(&job)),
            (TriggerState::Failed(stopping), Lasts::OnceEnded(&job)),
            (TriggerState::Failed(other), Lasts::Always),
            (TriggerState::Failed(TriggerFailure::NoSuchJob), Lasts::Always),
        ] {
            assert_eq!(Lasts::of(&question, &Answer::Trigger(state)), expected);
        }
    }
}
