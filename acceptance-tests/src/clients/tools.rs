//! Where the clients that `tools/clients/build` makes lie.

use crate::failure::{Failure, Outcome};
use crate::folders;
use std::path::PathBuf;

/// OpenTofu's program.
pub(super) fn tofu() -> Outcome<PathBuf> {
    tool("tofu")
}

/// Pulumi's program; its YAML host lies beside it.
pub(super) fn pulumi() -> Outcome<PathBuf> {
    tool("pulumi")
}

/// Pulumi's bridge to providers of Terraform.
pub(super) fn bridge() -> Outcome<PathBuf> {
    tool("pulumi-resource-terraform-provider")
}

fn tool(name: &str) -> Outcome<PathBuf> {
    let path = folders::real().join("clients").join(name);
    if path.is_file() {
        return Ok(path);
    }
    Err(Failure::new(format!("{} is not there; `make clients` builds it", path.display())))
}
