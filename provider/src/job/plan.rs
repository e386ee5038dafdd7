//! Decides what an apply will do to a job: pure, and the same for the same input.
//!
//! It depends on the refreshed prior state, the configuration, the jar's hash and the origin
//! alone. What the live cluster says is not here: it may add warnings to a plan, never values.

use terraform::{model::Attr, schema::OnChange};

use super::{
    action::{Action, Carry, Change, Reason, Start},
    application::{
        differing::{self as own_cluster, Differing},
        settled::goes_elsewhere,
    },
    differing::{self, Difference},
    model::{JobModel, Restore},
};
use crate::{
    cluster::plan::READY,
    location::{self, Location},
};

/// What a plan depends on besides the models.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Origin of the cluster that the job is to run on.
    pub origin: Attr<String>,
    /// SHA-256 of the jar that is to run.
    pub jar_sha256: Attr<String>,
}

/// The change from what is recorded to what is wanted; `None` while that depends on unknown values.
pub fn decide(prior: Option<&JobModel>, planned: &JobModel, facts: &Facts) -> Option<Change> {
    let bounded = planned.bounded == Attr::Known(true);
    let Some(prior) = prior else {
        let (attributes, cluster) = (vec![], vec![]);
        return Some(Change { action: first_start(planned)?, attributes, cluster, bounded });
    };
    let differences = differing::between(prior, planned, facts);
    let action = transition(prior, planned, facts, &differences)?;
    let attributes = listed(&action, &differences);
    let cluster = inside(&action, prior, planned);
    Some(Change { action, attributes, cluster, bounded })
}

/// What the sentence names of the job's own cluster: what causes the action, or what little differs.
fn inside(action: &Action, prior: &JobModel, planned: &JobModel) -> Vec<String> {
    let Some(Differing { upgrades, in_place }) = own_cluster::of_cluster(prior, planned) else {
        return vec![];
    };
    if action.class() <= OnChange::InPlace { in_place } else { upgrades }
}

/// The planned object: what the user wants, and every computed attribute that the change leaves alone.
pub fn fill(
    prior: Option<&JobModel>,
    planned: JobModel,
    facts: &Facts,
    change: Option<&Change>,
) -> JobModel {
    if let (Some(prior), Some(Change { action: Action::Nothing, .. })) = (prior, change) {
        return untouched(prior, planned);
    }
    let action = change.map(|change| &change.action);
    let starts = action.is_none_or(Action::starts);
    let stops = starts || matches!(action, Some(Action::Suspend(_) | Action::SuspendEnded { .. }));
    let kept = |attribute: fn(&JobModel) -> &Attr<String>, changes: bool| match prior {
        _ if changes => Attr::Unknown,
        Some(prior) => attribute(prior).clone(),
        None => Attr::Null,
    };
    JobModel {
        id: match planned.application {
            Attr::Null => id(&facts.origin, &planned.name),
            Attr::Known(_) | Attr::Unknown => facts.origin.clone(),
        },
        planned_action: change.map_or(Attr::Unknown, |change| Attr::Known(change.to_string())),
        job_id: kept(|job| &job.job_id, starts),
        last_savepoint_path: kept(|job| &job.last_savepoint_path, stops),
        restored_from: kept(|job| &job.restored_from, starts),
        jar_sha256: facts.jar_sha256.clone(),
        cluster_status: cluster_status(&planned),
        ..planned
    }
}

/// How a job's own cluster stands after the change.
fn cluster_status(planned: &JobModel) -> Attr<String> {
    match (&planned.application, &planned.state) {
        (Attr::Null, _) => Attr::Null,
        (Attr::Unknown, _) | (_, Attr::Unknown) => Attr::Unknown,
        (Attr::Known(_), Attr::Known(state)) if state == "suspended" => Attr::Null,
        (Attr::Known(_), Attr::Known(_) | Attr::Null) => Attr::Known(READY.to_owned()),
    }
}

/// What the user wrote, as he wrote it (`[]` and null mean the same), and nothing else that is new.
fn untouched(prior: &JobModel, planned: JobModel) -> JobModel {
    JobModel {
        id: prior.id.clone(),
        planned_action: prior.planned_action.clone(),
        job_id: prior.job_id.clone(),
        last_savepoint_path: prior.last_savepoint_path.clone(),
        restored_from: prior.restored_from.clone(),
        jar_sha256: prior.jar_sha256.clone(),
        cluster_status: prior.cluster_status.clone(),
        ..planned
    }
}

