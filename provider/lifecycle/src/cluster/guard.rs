//! The guards of the decisions, by name: each keeps one way of losing or
//! doubling state, or of harming what is not ours, shut; and can be taken away
//! in a test that proves it.

/// A rule without which something could be lost, doubled or harmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
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

#[cfg(test)]
impl Guard {
    /// All guards.
    pub(crate) const ALL: [Self; 8] = [
        Self::DryRunFirst,
        Self::OnlyOurs,
        Self::OthersRefuse,
        Self::DirectoriesFirst,
        Self::AllHealthyFirst,
        Self::OldPodsEndFirst,
        Self::JobsEndFirst,
        Self::DataWhileNeeded,
    ];
}

/// Which guards stand: all, but in tests.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guards {
    #[cfg(test)]
    off: Option<Guard>,
}

impl Guards {
    #[cfg(test)]
    pub(crate) fn without(off: Option<Guard>) -> Self {
        Self { off }
    }

    #[cfg(test)]
    pub(crate) fn stands(self, guard: Guard) -> bool {
        self.off != Some(guard)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "the twin for tests looks at it")]
    pub(crate) const fn stands(self, _guard: Guard) -> bool {
        true
    }
}
