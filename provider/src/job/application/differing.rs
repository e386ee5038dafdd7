//! What a change of a job's own cluster causes: the one table of `manifests::change` decides, as
//! it does for a `flink_cluster`. Pure.

use manifests::change;
use terraform::schema::OnChange;

use super::describe::described;
use crate::{
    cluster::{drift::is_about_pods, plan::READY},
    job::model::JobModel,
};

/// What differs in the cluster of a job, in the words of its attributes, with what that causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// What only new pods take up: an upgrade of the job.
    pub upgrades: Vec<String>,
    /// What the running job does not notice.
    pub in_place: Vec<String>,
}

impl Differing {
    /// The most that any of it causes.
    pub fn class(&self) -> OnChange {
        match (self.upgrades.is_empty(), self.in_place.is_empty()) {
            (false, _) => OnChange::Upgrade,
            (true, false) => OnChange::InPlace,
            (true, true) => OnChange::None,
        }
    }
}

/// What differs; `None` while either is not wholly known.
pub fn between(prior: &JobModel, planned: &JobModel) -> Option<Differing> {
    let change = change::between(&described(prior)?, &described(planned)?);
    let named = |causes: &[manifests::Cause]| causes.iter().map(ToString::to_string).collect();
    Some(Differing { upgrades: named(&change.restarts), in_place: named(&change.in_place) })
}

/// What differs in the cluster alone, whatever else of the job does: from what is described, and
/// from what a refresh found.
pub fn of_cluster(prior: &JobModel, planned: &JobModel) -> Option<Differing> {
    let before = JobModel { application: prior.application.clone(), ..planned.clone() };
    let mut differing = between(&before, planned)?;
    if let Some(found) = found(prior) {
        let causes =
            if is_about_pods(found) { &mut differing.upgrades } else { &mut differing.in_place };
        causes.insert(0, found.to_owned());
    }
    Some(differing)
}

/// What a refresh found of the cluster that is otherwise than it was made, in words.
pub fn found(prior: &JobModel) -> Option<&str> {
    prior.cluster_status.known().map(String::as_str).filter(|status| *status != READY)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use terraform::model::Attr;

    use super::*;
    use crate::{
        cluster::model::{TaskManager, TaskManagerOwn},
        job::application::example::{job, spec},
    };

    fn known(text: &str) -> Attr<String> {
        Attr::Known(text.to_owned())
    }

    #[test]
    fn what_only_new_pods_take_up_is_an_upgrade_and_all_else_is_in_place() {
        type Case = (&'static str, OnChange, fn(&mut JobModel));
        let cases: [Case; 9] = [
            ("", OnChange::None, |_| {}),
            ("image", OnChange::Upgrade, |job| spec(job).image = known("orders:2")),
            ("args", OnChange::Upgrade, |job| job.args = Attr::Known(vec!["--x".to_owned()])),
            ("parallelism", OnChange::Upgrade, |job| job.parallelism = Attr::Known(2)),
            ("flink_version", OnChange::Upgrade, |job| spec(job).flink_version = known("2.0")),
            ("strategy", OnChange::Upgrade, |job| spec(job).strategy = known("native")),
            ("flink_configuration[\"a.b\"]", OnChange::Upgrade, |job| {
                let options = BTreeMap::from([("a.b".to_owned(), "1".to_owned())]);
                job.flink_configuration = Attr::Known(options);
            }),
            ("labels", OnChange::InPlace, |job| {
                let labels = BTreeMap::from([("team".to_owned(), "a".to_owned())]);
                spec(job).labels = Attr::Known(labels);
            }),
            ("task_manager.replicas", OnChange::InPlace, |job| {
                let own = TaskManagerOwn { replicas: Attr::Known(3), ..Default::default() };
                spec(job).task_manager = Attr::Known(TaskManager { own, ..TaskManager::default() });
            }),
        ];
        for (named, class, change) in cases {
            let mut planned = job();
            change(&mut planned);
            let found = between(&job(), &planned).expect("all is known");
            assert_eq!(found.class(), class, "{named}: {found:?}");
            let all = [found.upgrades, found.in_place].concat();
            assert_eq!(all.join(", "), named);
        }
    }

    #[test]
    fn nothing_is_told_of_what_is_not_known() {
        let mut planned = job();
        spec(&mut planned).image = Attr::Unknown;
        assert_eq!(between(&job(), &planned), None);
        let unknown = JobModel { args: Attr::Unknown, ..job() };
        assert_eq!(between(&job(), &unknown), None);
    }
}
