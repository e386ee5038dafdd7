//! `PlanResourceChange` and `ValidateResourceConfig`.

use proto::tfplugin6::{
    ClientCapabilities, deferred, diagnostic::Severity, plan_resource_change,
    provider_server::Provider as _, read_resource, validate_resource_config,
};
use serde_json::{Value as Json, json};
use terraform::value::Value;

use crate::{
    messages::{decoded, message, object},
    thing::{self, ThingModel, World},
};

use super::{TYPE, configured, errors, ready, told};

fn create_plan(thing: &Json, private: &[u8]) -> plan_resource_change::Request {
    plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        proposed_new_state: message::<ThingModel>(thing),
        config: message::<ThingModel>(thing),
        prior_private: private.to_vec(),
        ..Default::default()
    }
}

#[tokio::test]
async fn what_is_known_in_part_is_planned_so() {
    let (_world, service) = ready().await;
    let thing = json!({
        "name": "a", "list": ["x", "?"], "tags": {"k": "?"}, "parts": ["?", {"key": "?"}],
    });
    let answer = call!(service, plan_resource_change, create_plan(&thing, b""));
    let planned = decoded::<ThingModel>(answer.planned_state.as_ref());
    let expected = object::<ThingModel>(&json!({
        "name": "a", "size": 1, "id": "?", "revision": "?",
        "list": ["x", "?"], "tags": {"k": "?"}, "parts": ["?", {"key": "?", "condition": "new"}],
    }));
    assert_eq!(planned, expected);
}

#[tokio::test]
async fn a_plan_that_panics_proposes_what_was_there() {
    let (_world, service) = ready().await;
    let request = create_plan(&json!({"name": "plan-panics"}), br#"{"uid":"u"}"#);
    let answer = call!(service, plan_resource_change, request);
    assert_eq!(told(&answer.diagnostics), errors(&["The provider panicked"]));
    assert!(answer.diagnostics[0].detail.starts_with("no plan for this\n"));
    assert_eq!(answer.planned_private, br#"{"uid":"u"}"#);
}

#[tokio::test]
async fn the_frameworks_hidden_state_passes_through_a_plan() {
    let (_world, service) = ready().await;
    let request = create_plan(&json!({"name": "a"}), br#"{".framework":1,"uid":"u"}"#);
    let answer = call!(service, plan_resource_change, request);
    assert_eq!(answer.planned_private, br#"{".framework":1,"uid":"u"}"#);
}

#[tokio::test]
async fn a_destroy_is_planned_as_null_with_the_authors_warning() {
    let (_world, service) = ready().await;
    let request = plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: message::<ThingModel>(&json!({"name": "a"})),
        proposed_new_state: message::<ThingModel>(&json!(null)),
        config: message::<ThingModel>(&json!(null)),
        ..Default::default()
    };
    let answer = call!(service, plan_resource_change, request);
    assert_eq!(decoded::<ThingModel>(answer.planned_state.as_ref()), Value::Null);
    assert_eq!(told(&answer.diagnostics), [(Severity::Warning, "Goodbye".to_owned())]);
}

#[tokio::test]
async fn deferral_needs_an_unknown_provider_block_and_a_client_that_allows_it() {
    for (endpoint, allowed, expected) in [
        (json!("?"), true, Some(deferred::Reason::ProviderConfigUnknown)),
        (json!("?"), false, None),
        (json!("here"), true, None),
    ] {
        let service = configured(&World::default(), &endpoint).await;
        let client = ClientCapabilities { deferral_allowed: allowed, ..Default::default() };
        let request = plan_resource_change::Request {
            client_capabilities: Some(client),
            ..create_plan(&json!({"name": "a"}), b"")
        };
        let answer = call!(service, plan_resource_change, request);
        assert_eq!(answer.diagnostics, []);
        let reason = answer.deferred.map(|it| it.reason());
        assert_eq!(reason, expected, "{endpoint} {allowed}");
        let request = read_resource::Request {
            type_name: TYPE.to_owned(),
            current_state: message::<ThingModel>(&json!({"name": "a"})),
            client_capabilities: Some(client),
            ..Default::default()
        };
        let reason = call!(service, read_resource, request).deferred.map(|it| it.reason());
        assert_eq!(reason, expected, "read: {endpoint} {allowed}");
    }
}

#[tokio::test]
async fn a_configuration_is_validated_by_schema_author_and_client() {
    let write_only = "Write-only attribute not supported";
    let cases = [
        (json!({"name": "a"}), true, vec![]),
        (json!({"name": "?"}), true, vec![]),
        (json!({}), true, vec![(Severity::Error, "Missing required argument")]),
        (json!({"name": "forbidden"}), true, vec![(Severity::Error, "Forbidden name")]),
        (json!({"name": "a", "old": 1}), true, vec![(Severity::Warning, "Attribute Deprecated")]),
        (json!({"name": "a", "token": "t"}), true, vec![]),
        (json!({"name": "a", "token": "t"}), false, vec![(Severity::Error, write_only)]),
    ];
    for (config, write_only_attributes_allowed, expected) in cases {
        let service = thing::service(&World::default());
        let client = ClientCapabilities { write_only_attributes_allowed, ..Default::default() };
        let request = validate_resource_config::Request {
            type_name: TYPE.to_owned(),
            config: message::<ThingModel>(&config),
            client_capabilities: Some(client),
        };
        let answer = call!(service, validate_resource_config, request);
        let told = told(&answer.diagnostics);
        let told: Vec<_> = told.iter().map(|(severity, text)| (*severity, text.as_str())).collect();
        assert_eq!(told, expected, "{config}");
    }
}
