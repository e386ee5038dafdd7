//! A figure, and the two forms it is shown in. Pure.

use crate::samples::Samples;
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::fmt::{self, Write};

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// Nothing is promised; it explains another figure.
    None,
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
}

impl Goal {
    fn is_met_by(self, measured: f64) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtMost(limit) => Some(measured <= limit),
            Self::AtLeast(limit) => Some(measured >= limit),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::AtMost(limit) => write!(formatter, "≤ {limit}"),
            Self::AtLeast(limit) => write!(formatter, "≥ {limit}"),
        }
    }
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Unit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Millions of bytes.
    #[serde(rename = "MB")]
    Megabytes,
    /// One thing over another.
    #[serde(rename = "x")]
    Ratio,
    /// Calls.
    #[serde(rename = "calls")]
    Calls,
}

impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Megabytes => "MB",
            Self::Ratio => "x",
            Self::Calls => "calls",
        })
    }
}

/// Something measured: the median of its samples.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: &'static str,
    /// What the samples count.
    pub(crate) unit: Unit,
    /// What the median should be.
    pub(crate) goal: Goal,
    /// The measurements.
    pub(crate) samples: Samples,
}

/// All figures as text, one per line.
pub(crate) fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
    let head = format!("{:width$}  {:>8}  {:>14}  {:>22}\n", "", "goal", "median", "from – to (n)");
    figures.iter().fold(head, |mut text, Figure { name, unit, goal, samples }| {
        let (least, most) = samples.range();
        let median = format!("{:.2} {unit}", samples.median());
        let range = format!("{least:.2} – {most:.2} ({})", samples.count());
        let missed = goal.is_met_by(samples.median()) == Some(false);
        let remark = if missed { "  goal missed" } else { "" };
        let goal = goal.to_string();
        let _ = writeln!(text, "{name:width$}  {goal:>8}  {median:>14}  {range:>22}{remark}");
        text
    })
}

/// All figures as JSON.
pub(crate) fn json(figures: &[Figure]) -> Json {
    let one = |Figure { name, unit, goal, samples }: &Figure| {
        let (least, most) = samples.range();
        json!({
            "name": name,
            "unit": unit,
            "goal": if *goal == Goal::None { Json::Null } else { json!(goal.to_string()) },
            "met": goal.is_met_by(samples.median()),
            "median": samples.median(),
            "least": least,
            "most": most,
            "samples": samples.count(),
        })
    };
    json!({ "figures": figures.iter().map(one).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, Unit, json, table};

    fn figure(goal: Goal) -> Figure {
        let samples = [3.0, 1.0, 2.0].into_iter().collect();
        Figure { name: "start", unit: Unit::Milliseconds, goal, samples }
    }

    #[test]
    fn a_missed_goal_is_said_in_both_forms() {
        for (goal, missed) in [
            (Goal::AtMost(1.5), true),
            (Goal::AtMost(2.0), false),
            (Goal::AtLeast(2.5), true),
            (Goal::AtLeast(2.0), false),
            (Goal::None, false),
        ] {
            let figures = [figure(goal)];
            assert_eq!(table(&figures).contains("goal missed"), missed, "{goal:?}");
            assert_eq!(json(&figures)["figures"][0]["met"] == false, missed, "{goal:?}");
        }
    }

    #[test]
    fn a_line_holds_median_and_range() {
        let line = table(&[figure(Goal::AtMost(10.0))]);
        assert!(line.contains("start      ≤ 10         2.00 ms         1.00 – 3.00 (3)"), "{line}");
    }
}
