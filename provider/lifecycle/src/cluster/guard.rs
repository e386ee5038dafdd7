//! The guards of a cluster's decisions, by name: they also keep from harm what
//! is not ours.

crate::guards::guards! {
    /// Nothing is changed before the API server has taken all of it in a dry run.
    DryRunFirst,
    /// What is not ours is neither applied over nor deleted.
    OnlyOurs,
    /// Nothing is stopped while a job runs that does not follow.
    OthersRefuse,
    /// No job is stopped before its savepoint directory is known to take it.
    DirectoriesFirst,
    /// No job is stopped while another that follows is not healthy enough.
    AllHealthyFirst,
    /// New pods come after the old ones have ended.
    OldPodsEndFirst,
    /// A JobManager ends only when no job runs on it any more.
    JobsEndFirst,
    /// Data of high availability goes only when no job needs it.
    DataWhileNeeded,
}
