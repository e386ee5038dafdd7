//! Prints the command that runs the newest Terraform of the tests, for scripts: the pages of the
//! documentation tell of everything that a provider can offer, which older versions do not show.

use acceptance_tests::Outcome;
use acceptance_tests::fetch::TERRAFORM_1_15;
use acceptance_tests::terraform::Terraform;
use std::io::{Write, stdout};

fn main() -> Outcome {
    Ok(writeln!(stdout(), "{}", Terraform::library(TERRAFORM_1_15)?.command_line())?)
}
