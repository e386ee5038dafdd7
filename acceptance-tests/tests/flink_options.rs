//! The table of options that the provider has is what Flink's own jars declare.

use std::process::Command;

use acceptance_tests::{Outcome, fetch, folders};

#[test]
fn the_table_of_options_is_that_of_flinks_jars() -> Outcome {
    let lib = fetch::flink(fetch::FLINK_2_3)?;
    let folder = lib.parent().unwrap_or(&lib);
    let version = format!("{}={}", fetch::FLINK_2_3, folder.display());
    let generate = folders::repository().join("tools/flink-options/generate");
    fetch::succeed(Command::new(generate).args(["--check", &version]))
}
