//! What each call answers, also when something goes wrong.

use proto::tfplugin6::{
    Diagnostic, apply_resource_change, configure_provider, diagnostic::Severity,
    provider_server::Provider as _,
};
use serde_json::{Value as Json, json};
use terraform::registry::Service;

use crate::{
    messages::{identity, message},
    thing::{self, Config, ThingIdentity, ThingModel, Things, World},
};

mod apply;
mod offers;
mod plan;
mod state;

pub(crate) const TYPE: &str = "test_thing";

pub(crate) async fn configured(world: &World, endpoint: &Json) -> Service<Things> {
    let service = thing::service(world);
    let config = message::<Config>(&json!({"endpoint": endpoint}));
    let request = configure_provider::Request { config, ..Default::default() };
    assert_eq!(call!(service, configure_provider, request).diagnostics, []);
    service
}

pub(crate) async fn ready() -> (World, Service<Things>) {
    let world = World::default();
    let service = configured(&world, &json!("here")).await;
    (world, service)
}

pub(crate) fn create(planned: &Json) -> apply_resource_change::Request {
    apply_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: message::<ThingModel>(&json!(null)),
        planned_state: message::<ThingModel>(planned),
        config: message::<ThingModel>(planned),
        ..Default::default()
    }
}

pub(crate) fn update(prior: &Json, planned: &Json) -> apply_resource_change::Request {
    apply_resource_change::Request {
        prior_state: message::<ThingModel>(prior),
        planned_private: br#"{"uid":"u"}"#.to_vec(),
        planned_identity: identity::<ThingIdentity>(&json!({"name": prior["name"]})),
        ..create(planned)
    }
}

pub(crate) fn told(diagnostics: &[Diagnostic]) -> Vec<(Severity, String)> {
    diagnostics.iter().map(|it| (it.severity(), it.summary.clone())).collect()
}

pub(crate) fn errors(summaries: &[&str]) -> Vec<(Severity, String)> {
    summaries.iter().map(|it| (Severity::Error, (*it).to_owned())).collect()
}
