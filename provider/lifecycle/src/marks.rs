//! Marks that travel with a job.
