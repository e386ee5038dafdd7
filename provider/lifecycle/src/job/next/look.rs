//! Typed access to what was asked; what was not asks itself.

use flink::{JarId, JobId, TriggerId};

use super::{Need, Next};
use crate::job::{
    goal::Program,
    journal::Journal,
    marks::Marks,
    observed::{
        Answer, Cluster, Contents, Disk, DiskQuery, DisposalState, History, JournalQuery, Observed,
        Operators, Question, Requirements, Row, TriggerState, Trouble, UploadedJar, Vertices,
        Writability,
    },
};

macro_rules! look {
    ($(#[$doc:meta])* $name:ident, $variant:ident, $answer:ty $(, $argument:ident: $kind:ty)*; $question:expr) => {
        $(#[$doc])*
        pub(super) fn $name(&self $(, $argument: $kind)*) -> Need<&$answer> {
            let question = $question;
            if let Some(Answer::$variant(answer)) = self.answer(&question) {
                return Ok(answer);
            }
            Err(Box::new(Next::Look(vec![question])))
        }
    };
}

impl Observed {
    look!(cluster, Cluster, Cluster; Question::Cluster);
    look!(jobs, Jobs, Vec<Row>; Question::Jobs);
    look!(jars, Jars, Vec<UploadedJar>; Question::Jars);
    look!(marks, Marks, Option<Marks>, job: &JobId; Question::Marks(job.clone()));
    look!(history, History, Option<History>, job: &JobId; Question::History(job.clone()));
    look!(trouble, Trouble, Option<Trouble>, job: &JobId; Question::Trouble(job.clone()));
    look!(disk, Disk, Disk, query: &DiskQuery; Question::Disk(query.clone()));
    look!(writable, Writable, Writability, directory: &str; Question::Writable(directory.to_owned()));
    look!(contents, Contents, Contents, path: &str; Question::Contents(path.to_owned()));
    look!(
        vertices, Vertices, Option<Box<Vertices>>, job: &JobId, checkpoint: Option<u64>;
        Question::Vertices(job.clone(), checkpoint)
    );
    look!(requirements, Requirements, Requirements, job: &JobId; Question::Requirements(job.clone()));
    look!(journal, Journal, Journal, query: &JournalQuery; Question::Journal(query.clone()));
    look!(disposal, Disposal, DisposalState, request: &str; Question::Disposal(request.to_owned()));
    look!(
        trigger_state, Trigger, TriggerState, job: &JobId, id: &TriggerId;
        Question::Trigger(job.clone(), id.clone())
    );
    look!(
        operators, Operators, Operators, jar: &JarId, program: &Program;
        Question::Operators(jar.clone(), Box::new(program.clone()))
    );

    /// Asks all of these at once, where any was not asked yet.
    pub(super) fn together(&self, questions: Vec<Question>) -> Need<()> {
        let missing: Vec<Question> =
            questions.into_iter().filter(|question| self.answer(question).is_none()).collect();
        if missing.is_empty() { Ok(()) } else { Err(Box::new(Next::Look(missing))) }
    }
}
