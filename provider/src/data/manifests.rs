//! `data.flink_manifests`: the objects of a cluster, without applying them.

use std::collections::BTreeMap;

use manifests::{Object, yaml};
use terraform::{
    diagnostics::Diagnostics,
    model::{Attr, Joined, Model},
    resource::{Context, DataSource},
};

use super::text;
use crate::{
    cluster::{goal::checked, model::ClusterSpec, planning, validate},
    diagnostic,
    session::Session,
};

/// The data source `flink_manifests`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ManifestsData;

/// What describes a cluster, and what it comes to.
pub type ManifestsModel = Joined<ClusterSpec, Manifests>;

/// The objects of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Manifests {
    /// `namespace/name`.
    #[attr(computed)]
    pub id: Attr<String>,
    /// All objects as one YAML text, in the order of applying: the same description gives the same bytes. `kubectl apply` takes it.
    #[attr(computed)]
    pub yaml: Attr<String>,
    /// Each object as YAML, by `Kind/name`.
    #[attr(computed)]
    pub objects: Attr<BTreeMap<String, String>>,
    /// The configuration that Flink reads, with everything that the attributes come to; `${NAME}` is not yet replaced.
    #[attr(computed)]
    pub flink_configuration_effective: Attr<BTreeMap<String, String>>,
}

impl DataSource for ManifestsData {
    type Session = Session;
    type Model = ManifestsModel;

    const TYPE_NAME: &'static str = "flink_manifests";
    const DESCRIPTION: &'static str = "The Kubernetes objects that a `flink_cluster` of the same attributes consists of, as YAML: for review, for policies, for GitOps. Nothing is asked and nothing is applied.";

    fn validate(&self, config: &ManifestsModel) -> Diagnostics {
        let mut found = validate::spec(&config.shared);
        found.extend(planning::wrong(&named(config.shared.clone(), "default")));
        found
    }

    async fn read(
        &self,
        context: &Context<Session>,
        config: ManifestsModel,
    ) -> Result<(ManifestsModel, Diagnostics), Diagnostics> {
        let session = context.session.as_ref();
        let namespace = session.map_or("default", |session| session.namespace()).to_owned();
        let shared = named(config.shared, &namespace);
        let rendered = match checked(&shared) {
            Ok(Some(rendered)) => rendered,
            Ok(None) => return Err(diagnostic::undecided().into()),
            Err(found) => return Err(found.iter().map(diagnostic::invalid).collect()),
        };
        let id = [&shared.namespace, &shared.name].map(|part| part.known().cloned());
        let own = Manifests {
            id: text(id.into_iter().flatten().collect::<Vec<_>>().join("/")),
            yaml: text(yaml(&rendered.objects)),
            objects: Attr::Known(rendered.objects.iter().map(one).collect()),
            flink_configuration_effective: Attr::Known(rendered.configuration),
        };
        let said = rendered.warnings.iter().map(diagnostic::warned).collect();
        Ok((ManifestsModel { shared, own }, said))
    }
}

fn one(object: &Object) -> (String, String) {
    (format!("{}/{}", object.kind, object.name), yaml(std::slice::from_ref(object)))
}

/// The description with what the resource would fill in.
fn named(spec: ClusterSpec, namespace: &str) -> ClusterSpec {
    let usual = |attribute: Attr<String>, usual: &str| match attribute {
        Attr::Null => text(usual),
        set @ (Attr::Unknown | Attr::Known(_)) => set,
    };
    ClusterSpec {
        namespace: usual(spec.namespace, namespace),
        strategy: usual(spec.strategy, "standalone"),
        ..spec
    }
}
