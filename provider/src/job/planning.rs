//! Makes the plan of a job: gathers the facts, lets `plan.rs` decide, and says what to mind.

use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::Attr,
    path::Path,
    resource::{Context, Plan, PlanInput},
};

use super::{
    action::{Action, Change},
    application::{
        settled::{settled, stops_elsewhere},
        validate::warnings,
    },
    jar::{Content, JarFiles, content},
    looking::look,
    model::JobModel,
    outlook::{Concerns, outlook},
    plan::{Facts, decide, fill},
};
use crate::{cluster::model::ClusterSpec, diagnostic, location::Location, session::Session};

/// The plan of a create or update.
pub(super) async fn plan(
    jars: &JarFiles,
    context: &Context<Session>,
    input: PlanInput<'_, JobModel>,
) -> Plan<JobModel> {
    let PlanInput { prior, config, planned, private } = input;
    let namespace = context.session.as_ref().map(|session| session.namespace().to_owned());
    let planned = settled(planned, Some(config), namespace.as_ref());
    let mut diagnostics = Diagnostics::new();
    diagnostics.extend(prior.and_then(|prior| stops_elsewhere(prior, &planned)));
    let origin = kept(&mut diagnostics, origin(context, &planned));
    let jar_sha256 = kept(&mut diagnostics, jar_sha256(jars, prior, &planned));
    let facts = Facts { origin, jar_sha256 };
    let change = decide(prior, &planned, &facts);
    diagnostics.extend(change.iter().filter_map(|change| refused(&planned, change)));
    diagnostics.extend(prior.is_none().then(|| invisible(&planned)).flatten());
    let does_nothing = change.as_ref().is_some_and(|change| change.action == Action::Nothing);
    if !planned.application.is_null() && !does_nothing {
        diagnostics.extend(warnings(&planned));
    }
    if let (Some(session), Some(change)) = (&context.session, &change) {
        diagnostics.extend(foreseen(session, prior, &planned, change).await);
    }
    let planned = fill(prior, planned, &facts, change.as_ref());
    Plan { diagnostics, ..Plan::new(planned, private.clone()) }
}

/// What the live job and its cluster make of the change. A plan that changes nothing looks at
/// nothing, and whoever does not answer has nothing to tell.
async fn foreseen(
    session: &Session,
    prior: Option<&JobModel>,
    planned: &JobModel,
    change: &Change,
) -> Vec<Diagnostic> {
    let concerns = Concerns::of(planned, change);
    if concerns.are_none() {
        return Vec::new();
    }
    let seen = look(session, prior, planned, concerns).await;
    let name = planned.name.known().map_or("", String::as_str);
    let told = outlook(concerns, &seen);
    told.iter().map(|outlook| diagnostic::outlook(name, outlook)).collect()
}

/// What a destroy will do to the data.
pub(super) fn plan_destroy(prior: &JobModel) -> Diagnostics {
    let runs = prior.state.known().is_some_and(|state| state == "running");
    let cancels = prior.on_destroy.known().is_some_and(|how| how == "cancel");
    if !(runs && cancels) {
        return Diagnostics::new();
    }
    let name = prior.name.known().map_or("", String::as_str);
    diagnostic::cancelled_on_destroy(name).into()
}

type Fact = (Attr<String>, Option<Diagnostic>);

fn kept(diagnostics: &mut Diagnostics, (fact, found): Fact) -> Attr<String> {
    diagnostics.extend(found);
    fact
}

/// The origin of the job's cluster; unknown while the provider or the address is.
pub(super) fn origin(context: &Context<Session>, job: &JobModel) -> Fact {
    let Some(session) = &context.session else { return (Attr::Unknown, None) };
    match &job.application {
        Attr::Known(spec) => return (of_its_own(spec), None),
        Attr::Unknown => return (Attr::Unknown, None),
        Attr::Null => {}
    }
    let Attr::Known(location) = Location::named(&job.cluster, &job.rest_url) else {
        return (Attr::Unknown, None);
    };
    match session.origin(&location) {
        Ok(origin) => (Attr::Known(origin), None),
        Err(error) => (Attr::Unknown, Some(diagnostic::no_job_manager(&error))),
    }
}

/// A job's own cluster is called like any: `namespace/name`.
fn of_its_own(spec: &ClusterSpec) -> Attr<String> {
    match (&spec.namespace, &spec.name) {
        (Attr::Known(namespace), Attr::Known(name)) => Attr::Known(format!("{namespace}/{name}")),
        (Attr::Null | Attr::Unknown | Attr::Known(_), _) => Attr::Unknown,
    }
}

fn jar_sha256(jars: &JarFiles, prior: Option<&JobModel>, planned: &JobModel) -> Fact {
    if !planned.application.is_null() {
        // Flink fetches the jar, or the image has it: nobody here reads it.
        let said = planned.jar.known().map_or(Attr::Unknown, |jar| jar.sha256.clone());
        return (said, None);
    }
    match content(&planned.jar, prior, |path| jars.hash(path)) {
        Ok(found) => {
            let remark = jar_remark(planned, &found);
            (found.hash(), remark)
        }
        Err(error) => (Attr::Unknown, Some(diagnostic::jar_error(&error))),
    }
}

fn jar_remark(planned: &JobModel, found: &Content) -> Option<Diagnostic> {
    let jar = planned.jar.known()?;
    match found {
        Content::Hash(hash) => {
            let wanted = jar.sha256.known().filter(|wanted| !wanted.eq_ignore_ascii_case(hash))?;
            Some(diagnostic::hash_differs(wanted, hash))
        }
        Content::Recorded(hash) => Some(diagnostic::jar_is_recorded(jar.path.known()?, hash)),
        Content::Open => None,
    }
}

fn refused(planned: &JobModel, change: &Change) -> Option<Diagnostic> {
    if planned.prevent_state_loss != Attr::Known(true) || !change.action.discards() {
        return None;
    }
    let name = planned.name.known().map_or("", String::as_str);
    let restores = matches!(change.action, Action::Restore(_));
    let restore = || Path::attribute("restore");
    let cause = if restores { restore() } else { Path::attribute("upgrade_mode") };
    Some(diagnostic::would_discard(name, &change.to_string()).at(cause))
}

fn invisible(planned: &JobModel) -> Option<Diagnostic> {
    let jar = planned.jar.known().filter(|_| planned.application.is_null())?;
    (!jar.uri.is_null() && jar.sha256.is_null()).then(diagnostic::uri_without_hash)
}
