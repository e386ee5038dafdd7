//! `make demo`: a job's life on a real Flink with real Terraform, told line by line.

use acceptance_tests::{Failure, Outcome, demo};
use tokio::select;

#[tokio::main]
async fn main() -> Outcome {
    select! {
        done = demo::walk() => done,
        // Everything that was started is dropped with the walk, and so killed.
        _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted; nothing is left running")),
    }
}
