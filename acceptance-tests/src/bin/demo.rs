//! `make demo`: the main job with real Terraform, told line by line; on a Flink on loopback, or with
//! the argument `kubernetes` on a Kubernetes node.

use acceptance_tests::{Failure, Outcome, demo};
use std::env;
use tokio::select;

#[tokio::main]
async fn main() -> Outcome {
    select! {
        done = walk() => done,
        // Everything that was started is dropped with the walk, and so killed.
        _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted; nothing is left running")),
    }
}

async fn walk() -> Outcome {
    match env::args().nth(1).as_deref() {
        None => demo::on_flink().await,
        Some("kubernetes") => demo::on_kubernetes().await,
        Some(other) => Err(Failure::new(format!("{other}? usage: demo [kubernetes]"))),
    }
}
