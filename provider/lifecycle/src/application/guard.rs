//! The guards of the decisions about a job with a cluster of its own, by name.

crate::guards::guards! {
    /// The API server takes the new objects before the old job stops.
    DryRunFirst,
    /// A JobManager that dies while its job stops does not run `main()` again.
    PermitEndsFirst,
    /// A job that goes on after all may start again.
    PermitComesBack,
    /// The journal says what the new job starts from before the old JobManager ends.
    JournalBeforeHalt,
    /// A job that the journal says is stopped is, whatever a JobManager says.
    JournalBeforeWord,
    /// What no JobManager can be asked for is not guessed.
    GoneIsStuck,
    /// A JobManager that does not answer may be about to.
    SilenceIsAwaited,
    /// A job's cluster goes only when it is known what the job goes on from.
    PathBeforeEnd,
    /// Only a JobManager that has never answered is given up without being asked.
    OnlyUnansweredIsGivenUp,
    /// A JobManager finds no data of high availability of jobs before its own.
    DataGoesBeforeStart,
    /// What is changed in place does not end the JobManager's pod.
    PodsStay,
}
