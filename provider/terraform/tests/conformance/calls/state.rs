//! States that were recorded, imported, moved or turned into a configuration.

use proto::tfplugin6::{
    RawState, generate_resource_config, get_metadata, import_resource_state, move_resource_state,
    provider_server::Provider as _, upgrade_resource_identity, upgrade_resource_state,
};
use serde_json::{Value as Json, json};
use terraform::value::Value;

use crate::{
    messages::{decoded, identity, members, message, object},
    thing::{self, ThingIdentity, ThingModel, World},
};

use super::{TYPE, create, errors, ready, told};

fn recorded(version: i64, state: &Json) -> upgrade_resource_state::Request {
    let json = state.to_string().into_bytes();
    let raw_state = Some(RawState { json, ..Default::default() });
    upgrade_resource_state::Request { type_name: TYPE.to_owned(), version, raw_state }
}

#[tokio::test]
async fn recorded_states_are_upgraded() {
    let cases = [
        (1, json!({"name": "a", "size": 2, "lost": 1}), Some(json!({"name": "a", "size": 2}))),
        (0, json!({"name": "a", "length": 3}), Some(json!({"name": "a", "size": 3}))),
        (1, json!({"name": "a", "token": "never stored"}), Some(json!({"name": "a"}))),
        (1, json!({"name": ["a"]}), None),
        (2, json!({"name": "a"}), None),
    ];
    for (version, state, expected) in cases {
        let service = thing::service(&World::default());
        let answer = call!(service, upgrade_resource_state, recorded(version, &state));
        assert_eq!(answer.diagnostics.is_empty(), expected.is_some(), "{state}: {answer:?}");
        let upgraded = decoded::<ThingModel>(answer.upgraded_state.as_ref());
        assert_eq!(upgraded, object::<ThingModel>(&expected.unwrap_or_default()), "{state}");
    }
}

#[tokio::test]
async fn a_state_that_is_no_json_is_refused() {
    let service = thing::service(&World::default());
    let flat =
        RawState { flatmap: [("a".to_owned(), "b".to_owned())].into(), ..Default::default() };
    for raw_state in
        [None, Some(flat), Some(RawState { json: b"{".to_vec(), ..Default::default() })]
    {
        let request = upgrade_resource_state::Request { raw_state, ..recorded(1, &json!(null)) };
        let answer = call!(service, upgrade_resource_state, request);
        assert_eq!(told(&answer.diagnostics), errors(&["Unable to Upgrade Resource State"]));
    }
}

#[tokio::test]
async fn recorded_identities_are_upgraded() {
    let service = thing::service(&World::default());
    let newer = "Resource identity recorded by newer provider version";
    for (version, recorded, refused) in [
        (2, json!({"name": "a"}), None),
        (2, json!({"name": "a", "lost": 1}), None),
        (1, json!({"label": "a"}), None),
        (0, json!({"label": "a"}), Some("Too old")),
        (3, json!({"name": "a"}), Some(newer)),
        (2, json!({"name": ["a"]}), Some("Unable to Upgrade Resource State")),
    ] {
        let raw = RawState { json: recorded.to_string().into_bytes(), ..Default::default() };
        let request = upgrade_resource_identity::Request {
            type_name: TYPE.to_owned(),
            version,
            raw_identity: Some(raw),
        };
        let answer = call!(service, upgrade_resource_identity, request);
        assert_eq!(told(&answer.diagnostics), errors(refused.as_slice()), "{recorded}");
        let identity = answer.upgraded_identity.and_then(|it| it.identity_data);
        let name = decoded::<ThingIdentity>(identity.as_ref());
        let expected = if refused.is_some() { json!(null) } else { json!({"name": "a"}) };
        assert_eq!(name, object::<ThingIdentity>(&expected));
    }
}

#[tokio::test]
async fn an_import_finds_by_id_and_by_identity_and_says_when_there_is_none() {
    let (_world, service) = ready().await;
    call!(service, apply_resource_change, create(&json!({"name": "a", "size": 5})));
    let name = |name: &str| identity::<ThingIdentity>(&json!({"name": name}));
    for (id, identity, found) in [
        ("thing-a", None, true),
        ("", name("a"), true),
        ("thing-b", None, false),
        ("", name("b"), false),
    ] {
        let request = import_resource_state::Request {
            type_name: TYPE.to_owned(),
            id: id.to_owned(),
            identity,
            ..Default::default()
        };
        let answer = call!(service, import_resource_state, request);
        let sizes: Vec<Value> = answer
            .imported_resources
            .iter()
            .map(|it| members::<ThingModel>(it.state.as_ref())["size"].clone())
            .collect();
        let expected = if found { vec![Value::from(5)] } else { vec![] };
        assert_eq!(sizes, expected, "{id}");
        let missing = errors(&["Cannot import non-existent remote object"]);
        assert_eq!(told(&answer.diagnostics), if found { vec![] } else { missing }, "{id}");
    }
}

#[tokio::test]
async fn an_object_of_another_type_is_taken_over_where_the_resource_knows_it() {
    let service = thing::service(&World::default());
    let capabilities = call!(service, get_metadata, get_metadata::Request {}).server_capabilities;
    assert!(capabilities.unwrap().move_resource_state);
    for (source, expected) in
        [("other_thing", Ok(json!({"name": "a"}))), ("alien", Err(errors(&["Not a thing"])))]
    {
        let json = br#"{"label":"a"}"#.to_vec();
        let request = move_resource_state::Request {
            target_type_name: TYPE.to_owned(),
            source_type_name: source.to_owned(),
            source_state: Some(RawState { json, ..Default::default() }),
            ..Default::default()
        };
        let answer = call!(service, move_resource_state, request);
        match expected {
            Ok(state) => {
                let moved = decoded::<ThingModel>(answer.target_state.as_ref());
                assert_eq!(moved, object::<ThingModel>(&state));
                assert!(answer.target_identity.is_some());
            }
            Err(expected) => assert_eq!(told(&answer.diagnostics), expected),
        }
    }
}

#[tokio::test]
async fn a_generated_configuration_has_only_what_a_user_writes() {
    let service = thing::service(&World::default());
    let state = json!({"id": "i", "name": "a", "size": 1, "note": "n", "revision": 3});
    let request = generate_resource_config::Request {
        type_name: TYPE.to_owned(),
        state: message::<ThingModel>(&state),
    };
    let config = call!(service, generate_resource_config, request).config;
    let expected = object::<ThingModel>(&json!({"name": "a", "note": "n"}));
    assert_eq!(decoded::<ThingModel>(config.as_ref()), expected);
}
