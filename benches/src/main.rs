//! Measures the provider and prints one table: what it costs, beside its goal.
//!
//! A comparison is always a ratio within one run, its sides taken in turns, so that a busy machine
//! slows all of them. A goal that is missed is a figure like any other: the program fails only where
//! nothing could be measured. The same figures are written to `bench.json` in Cargo's target folder.
//!
//! The provider measured is the one of [`folders::provider`]; `make bench` makes it the release
//! build.

mod figure;
mod many;
mod samples;
mod start;
mod upgrade;

use acceptance_tests::{Outcome, folders};
use figure::Figure;
use std::fs;
use std::io::{self, Write};

#[tokio::main]
async fn main() -> Outcome {
    let mut figures = start::figures().await?;
    show(&figures)?;
    let plans = many::figures().await?;
    show(&plans)?;
    let upgrades = upgrade::figures().await?;
    figures.extend(upgrades);
    figures.extend(plans);
    say(&format!("\n{}", figure::table(&figures)))?;
    let json = serde_json::to_string_pretty(&figure::json(&figures))?;
    fs::write(folders::target().join("bench.json"), json + "\n")?;
    Ok(())
}

/// What is known so far, for the person who waits.
fn show(figures: &[Figure]) -> Outcome {
    say(&figure::table(figures))
}

fn say(text: &str) -> Outcome {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}
