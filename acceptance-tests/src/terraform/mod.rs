//! Real Terraform on a folder of HCL, with the built provider put in by `dev_overrides`.

mod command;
mod processes;
mod run;
mod workspace;

pub use command::Terraform;
pub use run::{Run, Running};
pub use workspace::Workspace;
