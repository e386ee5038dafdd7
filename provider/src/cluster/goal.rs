//! From attributes to a goal: every default resolved, everything rendered. Pure.

use std::{collections::BTreeMap, time::Duration};

use lifecycle::cluster::{
    Goal, Name,
    goal::{Bring, Conflicts, Desired, Known, OnDestroy, OnUpdate, Remove},
};
use manifests::{Invalid, Rendered, render};
use terraform::{meaning, model::Attr};

use super::{
    describe::described,
    model::{ClusterModel, ClusterSpec},
    record,
};

/// What holds for all clusters of a provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Labels of all objects; a cluster's own win.
    pub labels: BTreeMap<String, String>,
    /// Whether fields are taken from other managers.
    pub conflicts: Conflicts,
    /// Who the provider is to the API server.
    pub manager: String,
}

/// Why there is no goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoGoal {
    /// Something is unknown or missing that has to be known by now.
    Undecided,
    /// The description cannot be rendered.
    Invalid(Vec<Invalid>),
}

/// What a cluster consists of, by its attributes.
pub fn desired(cluster: &ClusterModel, settings: &Settings) -> Result<Desired, NoGoal> {
    let revision = cluster.own.revision.known().and_then(|number| u64::try_from(*number).ok());
    let described = described(&cluster.shared, revision.unwrap_or(1)).ok_or(NoGoal::Undecided)?;
    let mut labels = settings.labels.clone();
    labels.extend(described.labels);
    let described = manifests::Cluster { labels, record: record::written(cluster), ..described };
    let rendered = render(&described).map_err(NoGoal::Invalid)?;
    Ok(Desired::of(&described, &rendered))
}

/// What is wrong with what is described, and what may surprise; nothing while something is unknown.
pub fn checked(cluster: &ClusterSpec) -> Result<Option<Rendered>, Vec<Invalid>> {
    described(cluster, 1).map(|described| render(&described)).transpose()
}

/// The goal of a cluster that should stand.
pub fn bring(
    prior: Option<&ClusterModel>,
    planned: &ClusterModel,
    settings: &Settings,
) -> Result<Goal, NoGoal> {
    Ok(Goal::Bring(Box::new(Bring {
        name: name(planned),
        desired: desired(planned, settings)?,
        known: if prior.is_some() { Known::Yes } else { Known::No },
        on_update: on_update(planned),
        conflicts: settings.conflicts,
        manager: settings.manager.clone(),
    })))
}

/// The goal of a cluster that is no longer wanted, from its attributes alone.
pub fn remove(prior: &ClusterModel, settings: &Settings) -> Result<Goal, NoGoal> {
    let on_destroy = match prior.own.on_destroy.known().map(String::as_str) {
        Some("drain_all") => OnDestroy::DrainAll,
        Some("force") => OnDestroy::Force,
        Some(_) | None => OnDestroy::Drain,
    };
    let desired = desired(prior, settings)?;
    Ok(Goal::Remove(Box::new(Remove { name: name(prior), desired, on_destroy })))
}

/// What becomes of jobs if pods have to be replaced, foreseen by the plan or because an attempt
/// that was cut short has left it so.
fn on_update(planned: &ClusterModel) -> OnUpdate {
    match planned.own.on_update.known().map(String::as_str) {
        Some("drain_all") => OnUpdate::DrainAll,
        Some("recover") => OnUpdate::Recover,
        Some(_) | None => OnUpdate::Drain,
    }
}

/// Which cluster the attributes name.
pub fn name(cluster: &ClusterModel) -> Name {
    let text = |attribute: &Attr<String>| attribute.known().cloned().unwrap_or_default();
    Name::new(text(&cluster.shared.namespace), text(&cluster.shared.name))
}

/// How long an operation may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A first apply.
    Create,
    /// A change.
    Update,
    /// A destroy.
    Delete,
}

/// The time that an operation has, from `timeouts` or the default.
pub fn timeout(cluster: &ClusterModel, operation: Operation) -> Duration {
    let wanted = cluster.own.timeouts.known();
    let (attribute, default) = match operation {
        Operation::Create => (wanted.map(|timeouts| &timeouts.create), Duration::from_mins(10)),
        Operation::Update => (wanted.map(|timeouts| &timeouts.update), Duration::from_mins(30)),
        Operation::Delete => (wanted.map(|timeouts| &timeouts.delete), Duration::from_mins(15)),
    };
    let text = attribute.and_then(|attribute| attribute.known());
    text.and_then(|text| meaning::parse_duration(text)).unwrap_or(default)
}
