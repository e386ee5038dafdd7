//! The operator's own autoscaler of jobs, as keys of Flink's configuration.

use std::collections::BTreeMap;

use flink::configuration::value;

use crate::checks::Findings;
use crate::configuration::ATTRIBUTE;

/// The operator's autoscaler: it measures a job and sets the parallelism of each
/// of its vertices. What it sets is never in the resource's spec.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Autoscaler {
    /// Whether it only measures, and says in events what it would set.
    pub dry_run: bool,
    /// The fewest subtasks of a vertex.
    pub min_parallelism: Option<u32>,
    /// The most subtasks of a vertex; where the configuration has a `pipeline.max-parallelism`, not more than that.
    pub max_parallelism: Option<u32>,
    /// How busy a vertex is to be, between 0 and 1.
    pub target_utilization: Option<f64>,
    /// How long a job is left alone after it was scaled.
    pub stabilization_interval: Option<String>,
    /// Over which time it measures.
    pub metrics_window: Option<String>,
    /// How long a restart is expected to take.
    pub restart_time: Option<String>,
    /// In which time a backlog is to be worked off.
    pub catch_up_duration: Option<String>,
}

/// The Flink in the oldest operator, which reads the times whatever the cluster's version is.
const READER: flink::Version = flink::Version::new(1, 17, 1);

/// Where the attributes are.
const PATH: [&str; 2] = ["operator", "autoscaler"];

impl Autoscaler {
    /// The keys, as every version since 1.7 reads them: newer ones call the
    /// utilization otherwise, and still know this name.
    pub(super) fn keys(&self) -> BTreeMap<String, String> {
        let mut keys = BTreeMap::from([
            ("job.autoscaler.enabled".to_owned(), "true".to_owned()),
            ("job.autoscaler.scaling.enabled".to_owned(), (!self.dry_run).to_string()),
        ]);
        let number = |number: Option<u32>| number.map(|it| it.to_string());
        let texts = [
            ("vertex.min-parallelism", number(self.min_parallelism)),
            ("vertex.max-parallelism", number(self.max_parallelism)),
            ("target.utilization", self.target_utilization.map(value::java_double)),
        ];
        let durations = self.durations().map(|(_, key, text)| (key, text.cloned()));
        for (key, text) in texts.into_iter().chain(durations) {
            keys.extend(text.map(|text| (format!("job.autoscaler.{key}"), text)));
        }
        keys
    }

    /// Attribute, key and text of each time.
    fn durations(&self) -> [(&'static str, &'static str, Option<&String>); 4] {
        [
            (
                "stabilization_interval",
                "stabilization.interval",
                self.stabilization_interval.as_ref(),
            ),
            ("metrics_window", "metrics.window", self.metrics_window.as_ref()),
            ("restart_time", "restart.time", self.restart_time.as_ref()),
            ("catch_up_duration", "catch-up.duration", self.catch_up_duration.as_ref()),
        ]
    }

    /// What the operator would refuse; `written` are the user's own keys.
    pub(super) fn check(&self, written: &BTreeMap<String, String>, found: &mut Findings) {
        let [operator, autoscaler] = PATH;
        let (min, max) = (self.min_parallelism.unwrap_or(1), self.max_parallelism);
        found.invalid_if(min == 0, &[operator, autoscaler, "min_parallelism"], || {
            "A vertex cannot have fewer than one subtask.".to_owned()
        });
        found.invalid_if(
            max.is_some_and(|max| max < min),
            &[operator, autoscaler, "max_parallelism"],
            || format!("The most subtasks are fewer than the fewest ({min})."),
        );
        let is_share = |share: f64| share > 0.0 && share <= 1.0;
        let is_wrong = self.target_utilization.is_some_and(|share| !is_share(share));
        found.invalid_if(is_wrong, &[operator, autoscaler, "target_utilization"], || {
            "A utilization is above 0 and at most 1, such as 0.7.".to_owned()
        });
        for (attribute, _, text) in self.durations() {
            let is_wrong = text.is_some_and(|text| value::duration(text, READER).is_none());
            found.invalid_if(is_wrong, &[operator, autoscaler, attribute], || {
                "This is not a time as Flink writes it, such as \"5 min\".".to_owned()
            });
        }
        for key in self.keys().keys().filter(|key| written.contains_key(*key)) {
            found.invalid(
                &[ATTRIBUTE, key],
                format!("{key} is what operator.autoscaler sets, and both are written. Remove one of the two."),
            );
        }
    }
}
