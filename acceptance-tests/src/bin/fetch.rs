//! Fetches everything that the acceptance tests run on, so that no test has to wait for it.

use acceptance_tests::jars::Jar;
use acceptance_tests::{Outcome, fetch};

fn main() -> Outcome {
    for version in [fetch::FLINK_1_20, fetch::FLINK_2_3, fetch::FLINK_1_18, fetch::FLINK_2_0] {
        fetch::flink(version)?;
    }
    for version in [fetch::TERRAFORM_1_6, fetch::TERRAFORM_1_15] {
        fetch::terraform_library(version)?;
    }
    fetch::s3_plugin(fetch::FLINK_2_3)?;
    Jar::V1.path()?;
    Ok(())
}
