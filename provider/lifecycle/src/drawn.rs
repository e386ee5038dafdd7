//! How many histories the proofs draw, and which.

use proptest::test_runner::{Config, RngSeed};

/// The same ones on every run, so that what fails fails again; others, and
/// as many as it says, where `PROPTEST_CASES` asks for them.
pub(crate) fn config(cases: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return config;
    }
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        chosen @ RngSeed::Fixed(_) => chosen,
    };
    Config { cases, rng_seed, ..config }
}