/// The id of the resource: the origin of its cluster and its name.
pub fn id(origin: &Attr<String>, name: &Attr<String>) -> Attr<String> {
    match (origin, name) {
        (Attr::Known(origin), Attr::Known(name)) => Attr::Known(location::join(origin, name)),
        (Attr::Null | Attr::Unknown | Attr::Known(_), _) => Attr::Unknown,
    }
}

/// The origin that is part of a recorded id.
pub fn origin_of(job: &JobModel) -> Option<&str> {
    if !job.application.is_null() {
        return job.id.known().map(String::as_str);
    }
    Some(location::split(job.id.known()?)?.0)
}

/// Where a recorded job is: the origin in its id, so that a provider whose address has changed
/// meanwhile still asks the JobManager that the job runs on.
pub fn recorded_at(job: &JobModel) -> Location {
    match origin_of(job) {
        Some(origin) => Location::at(origin),
        None => Location::of(&job.cluster, &job.rest_url),
    }
}

/// A job that was imported and that no apply has recorded a program for.
pub fn is_foreign(prior: &JobModel) -> bool {
    prior.jar.is_null() && prior.jar_sha256.is_null()
}

fn transition(
    prior: &JobModel,
    planned: &JobModel,
    facts: &Facts,
    differences: &[Difference],
) -> Option<Action> {
    if differences.is_empty() {
        return Some(Action::Nothing);
    }
    if facts.origin.is_unknown() || differing::hold_unknown(planned, differences) {
        return None;
    }
    let carry = carry(planned)?;
    let found = prior.state.known().map_or("running", String::as_str);
    let wanted = planned.state.known()?.as_str();
    match (found, wanted) {
        (found, wanted) if is_foreign(prior) && found == wanted => Some(Action::Adopt),
        ("suspended", "suspended") => Some(Action::Record),
        ("running", "suspended") => Some(Action::Suspend(carry)),
        (_, "suspended") => Some(Action::SuspendEnded { found: found.to_owned() }),
        ("suspended", _) if never_ran(prior) => first_start(planned),
        ("running", _) => running(prior, planned, facts, differences),
        ("suspended", _) => Some(restart(planned, differences, Action::Resume(carry))),
        (found, _) => {
            let repair = Action::Repair { found: found.to_owned(), carry };
            Some(restart(planned, differences, repair))
        }
    }
}

fn running(
    prior: &JobModel,
    planned: &JobModel,
    facts: &Facts,
    differences: &[Difference],
) -> Option<Action> {
    let carry = carry(planned)?;
    if let Some(revision) = carried_over(prior, planned, differences) {
        return Some(carry_over(planned, differences, revision, carry));
    }
    let most = differences.iter().map(|difference| difference.class).max()?;
    Some(match most {
        OnChange::None | OnChange::InPlace if touches_cluster(prior, planned) => Action::InPlace,
        OnChange::None | OnChange::InPlace => Action::Record,
        OnChange::Rescale => Action::Rescale {
            from: prior.parallelism.known().copied(),
            to: planned.parallelism.known().copied(),
            otherwise: carry,
        },
        OnChange::Upgrade | OnChange::Replace => {
            let upgrade = Action::Restart(reason((prior, planned), facts, differences), carry);
            restart(planned, differences, upgrade)
        }
    })
}

/// Whether objects of the job's own cluster are to change.
fn touches_cluster(prior: &JobModel, planned: &JobModel) -> bool {
    let differing = own_cluster::of_cluster(prior, planned);
    differing.is_some_and(|differing| differing.class() != OnChange::None)
}

/// The revision that the job comes to, where nothing takes it elsewhere.
fn carried_over(prior: &JobModel, planned: &JobModel, differences: &[Difference]) -> Option<u64> {
    let revision = differing::revision(prior, planned)?;
    (!upgrades(differences, "name")).then_some(revision)
}

