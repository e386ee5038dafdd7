//! The guards of the decisions, by name: each keeps one way of losing or
//! doubling state shut, and can be taken away in a test that proves it.

/// A rule without which state could be lost or doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
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
