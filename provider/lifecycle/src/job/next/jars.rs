//! Jars on the cluster: found by content, kept as long as a rollback may need them.

use flink::JarId;

use super::{Need, perform, stuck};
use crate::job::{
    goal::{Jar, Run},
    ids::Owner,
    observed::{Observed, UploadedJar},
    problem::Problem,
    step::{Effect, Step},
};

/// The name that a jar is uploaded under: its content and its owner.
pub(crate) fn name(owner: &Owner, jar: &Jar) -> String {
    format!("{}_{}.jar", jar.sha256, owner.label())
}

/// The jar on the cluster; uploads it where it is not.
pub(super) fn on_cluster(owner: &Owner, jar: &Jar, seen: &Observed) -> Need<JarId> {
    if let Some(id) = uploaded_now(jar, seen)? {
        return Ok(id);
    }
    if let Some(found) = found(owner, jar, seen)? {
        return Ok(found);
    }
    if jar.file.is_none() {
        return stuck(Problem::JarMissing { sha256: jar.sha256.clone() });
    }
    perform(Step::UploadJar { jar: jar.clone(), name: name(owner, jar) })
}

/// The jar on the cluster, if it is there.
pub(super) fn found(owner: &Owner, jar: &Jar, seen: &Observed) -> Need<Option<JarId>> {
    let name = name(owner, jar);
    let found = seen.jars()?.iter().find(|one| one.name == name);
    Ok(found.map(|one| one.id.clone()))
}

/// The jar as this operation has uploaded it, unless it is gone again.
fn uploaded_now(jar: &Jar, seen: &Observed) -> Need<Option<JarId>> {
    for done in seen.performed().iter().rev() {
        match (&done.step, &done.effect) {
            (_, Effect::JarGone) => return Ok(None),
            (Step::UploadJar { jar: one, .. }, Effect::Uploaded(id)) if one == jar => {
                return Ok(Some(id.clone()));
            }
            (Step::UploadJar { jar: one, .. }, Effect::Rejected { cause }) if one == jar => {
                return stuck(Problem::JarRejected { reason: cause.clone() });
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether a jar could be started now.
pub(super) fn is_at_hand(owner: &Owner, jar: &Jar, seen: &Observed) -> Need<bool> {
    Ok(jar.file.is_some() || found(owner, jar, seen)?.is_some())
}

/// Deletes the owner's jars that neither the new job nor a rollback needs.
pub(super) fn without_leftovers(goal: &Run, seen: &Observed) -> Need<()> {
    let recorded = goal.recorded.as_ref().and_then(|recorded| recorded.program.as_ref());
    let mut kept = vec![name(&goal.owner, &goal.program.jar)];
    kept.extend(recorded.map(|program| name(&goal.owner, &program.jar)));
    let ending = format!("_{}.jar", goal.owner.label());
    let is_leftover = |jar: &&UploadedJar| {
        let deleted =
            |done: &crate::job::observed::Performed| done.step == Step::DeleteJar(jar.id.clone());
        jar.name.ends_with(&ending)
            && !kept.contains(&jar.name)
            && !seen.performed().iter().any(deleted)
    };
    match seen.jars()?.iter().find(is_leftover) {
        Some(jar) => perform(Step::DeleteJar(jar.id.clone())),
        None => Ok(()),
    }
}
