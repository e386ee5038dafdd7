//! The effects that an operation can have on a cluster. Each can be repeated:
//! the second time finds what the first has made.

use std::fmt;

use serde_json::Value;

use crate::{cluster::goal::Id, job};

/// One effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Set what we have to say of an object, and make it where there is none.
    Apply(Box<Apply>),
    /// Take over fields from whoever says them, so that what we say is all there is to them.
    /// Nothing of the object itself changes.
    TakeOver(Box<TakeOver>),
    /// Delete an object, and only that very one.
    Delete {
        /// Which.
        id: Id,
        /// Its uid.
        uid: String,
    },
    /// Delete a pod, and only that very one.
    DeletePod {
        /// Its name.
        name: String,
        /// Its uid.
        uid: String,
    },
    /// A step of stopping a job, or an entry in its journal.
    Job(Box<job::step::Step>),
}

/// What is to be said of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// Which.
    pub id: Id,
    /// All that we say of it; what we said before and do not any more goes.
    pub body: Value,
    /// Whether fields of other managers are taken.
    pub force: bool,
    /// Why it is applied.
    pub purpose: Purpose,
}

/// Fields that are taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeOver {
    /// Of which object.
    pub id: Id,
    /// What it was when this was decided; when it has changed, nothing is taken.
    pub resource_version: String,
    /// Who says which field from then on: the object's `managedFields`.
    pub managed_fields: Vec<Value>,
}

/// Why an object is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// As it should be.
    Set,
    /// With the new revision and no replicas, so that the old pods end.
    Halt,
    /// To look into the version that is to come.
    Scout,
}

/// What a step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is done, or was.
    Done,
    /// The API server will not.
    Refused(crate::cluster::observed::Refusal),
    /// Somebody changed the same thing meanwhile: to be looked at again.
    Changed,
    /// What a step on a job came to.
    Job(job::step::Effect),
}

impl Step {
    /// What it does, in a few words, for progress and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Apply(apply) => match apply.purpose {
                Purpose::Set => "applying an object",
                Purpose::Halt => "ending the old pods",
                Purpose::Scout => "looking into the new version",
            },
            Self::TakeOver(_) => "taking over an object",
            Self::Delete { .. } => "deleting an object",
            Self::DeletePod { .. } => "deleting a pod",
            Self::Job(step) => step.name(),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apply(apply) => write!(f, "{}: {}", self.name(), apply.id),
            Self::TakeOver(step) => write!(f, "{}: {}", self.name(), step.id),
            Self::Delete { id, uid: _ } => write!(f, "{}: {id}", self.name()),
            Self::DeletePod { name, uid: _ } => write!(f, "{}: {name}", self.name()),
            Self::Job(step) => f.write_str(step.name()),
        }
    }
}
