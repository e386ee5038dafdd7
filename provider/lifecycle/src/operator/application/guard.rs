//! The guards of the decisions about an application that the operator runs, by name.

crate::guards::guards! {
    /// What the API server would not take is known before anything is noted or stopped.
    TriedFirst,
    /// A job is suspended before it is changed: else the operator chooses what it goes on from.
    StoppedFirst,
    /// How a job is stopped is noted before it is.
    StopIsNoted,
    /// A job that goes on from something else than what was noted is not taken for done.
    RestoredIsCompared,
    /// One that neither a record nor a journal calls ours is not touched.
    OursAlone,
    /// A version that has come to a state of its own is not rolled back.
    OwnStateEndsRollback,
    /// Whether it has is asked again after its end.
    OwnStateIsAskedAgain,
    /// What a job had left before a stop is not what it has left after it.
    OwnIsOfNow,
    /// When nobody can tell what a job has left, nothing is started.
    UnknownIsStuck,
    /// A checkpoint in place of a savepoint is refused where that was asked for.
    LessIsRefused,
    /// What a resource that is lost has left is looked for.
    LostIsLookedFor,
    /// A job is stopped with a savepoint before its resource is deleted.
    StopBeforeDelete,
    /// The path of a deleted job stays in the journal.
    PathOutlivesDelete,
}
