//! Prints the command that runs the Terraform of the tests, for scripts: the one on the path, else
//! one out of a library.

use acceptance_tests::Outcome;
use acceptance_tests::terraform::Terraform;
use std::io::{Write, stdout};

fn main() -> Outcome {
    Ok(writeln!(stdout(), "{}", Terraform::usual()?.command_line())?)
}
