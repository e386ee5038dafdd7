//! Where things lie: the workspace, its target folder, the built provider.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from)
}

/// What was fetched or compiled once and is kept: Flink, Terraform, the test jobs.
pub fn real() -> PathBuf {
    target().join("real")
}

/// Where clusters keep their logs and state until the next `cargo clean`.
pub fn clusters() -> PathBuf {
    target().join("clusters")
}

/// The provider's binary: `TERRAFORM_PROVIDER_FLINK`, else the debug build.
pub fn provider() -> PathBuf {
    env::var_os("TERRAFORM_PROVIDER_FLINK")
        .map_or_else(|| target().join("debug/terraform-provider-flink"), PathBuf::from)
}
