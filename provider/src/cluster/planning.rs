//! Makes the plan of a cluster: lets `plan.rs` decide, and says what is wrong or to mind.

use manifests::Rendered;
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    resource::{Context, Plan, PlanInput},
};

use super::{
    action::Action,
    goal::checked,
    model::{ClusterModel, ClusterSpec},
    plan::{decide, fill},
    recover, validate,
};
use crate::{diagnostic, session::Session};

/// Everything that is wrong with a configuration, as far as it is known. What may surprise is said
/// by the plan.
pub(super) fn validated(config: &ClusterModel) -> Diagnostics {
    let mut found = validate::cluster(config);
    let usual = Attr::Known("default".to_owned());
    let namespace = &config.shared.namespace;
    let namespace = if namespace.is_null() { usual } else { namespace.clone() };
    found.extend(wrong(&ClusterSpec { namespace, ..config.shared.clone() }));
    found
}

/// The plan of a create or update.
pub(super) fn plan(
    context: &Context<Session>,
    input: PlanInput<'_, ClusterModel>,
) -> Plan<ClusterModel> {
    let PlanInput { prior, config, mut planned, private } = input;
    let is_left_out = prior.is_none() && config.shared.namespace.is_null();
    if let (true, Some(session)) = (is_left_out, &context.session) {
        planned.shared.namespace = Attr::Known(session.namespace().to_owned());
    }
    let change = decide(prior, &planned);
    let mut diagnostics = Diagnostics::new();
    if change.action != Action::Nothing {
        let checked = checked(&planned.shared);
        diagnostics.extend(checked.map_or_else(|found| errors(&found), warnings));
    }
    let refused = prior.and_then(|prior| recover::refused(prior, &planned, &change));
    diagnostics.extend(refused);
    let planned = fill(prior, planned, &change);
    Plan { diagnostics, ..Plan::new(planned, private.clone()) }
}

/// What a destroy will do to the jobs.
pub(super) fn plan_destroy(prior: &ClusterModel) -> Diagnostics {
    let forced = prior.own.on_destroy.known().is_some_and(|how| how == "force");
    if !forced {
        return Diagnostics::new();
    }
    diagnostic::forced_on_destroy(&super::goal::name(prior).to_string()).into()
}

/// What cannot be rendered.
pub(crate) fn wrong(spec: &ClusterSpec) -> Diagnostics {
    checked(spec).map_or_else(|found| errors(&found), |_| Diagnostics::new())
}

fn errors(found: &[manifests::Invalid]) -> Diagnostics {
    found.iter().map(diagnostic::invalid).collect()
}

fn warnings(found: Option<Rendered>) -> Diagnostics {
    let rendered = found.into_iter();
    rendered
        .flat_map(|rendered| rendered.warnings)
        .map(|found| diagnostic::warned(&found))
        .collect()
}
