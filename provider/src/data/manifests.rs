//! `data.flink_manifests`: the objects of a cluster, without applying them.

mod application;

use std::collections::BTreeMap;

use manifests::{Invalid, Object, Rendered, Warning, render, yaml};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Joined, Model},
    resource::{Context, DataSource},
};

use self::application::Program;
use super::text;
use crate::{
    cluster::{describe::described, model::ClusterSpec, validate},
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
    /// The program of an application cluster, which runs it by itself and nothing else. Default: none, a session cluster, to which jobs are submitted.
    #[attr(optional)]
    pub application: Attr<Program>,
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
    const DESCRIPTION: &'static str = "The Kubernetes objects that a `flink_cluster` of the same attributes consists of, or an application cluster with a program of its own, as YAML: for review, for policies, for GitOps. Nothing is asked and nothing is applied.";

    fn validate(&self, config: &ManifestsModel) -> Diagnostics {
        let mut found = validate::spec(&config.shared);
        let spec = named(config.shared.clone(), "default");
        if let Err(wrong) = checked(&spec, &config.own.application) {
            found.extend(wrong.iter().map(invalid));
        }
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
        let rendered = match checked(&shared, &config.own.application) {
            Ok(Some(rendered)) => rendered,
            Ok(None) => return Err(diagnostic::undecided().into()),
            Err(found) => return Err(found.iter().map(invalid).collect()),
        };
        let id = [&shared.namespace, &shared.name].map(|part| part.known().cloned());
        let own = Manifests {
            application: config.own.application,
            id: text(id.into_iter().flatten().collect::<Vec<_>>().join("/")),
            yaml: text(yaml(&rendered.objects)),
            objects: Attr::Known(rendered.objects.iter().map(one).collect()),
            flink_configuration_effective: Attr::Known(rendered.configuration),
        };
        let said = rendered.warnings.iter().map(warned).collect();
        Ok((ManifestsModel { shared, own }, said))
    }
}

/// The objects; nothing while something is unknown.
fn checked(spec: &ClusterSpec, program: &Attr<Program>) -> Result<Option<Rendered>, Vec<Invalid>> {
    let described = described(spec, 1).filter(|_| program.encode().is_wholly_known());
    let described =
        described.map(|it| manifests::Cluster { kind: application::kind(program), ..it });
    described.map(|described| render(&described)).transpose()
}

fn invalid(found: &Invalid) -> Diagnostic {
    at_program(diagnostic::invalid(found), &found.path)
}

fn warned(found: &Warning) -> Diagnostic {
    at_program(diagnostic::warned(found), &found.path)
}

fn at_program(said: Diagnostic, parts: &[String]) -> Diagnostic {
    match application::path(parts) {
        Some(path) => said.at(path),
        None => said,
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
