//! Decides what an apply will do to a cluster: pure, and the same for the same input.
//!
//! It depends on the refreshed prior state and the configuration alone. Which attributes and
//! configuration keys restart a cluster is told by [`manifests::change`]; the classes of the schema
//! stand in only for values that are not known yet.

use manifests::{Cause, change};
use terraform::{
    model::{Attr, Model, changes},
    path::{Path, Step},
    schema::{Change as Difference, Mode, OnChange},
    value::Value,
};

use super::{
    action::{Action, Change, OnUpdate, Open},
    describe::described,
    drift::is_about_pods,
    model::{ClusterModel, ClusterOwn, ClusterSpec},
    reference::Reference,
};

/// How a cluster is that is as it should be.
pub const READY: &str = "ready";
/// How a cluster is that is gone.
pub const MISSING: &str = "missing";

/// The change from what is recorded to what is wanted.
pub fn decide(prior: Option<&ClusterModel>, planned: &ClusterModel) -> Change {
    let known = |action, causes| Change { action, causes, open: Open::Nothing };
    let Some(prior) = prior else { return known(Action::Create, vec![]) };
    let differences = differences(prior, planned);
    let found = found(prior);
    if differences.is_empty() && found == READY {
        return known(Action::Nothing, vec![]);
    }
    let effect = effect(prior, planned, &differences);
    let open = effect.open;
    let named = |causes: &[Path]| causes.iter().map(|path| worded(prior, planned, path)).collect();
    let all = [effect.restarts.clone(), effect.in_place.clone()].concat();
    let (action, causes) = match found.as_str() {
        MISSING => (Action::CreateAgain, named(&all)),
        _ if !effect.restarts.is_empty() => (Action::Restart(on_update(planned)), named(&all)),
        found if is_about_pods(found) => {
            let causes = [vec![found.to_owned()], named(&all)].concat();
            (Action::Restart(on_update(planned)), causes)
        }
        READY if !effect.in_place.is_empty() => (Action::InPlace, named(&effect.in_place)),
        READY => (Action::Record, recorded(&differences)),
        _ => (Action::Repair { found }, named(&effect.in_place)),
    };
    Change { action, causes, open }
}

/// The planned object: what the user wants, and what the provider knows of it now.
pub fn fill(prior: Option<&ClusterModel>, planned: ClusterModel, change: &Change) -> ClusterModel {
    let ClusterModel { shared, own } = planned;
    if let (Some(prior), Action::Nothing) = (prior, &change.action) {
        let own = ClusterOwn {
            on_update: own.on_update,
            on_destroy: own.on_destroy,
            timeouts: own.timeouts,
            ..prior.own.clone()
        };
        return ClusterModel { shared, own };
    }
    let text = |text: String| Attr::Known(text);
    let reference = reference(prior, &shared, change);
    let (is_worded, is_counted) = match change.open {
        Open::Nothing => (true, true),
        Open::Words => (false, true),
        Open::Restart => (false, false),
    };
    let own = ClusterOwn {
        id: reference.as_ref().map_or(Attr::Unknown, |reference| text(reference.id())),
        r#ref: kept(
            is_counted,
            reference.map_or(Attr::Unknown, |reference| text(reference.to_string())),
        ),
        revision: kept(is_counted, Attr::Known(restarts(prior, change))),
        rest_url: rest_url(&shared),
        planned_action: kept(is_worded, text(change.to_string())),
        status: text(READY.to_owned()),
        ..own
    };
    ClusterModel { shared, own }
}

fn kept<T>(is_known: bool, value: Attr<T>) -> Attr<T> {
    if is_known { value } else { Attr::Unknown }
}

/// What the cluster is called after the change; `None` while its name is unknown.
pub fn reference(
    prior: Option<&ClusterModel>,
    planned: &ClusterSpec,
    change: &Change,
) -> Option<Reference> {
    let (namespace, name) = (planned.namespace.known()?, planned.name.known()?);
    let before = prior.and_then(revision).unwrap_or(0);
    let revision = match &change.action {
        Action::Create => 1,
        Action::Restart(OnUpdate::Drain | OnUpdate::DrainAll) => before + 1,
        Action::Nothing
        | Action::Record
        | Action::CreateAgain
        | Action::InPlace
        | Action::Repair { .. }
        | Action::Restart(OnUpdate::Recover) => before.max(1),
    };
    Some(Reference { namespace: namespace.clone(), name: name.clone(), revision: Some(revision) })
}

/// How often the cluster will have restarted after the change, beginning with 1. It stays 0 while
/// an imported cluster's pods are those that Flink's own client made.
pub fn restarts(prior: Option<&ClusterModel>, change: &Change) -> i64 {
    let before = prior.and_then(|prior| prior.own.revision.known().copied());
    match &change.action {
        Action::Restart(_) => before.unwrap_or(0) + 1,
        Action::Create | Action::CreateAgain => before.unwrap_or(0).max(1),
        Action::Nothing | Action::Record | Action::InPlace | Action::Repair { .. } => {
            before.unwrap_or(1)
        }
    }
}

/// The number in the reference that is recorded.
pub fn revision(recorded: &ClusterModel) -> Option<u64> {
    recorded.own.r#ref.known()?.parse::<Reference>().ok()?.revision
}

fn found(prior: &ClusterModel) -> String {
    prior.own.status.known().map_or_else(|| READY.to_owned(), Clone::clone)
}

fn on_update(planned: &ClusterModel) -> OnUpdate {
    match planned.own.on_update.known().map(String::as_str) {
        Some("drain_all") => OnUpdate::DrainAll,
        Some("recover") => OnUpdate::Recover,
        Some(_) | None => OnUpdate::Drain,
    }
}

