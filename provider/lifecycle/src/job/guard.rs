//! The guards of a job's decisions, by name.

crate::guards::guards! {
    /// A cached answer about an ended job counts only when the cache is over.
    HistoryHasSettled,
    /// A stop that was triggered is waited for; there is no second one meanwhile.
    OneStopAtATime,
    /// A failed attempt's trigger id is never used again.
    FailedTriggerIsUsedUp,
    /// A stopped job is started again only after it has ended.
    EndBeforeStart,
    /// A job of ours that runs is looked at before another is started.
    FoundJobIsCompared,
    /// With two running jobs nothing is decided.
    TwoJobsAreStuck,
    /// An id that is used up without being seen is left for another.
    DuplicateIsBurnt,
    /// A start that never ran says nothing about state.
    RefusedStartHasNoState,
    /// A later job's state goes before the recorded path.
    LineageBeforeRecord,
    /// When the JobManager has forgotten, storage is asked before the record.
    StorageBeforeRecord,
    /// When nobody can tell, nothing is started.
    CannotTellIsStuck,
    /// A job that is to go on is never started empty.
    NeverEmptyByAccident,
    /// A job that has a checkpoint of its own is not rolled back.
    OwnCheckpointEndsRollback,
    /// Whether it has one is asked again after its end.
    RollbackReadsAgain,
    /// State that does not fit is found before the job stops.
    FitBeforeStop,
    /// Where the scout does not see operators, their vertices are compared.
    VerticesWhereScoutIsBlind,
    /// `last_state` cancels only what has a checkpoint that outlives it.
    RetainedBeforeCancel,
    /// A savepoint whose job failed while stopping is its last state, and the
    /// failure is told.
    StopFailureKeepsPath,
    /// A start without an answer is waited for before anything else is tried.
    UnclearStartIsAwaited,
    /// Of the jobs that do not come up, only one without state of its own is
    /// cancelled without a savepoint.
    OnlyWithoutStateIsCancelled,
    /// A checkpoint to which a job has recovered goes before what it was started from.
    RecoveredStateIsNewer,
    /// A create compares what the JobManager remembers with what is in storage.
    CreateComparesStorage,
    /// A savepoint whose operation is forgotten is looked for before another is taken.
    SavepointIsLookedFor,
    /// A savepoint that was deleted since is not the answer to who asks for it again.
    DeletedSavepointIsUsedUp,
    /// The journal says that a job is to be stopped before it is.
    JournalBeforeStop,
    /// The journal has the path that a stopped job goes on from.
    PathIsNoted,
    /// What the journal says goes before what the JobManager and storage tell.
    JournalBeforeMemory,
    /// The journal's path is used up before a job starts from it.
    PathIsUsedUpFirst,
    /// A job whose stop goes on does not count as one that runs.
    StopUnderWayIsAwaited,
    /// That a stop is complete counts only once its job has ended: until then the
    /// JobManager may die, and the job go on from before it.
    StopEndsWithItsJob,
    /// A job that follows its cluster is in the journal before it starts.
    FollowerIsNotedFirst,
}
