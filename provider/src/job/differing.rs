//! Which attributes of a job differ in what they mean, and how much each disturbs.
//!
//! The classes come from the schema (`on_change` in `model.rs`); here stand only the exceptions,
//! where a value that is written differently means the same.

use std::collections::BTreeMap;

use terraform::{
    model::{Attr, Model, changes},
    schema::{Attribute, Mode, OnChange},
    value::Value,
};

use super::{
    application::differing as own_cluster,
    model::{JobModel, Restore},
    plan::{Facts, origin_of},
};
use crate::cluster::reference::Reference;

/// An attribute that differs, and what that causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its name.
    pub(super) name: &'static str,
    /// What the difference causes, at the least.
    pub(super) class: OnChange,
}

/// The attributes that differ, in the order of the schema. Nothing that only the provider sets is among them.
pub(super) fn between(prior: &JobModel, planned: &JobModel, facts: &Facts) -> Vec<Difference> {
    let written = written(prior, planned);
    let difference = |attribute: Attribute| {
        let name = attribute.name;
        let written = written.get(name).copied();
        let class = match name {
            "jar" => written.max(content(prior, facts)).max(place(prior, planned)),
            "cluster" => written.map(|_| cluster(prior, planned, facts)),
            "rest_url" if planned.cluster.is_null() => {
                written.map(|_| OnChange::InPlace).max(origin(prior, facts))
            }
            "rest_url" => written.map(|_| OnChange::InPlace),
            "application" => {
                let found = own_cluster::found(prior).filter(|_| !planned.application.is_null());
                written
                    .or_else(|| found.map(|_| OnChange::InPlace))
                    .map(|_| application(prior, planned))
            }
            "parallelism" if !planned.application.is_null() => written.map(|_| OnChange::Upgrade),
            "restore" => written.map(|class| class.min(restore(prior, planned))),
            _ => written,
        };
        class.map(|class| Difference { name, class })
    };
    let attributes = JobModel::attributes().into_iter();
    attributes.filter(|attribute| attribute.mode != Mode::Computed).filter_map(difference).collect()
}

/// The attributes that are written differently, each with the most that any part of it causes.
fn written(prior: &JobModel, planned: &JobModel) -> BTreeMap<String, OnChange> {
    let mut classes = BTreeMap::new();
    for change in changes(prior, planned) {
        let Some(name) = change.path.first_attribute() else { continue };
        let class = classes.entry(name.to_owned()).or_insert(OnChange::InPlace);
        *class = change.class.max(*class);
    }
    classes
}

/// Whether one of the attributes that differ holds a value that is known only after apply.
pub(super) fn hold_unknown(planned: &JobModel, differences: &[Difference]) -> bool {
    let members = members(planned);
    differences.iter().filter_map(|difference| members.get(difference.name)).any(holds_unknown)
}

fn members(model: &JobModel) -> BTreeMap<String, Value> {
    match model.encode() {
        Value::Mapping(members) => members,
        Value::Null
        | Value::Unknown(_)
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Sequence(_)
        | Value::Dynamic(_) => BTreeMap::new(),
    }
}

fn holds_unknown(value: &Value) -> bool {
    match value {
        Value::Unknown(_) => true,
        Value::Sequence(elements) => elements.iter().any(holds_unknown),
        Value::Mapping(members) => members.values().any(holds_unknown),
        Value::Dynamic(inner) => holds_unknown(&inner.1),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A jar is what it contains; where it lies is only recorded.
fn content(prior: &JobModel, facts: &Facts) -> Option<OnChange> {
    (prior.jar_sha256 != facts.jar_sha256).then_some(OnChange::Upgrade)
}

/// What a cluster of the job's own runs is read by nobody here: there another place is another jar.
fn place(prior: &JobModel, planned: &JobModel) -> Option<OnChange> {
    let uri = |job: &JobModel| job.jar.known().map(|jar| jar.uri.clone());
    let is_of_its_own = !prior.application.is_null() && !planned.application.is_null();
    (is_of_its_own && uri(prior) != uri(planned)).then_some(OnChange::Upgrade)
}

/// The table of `manifests::change` says what a job's own cluster takes up without a new pod. To
/// get one, to leave it, or what is not known yet, is no less than an upgrade.
fn application(prior: &JobModel, planned: &JobModel) -> OnChange {
    let differing = own_cluster::of_cluster(prior, planned);
    differing.map_or(OnChange::Upgrade, |differing| differing.class().max(OnChange::InPlace))
}

/// Another cluster is a move, another revision of the same one carries the job over. Whether the job
/// follows its cluster is only recorded.
fn cluster(prior: &JobModel, planned: &JobModel, facts: &Facts) -> OnChange {
    let moved = origin(prior, facts).filter(|_| !planned.cluster.is_null());
    match moved.or_else(|| revision(prior, planned).map(|_| OnChange::Upgrade)) {
        Some(class) => class,
        None if planned.cluster.is_unknown() => OnChange::Upgrade,
        None => OnChange::InPlace,
    }
}

/// The revision that a job comes to whose cluster has another one than was recorded.
pub(super) fn revision(prior: &JobModel, planned: &JobModel) -> Option<u64> {
    let of = |job: &JobModel| job.cluster.known()?.parse::<Reference>().ok();
    let (before, after) = (of(prior)?, of(planned)?);
    let revision = after.revision.filter(|_| before.revision.is_some())?;
    (before.id() == after.id() && before.revision != after.revision).then_some(revision)
}

/// A cluster is its origin; another spelling of the same one is only recorded.
fn origin(prior: &JobModel, facts: &Facts) -> Option<OnChange> {
    let before = origin_of(prior)?;
    let after = facts.origin.known()?;
    (before != after).then_some(OnChange::Upgrade)
}

/// Whether `restore` now asks for another start than it did. Saying nothing, or `latest`, asks nothing.
fn restore(prior: &JobModel, planned: &JobModel) -> OnChange {
    let asks_nothing = |restore: &Restore| {
        restore.path.is_null()
            && (restore.from.is_null() || restore.from.known().is_some_and(|from| from == "latest"))
    };
    let wish = |restore: &Restore| (restore.from.clone(), restore.path.clone());
    match &planned.restore {
        Attr::Null => OnChange::InPlace,
        Attr::Known(restore) if asks_nothing(restore) => OnChange::InPlace,
        Attr::Known(restore) if prior.restore.known().map(wish) == Some(wish(restore)) => {
            OnChange::InPlace
        }
        Attr::Known(_) | Attr::Unknown => OnChange::Upgrade,
    }
}
