//! The same thousand under a provider that does nothing (`provider/examples/idle.rs`).

use super::STATE;
use super::watched::Watched;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome, folders};
use std::fs;

/// A workspace with the state and configuration of `jobs`.
pub(super) fn workspace(jobs: &Workspace) -> Outcome<Workspace> {
    let program = folders::provider().with_file_name("examples").join("idle");
    if !program.is_file() {
        return Err(Failure::new(format!("not built: {}", program.display())));
    }
    let workspace = Workspace::new("http://127.0.0.1:1")?;
    for name in [STATE, "main.tf", "provider.tf"] {
        fs::copy(jobs.path().join(name), workspace.path().join(name))?;
    }
    // Started as the other is, so that both pay for the shell.
    Watched::over(&workspace, &program)?;
    Ok(workspace)
}
