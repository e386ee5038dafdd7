//! Makes the plan of a cluster: lets `plan.rs` decide, and says what is wrong or to mind.

use std::time::Duration;

use manifests::Rendered;
use terraform::{
    diagnostics::Diagnostics,
    model::Attr,
    path::Path,
    resource::{Context, Plan, PlanInput},
};
use tokio::time;

use super::{
    action::Action,
    goal::checked,
    model::{ClusterModel, ClusterSpec},
    plan::{decide, fill},
    recover, validate,
};
use crate::{diagnostic, session::Session};

/// How long a plan waits for what it can do without.
const GLANCE_PATIENCE: Duration = Duration::from_secs(3);

/// Everything that is wrong with a configuration, as far as it is known. What may surprise is said
/// by the plan.
pub(super) fn validated(config: &ClusterModel) -> Diagnostics {
    let mut found = validate::cluster(config);
    let usual = Attr::Known("default".to_owned());
    let namespace = &config.shared.namespace;
    let namespace = if namespace.is_null() { usual } else { namespace.clone() };
    let wrong = wrong(&ClusterSpec { namespace, ..config.shared.clone() });
    found.extend(wrong.into_iter().filter(|found| !has_a_rule_of_its_own(&found.path)));
    found
}

/// Whether an attribute's own rule has said already what is wrong with it.
fn has_a_rule_of_its_own(path: &Path) -> bool {
    ["name", "namespace", "flink_version"].iter().any(|name| *path == Path::attribute(name))
}

/// The plan of a create or update.
pub(super) async fn plan(
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
        if let (Some(session), Some(class)) = (&context.session, new_class(prior, &planned)) {
            let look = session.kubernetes().has_ingress_class(&class);
            let found = time::timeout(GLANCE_PATIENCE, look).await.ok().flatten();
            let is_missing = found == Some(false);
            diagnostics.extend(is_missing.then(|| diagnostic::no_ingress_class(&class)));
        }
    }
    let refused = prior.and_then(|prior| recover::refused(prior, &planned, &change));
    diagnostics.extend(refused);
    let planned = fill(prior, planned, &change);
    Plan { diagnostics, ..Plan::new(planned, private.clone()) }
}

/// The class of the Ingress that an apply makes or changes.
fn new_class(prior: Option<&ClusterModel>, planned: &ClusterModel) -> Option<String> {
    let class = |cluster: &ClusterModel| {
        let ingress = cluster.shared.rest.known()?.ingress.known()?;
        ingress.class_name.known().cloned()
    };
    let class_before = prior.and_then(class);
    class(planned).filter(|class| class_before.as_ref() != Some(class))
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

#[cfg(test)]
mod tests {
    use super::{
        super::model::{Ingress, Rest},
        *,
    };

    fn with_class(class: Attr<String>) -> ClusterModel {
        let ingress = Attr::Known(Ingress { class_name: class, ..Ingress::default() });
        let mut cluster = ClusterModel::default();
        cluster.shared.rest = Attr::Known(Rest { ingress, ..Rest::default() });
        cluster
    }

    #[test]
    fn only_a_class_that_an_apply_would_set_is_looked_for() {
        let of = |class: &str| with_class(Attr::Known(class.to_owned()));
        let none = ClusterModel::default();
        for (prior, planned, expected) in [
            (None, &none, None),
            (None, &of("nginx"), Some("nginx")),
            (None, &with_class(Attr::Unknown), None),
            (Some(&of("nginx")), &of("nginx"), None),
            (Some(&of("nginx")), &of("traefik"), Some("traefik")),
            (Some(&none), &of("nginx"), Some("nginx")),
        ] {
            assert_eq!(new_class(prior, planned).as_deref(), expected);
        }
    }
}
