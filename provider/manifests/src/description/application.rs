//! The program of an application cluster.

/// What an application cluster runs: one job, whose `main` the JobManager calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Where the jar is: `local://` in the image; since Flink 1.19 also a URI
    /// that the JobManager fetches, such as `https://` or `s3://`.
    pub jar: String,
    /// The class whose `main` runs; `None` takes the one that the jar's manifest names.
    pub entry_class: Option<String>,
    /// The program's arguments, as they are.
    pub args: Vec<String>,
    /// `parallelism.default`; `None` leaves it to the configuration.
    pub parallelism: Option<u32>,
    /// The job's id in hexadecimal digits. It follows from the resource and its
    /// generation; no two generations have the same.
    pub job_id: String,
    /// The state to start from.
    pub restore: Option<Restore>,
}

/// A savepoint or checkpoint to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restore {
    /// Where it is.
    pub path: String,
    /// Whether state that no operator takes may be left behind.
    pub allow_non_restored_state: bool,
    /// What becomes of it.
    pub claim_mode: ClaimMode,
}

/// Who owns a savepoint after the start from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimMode {
    /// Flink, which deletes it when it is not needed any more.
    Claim,
    /// The user; Flink never depends on it after its own first checkpoint.
    #[default]
    NoClaim,
    /// The user; Flink may depend on it for ever.
    Legacy,
}

impl ClaimMode {
    /// The word of the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Claim => "CLAIM",
            Self::NoClaim => "NO_CLAIM",
            Self::Legacy => "LEGACY",
        }
    }
}
