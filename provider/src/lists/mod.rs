//! List resources: what `terraform query` finds.

mod jobs;
mod savepoints;

pub use jobs::JobList;
pub use savepoints::SavepointList;