/// The differences in what a user sets.
fn differences(prior: &ClusterModel, planned: &ClusterModel) -> Vec<Difference> {
    let computed: Vec<_> = ClusterModel::attributes()
        .into_iter()
        .filter(|attribute| attribute.mode == Mode::Computed)
        .map(|attribute| attribute.name)
        .collect();
    let set = |path: &Path| path.first_attribute().is_some_and(|name| !computed.contains(&name));
    changes(prior, planned).into_iter().filter(|difference| set(&difference.path)).collect()
}

/// What the differences do to the cluster.
struct Effect {
    restarts: Vec<Path>,
    in_place: Vec<Path>,
    open: Open,
}

fn effect(prior: &ClusterModel, planned: &ClusterModel, differences: &[Difference]) -> Effect {
    let wanted = planned.encode();
    let is_open = |path: &Path| !value_at(&wanted, path).is_wholly_known();
    let (unknown, known): (Vec<_>, Vec<_>) =
        differences.iter().partition(|difference| is_open(&difference.path));
    let mut effect = between(prior, planned).unwrap_or_else(|| by_schema(&known));
    let Effect { restarts, in_place, open: _ } = by_schema(&unknown);
    effect.open = match (unknown.is_empty(), restarts.is_empty(), effect.restarts.is_empty()) {
        (true, _, _) => Open::Nothing,
        (false, false, true) => Open::Restart,
        (false, true, _) | (false, false, false) => Open::Words,
    };
    effect.restarts.extend(restarts);
    effect.in_place.extend(in_place);
    effect
}

/// What the table says of everything that is known; what is not known yet is taken as it was.
fn between(prior: &ClusterModel, planned: &ClusterModel) -> Option<Effect> {
    let known = as_it_was(&prior.shared.encode(), planned.shared.encode());
    let known = ClusterSpec::decode(&known, &Path::root()).ok()?;
    let (before, after) = (described(&prior.shared, 1)?, described(&known, 1)?);
    let manifests::Change { restarts, in_place } = change::between(&before, &after);
    let paths =
        |causes: Vec<Cause>| causes.iter().map(|cause| super::path::of(&cause.path)).collect();
    let (restarts, in_place) = (paths(restarts), paths(in_place));
    Some(Effect { restarts, in_place, open: Open::Nothing })
}

fn by_schema(differences: &[&Difference]) -> Effect {
    let mut effect = Effect { restarts: vec![], in_place: vec![], open: Open::Nothing };
    for difference in differences {
        let own = difference.path.first_attribute().is_some_and(is_own);
        match difference.class {
            _ if own => {}
            OnChange::None | OnChange::InPlace => effect.in_place.push(difference.path.clone()),
            OnChange::Rescale | OnChange::Upgrade | OnChange::Replace => {
                effect.restarts.push(difference.path.clone());
            }
        }
    }
    effect
}

/// Whether an attribute is about the resource and not about the cluster.
fn is_own(name: &str) -> bool {
    ClusterOwn::attributes().iter().any(|attribute| attribute.name == name)
}

/// The value with what is unknown in it taken from another.
fn as_it_was(before: &Value, after: Value) -> Value {
    match after {
        Value::Unknown(_) => before.clone(),
        Value::Mapping(members) => Value::Mapping(
            members
                .into_iter()
                .map(|(name, member)| {
                    let member = as_it_was(before.member(&name), member);
                    (name, member)
                })
                .collect(),
        ),
        Value::Sequence(elements) => Value::Sequence(
            elements
                .into_iter()
                .enumerate()
                .map(|(index, element)| as_it_was(before.element(index), element))
                .collect(),
        ),
        known @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Dynamic(_)) => known,
    }
}

fn value_at<'a>(root: &'a Value, path: &Path) -> &'a Value {
    path.steps().iter().fold(root, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.member(name),
        Step::Index(index) => {
            usize::try_from(*index).map_or(&Value::Null, |index| value.element(index))
        }
    })
}

/// The attributes that differ and change nothing in Kubernetes, each once.
fn recorded(differences: &[Difference]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in differences.iter().filter_map(|difference| difference.path.first_attribute()) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// An attribute, and its values where both are numbers: no text may be a secret in a sentence that
/// everybody reads.
fn worded(prior: &ClusterModel, planned: &ClusterModel, path: &Path) -> String {
    match (value_at(&prior.encode(), path), value_at(&planned.encode(), path)) {
        (Value::Number(before), Value::Number(after)) => format!("{path} {before} → {after}"),
        _ => path.to_string(),
    }
}

/// The URL of the REST API within Kubernetes.
pub(super) fn rest_url(spec: &ClusterSpec) -> Attr<String> {
    let (Some(namespace), Some(name)) = (spec.namespace.known(), spec.name.known()) else {
        return Attr::Unknown;
    };
    let rest = match &spec.rest {
        Attr::Unknown => return Attr::Unknown,
        Attr::Null => None,
        Attr::Known(rest) => Some(rest),
    };
    let open = rest.is_some_and(|rest| {
        rest.port.is_unknown() || rest.service_type.is_unknown() || rest.tls.is_unknown()
    });
    if open {
        return Attr::Unknown;
    }
    let scheme = if rest.is_some_and(|rest| !rest.tls.is_null()) { "https" } else { "http" };
    let balanced =
        rest.and_then(|rest| rest.service_type.known()).is_some_and(|word| word == "load_balancer");
    let usual = if balanced { 80 } else { 8081 };
    let port = rest.and_then(|rest| rest.port.known().copied()).unwrap_or(usual);
    Attr::Known(format!("{scheme}://{name}-rest.{namespace}:{port}"))
}

#[cfg(test)]
mod tests;
