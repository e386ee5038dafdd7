//! Measures the provider and prints one table: what it costs, beside its goal.
//!
//! A comparison is always a ratio within one run, its sides taken in turns, so that a busy machine
//! slows all of them. A goal that is missed is a figure like any other: the program fails only where
//! nothing could be measured. The same figures are written to `bench.json` in Cargo's target folder.
//!
//! The provider measured is the one of [`folders::provider`]; `make bench` makes it the release
//! build. Arguments name the parts to measure (`start`, `plans`, `fleet`, `upgrades`, `clusters`,
//! `applications`); without any, it is all of them, and only then the file is written.

mod applications;
mod clusters;
mod figure;
mod fleet;
mod ground;
mod many;
mod samples;
mod start;
mod upgrade;

use acceptance_tests::{Failure, Outcome, folders};
use figure::Figure;
use std::env;
use std::fs;
use std::io::{self, Write};

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Start,
    Plans,
    Fleet,
    Upgrades,
    Clusters,
    Applications,
}

impl Part {
    /// In the order of how long they take, the shortest first.
    const ALL: [Self; 6] =
        [Self::Start, Self::Plans, Self::Fleet, Self::Upgrades, Self::Applications, Self::Clusters];

    fn named(name: &str) -> Outcome<Self> {
        match name {
            "start" => Ok(Self::Start),
            "plans" => Ok(Self::Plans),
            "fleet" => Ok(Self::Fleet),
            "upgrades" => Ok(Self::Upgrades),
            "clusters" => Ok(Self::Clusters),
            "applications" => Ok(Self::Applications),
            _ => Err(Failure::new(format!(
                "no part {name:?}: start, plans, fleet, upgrades, clusters, applications"
            ))),
        }
    }

    async fn figures(self) -> Outcome<Vec<Figure>> {
        match self {
            Self::Start => start::figures().await,
            Self::Plans => many::figures().await,
            Self::Fleet => fleet::figures().await,
            Self::Upgrades => upgrade::figures().await,
            Self::Clusters => clusters::figures().await,
            Self::Applications => applications::figures().await,
        }
    }
}

#[tokio::main]
async fn main() -> Outcome {
    let wanted: Vec<Part> =
        env::args().skip(1).map(|name| Part::named(&name)).collect::<Outcome<_>>()?;
    let is_wanted = |part: &Part| wanted.is_empty() || wanted.contains(part);
    let mut figures = Vec::new();
    for part in Part::ALL.into_iter().filter(is_wanted) {
        let measured = part.figures().await?;
        show(&measured)?;
        figures.extend(measured);
    }
    if wanted.is_empty() {
        say(&format!("\n{}", figure::table(&figures)))?;
        let json = serde_json::to_string_pretty(&figure::json(&figures))?;
        fs::write(folders::target().join("bench.json"), json + "\n")?;
    }
    Ok(())
}

/// What is known so far, for the person who waits.
fn show(figures: &[Figure]) -> Outcome {
    say(&figure::table(figures))
}

fn say(text: &str) -> Outcome {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}