fn carry_over(
    planned: &JobModel,
    differences: &[Difference],
    revision: u64,
    carry: Carry,
) -> Action {
    let besides = differences.iter().filter(|difference| difference.name != "cluster");
    match besides.map(|difference| difference.class).max() {
        None | Some(OnChange::None | OnChange::InPlace) => Action::CarryOver { revision },
        Some(OnChange::Rescale | OnChange::Upgrade | OnChange::Replace) => {
            let upgrade = Action::Restart(Reason::CarryOver { revision }, carry);
            restart(planned, differences, upgrade)
        }
    }
}

/// A start from what `restore` says where that asks to be heard, else the other action.
fn restart(planned: &JobModel, differences: &[Difference], otherwise: Action) -> Action {
    let asked = upgrades(differences, "restore") || upgrades(differences, "restart_trigger");
    match start(planned) {
        Some(start @ (Start::From(_) | Start::Empty)) if asked => Action::Restore(start),
        Some(Start::Latest | Start::From(_) | Start::Empty) | None => otherwise,
    }
}

fn never_ran(prior: &JobModel) -> bool {
    prior.job_id.is_null() && prior.last_savepoint_path.is_null()
}

fn first_start(planned: &JobModel) -> Option<Action> {
    match planned.state.known()?.as_str() {
        "suspended" => Some(Action::CreateSuspended),
        _ => start(planned).map(Action::Create),
    }
}

/// What `restore` says to start from; `None` while that is unknown.
fn start(planned: &JobModel) -> Option<Start> {
    let Restore { from, path, .. } = match &planned.restore {
        Attr::Null => return Some(Start::Latest),
        Attr::Unknown => return None,
        Attr::Known(restore) => restore,
    };
    match (from, path) {
        (Attr::Unknown, _) | (_, Attr::Unknown) => None,
        (Attr::Known(from), _) if from == "none" => Some(Start::Empty),
        (Attr::Null | Attr::Known(_), Attr::Known(path)) => Some(Start::From(path.clone())),
        (Attr::Null | Attr::Known(_), Attr::Null) => Some(Start::Latest),
    }
}

fn carry(planned: &JobModel) -> Option<Carry> {
    Some(match planned.upgrade_mode.known()?.as_str() {
        "last_state" => Carry::LastState,
        "stateless" => Carry::Discard,
        _ => Carry::Savepoint,
    })
}

fn upgrades(differences: &[Difference], name: &str) -> bool {
    differences
        .iter()
        .any(|difference| difference.name == name && difference.class == OnChange::Upgrade)
}

fn reason(
    (prior, planned): (&JobModel, &JobModel),
    facts: &Facts,
    differences: &[Difference],
) -> Reason {
    match (&facts.origin, &planned.name) {
        (Attr::Known(origin), _)
            if upgrades(differences, "rest_url")
                || upgrades(differences, "cluster")
                || goes_elsewhere(prior, planned) =>
        {
            Reason::Move { origin: origin.clone() }
        }
        (_, Attr::Known(name)) if upgrades(differences, "name") => {
            Reason::Rename { name: name.clone() }
        }
        (Attr::Null | Attr::Unknown | Attr::Known(_), _) => Reason::Upgrade,
    }
}

/// The attributes that the sentence names: those that caused the action and are not said by it already.
fn listed(action: &Action, differences: &[Difference]) -> Vec<&'static str> {
    let (least, said) = match action {
        Action::Nothing
        | Action::Create(_)
        | Action::CreateSuspended
        | Action::CarryOver { .. } => return vec![],
        Action::Record | Action::InPlace | Action::Adopt => (OnChange::InPlace, &["state"][..]),
        Action::Restart(Reason::Move { .. }, _) => {
            (OnChange::Rescale, &["cluster", "rest_url", "application"][..])
        }
        Action::Restart(Reason::CarryOver { .. }, _) => (OnChange::Rescale, &["cluster"][..]),
        Action::Restart(Reason::Rename { .. }, _) => (OnChange::Rescale, &["name"][..]),
        Action::Restart(Reason::Upgrade, _)
        | Action::Rescale { .. }
        | Action::Suspend(_)
        | Action::SuspendEnded { .. }
        | Action::Resume(_)
        | Action::Repair { .. }
        | Action::Restore(_) => (OnChange::Rescale, &["state"][..]),
    };
    differences
        .iter()
        .filter(|difference| difference.class >= least && !said.contains(&difference.name))
        .map(|difference| difference.name)
        .collect()
}

#[cfg(test)]
mod tests;
