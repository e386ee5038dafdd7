//! What each call answers, also when something goes wrong.

use proto::tfplugin6::{
    ClientCapabilities, Diagnostic, RawState, apply_resource_change, call_function,
    configure_provider, deferred, diagnostic::Severity, generate_resource_config, get_metadata,
    get_provider_schema, import_resource_state, invoke_action, list_resource, move_resource_state,
    plan_resource_change, provider_server::Provider as _, read_data_source, read_resource,
    stop_provider, upgrade_resource_identity, upgrade_resource_state, validate_resource_config,
};
use serde_json::{Value as Json, json};
use terraform::{model::Model, registry::Service, value::Value};
use tokio_stream::StreamExt;
use tonic::{Code, Request};

use crate::{
    messages::{decoded, identity, members, message, object},
    thing::{self, Config, Filter, FoundModel, ThingIdentity, ThingModel, Things, Words, World},
};

const TYPE: &str = "test_thing";

/// Calls a method of the service and takes the answer out.
macro_rules! call {
    ($service:expr, $method:ident, $request:expr) => {
        $service.$method(Request::new($request)).await.unwrap().into_inner()
    };
}

async fn configured(world: &World, endpoint: &Json) -> Service<Things> {
    let service = thing::service(world);
    let config = message::<Config>(&json!({"endpoint": endpoint}));
    let request = configure_provider::Request { config, ..Default::default() };
    assert_eq!(call!(service, configure_provider, request).diagnostics, []);
    service
}

async fn ready() -> (World, Service<Things>) {
    let world = World::default();
    let service = configured(&world, &json!("here")).await;
    (world, service)
}

fn create(planned: &Json) -> apply_resource_change::Request {
    apply_resource_change::Request {
        type_name: TYPE.to_owned(),
        prior_state: message::<ThingModel>(&json!(null)),
        planned_state: message::<ThingModel>(planned),
        config: message::<ThingModel>(planned),
        ..Default::default()
    }
}

fn update(prior: &Json, planned: &Json) -> apply_resource_change::Request {
    apply_resource_change::Request {
        prior_state: message::<ThingModel>(prior),
        planned_private: br#"{"uid":"u"}"#.to_vec(),
        planned_identity: identity::<ThingIdentity>(&json!({"name": prior["name"]})),
        ..create(planned)
    }
}

fn told(diagnostics: &[Diagnostic]) -> Vec<(Severity, String)> {
    diagnostics.iter().map(|it| (it.severity(), it.summary.clone())).collect()
}

fn errors(summaries: &[&str]) -> Vec<(Severity, String)> {
    summaries.iter().map(|it| (Severity::Error, (*it).to_owned())).collect()
}

#[tokio::test]
async fn a_create_that_goes_wrong_answers_the_best_known_state() {
    // name, state left behind, errors
    let cases = [
        ("create-fails", true, vec!["Half way"]),
        ("create-panics", true, vec!["The provider panicked"]),
        ("create-says-nothing", false, vec!["Missing Resource State After Create"]),
        (
            "create-leaves-unknown",
            true,
            vec!["Provider returned invalid result object after apply"],
        ),
        ("create-leaks", true, vec![]),
    ];
    for (name, left, expected) in cases {
        let (_world, service) = ready().await;
        let planned = json!({"name": name, "size": 1, "id": "?", "revision": "?", "token": "t"});
        let answer = call!(service, apply_resource_change, create(&planned));
        assert_eq!(told(&answer.diagnostics), errors(&expected), "{name}");
        let state = decoded::<ThingModel>(answer.new_state.as_ref());
        assert_eq!(!state.is_null(), left, "{name}: {state:?}");
        assert!(state.is_wholly_known(), "{name}");
        if left {
            let members = members::<ThingModel>(answer.new_state.as_ref());
            assert_eq!((&members["name"], &members["token"]), (&name.into(), &Value::Null));
        }
    }
}

#[tokio::test]
async fn the_text_of_a_panic_is_told() {
    let (_world, service) = ready().await;
    let answer = call!(service, apply_resource_change, create(&json!({"name": "create-panics"})));
    assert!(answer.diagnostics[0].detail.starts_with("half way\n"), "{:?}", answer.diagnostics);
}

#[tokio::test]
async fn an_update_that_goes_wrong_answers_what_is_true() {
    // note, size afterwards, errors
    let cases = [
        ("fine", 2, vec![]),
        ("fail", 2, vec!["Half way"]),
        ("panic", 1, vec!["The provider panicked"]),
        ("nothing", 1, vec!["Missing Resource State After Update"]),
    ];
    for (note, size, expected) in cases {
        let (_world, service) = ready().await;
        let prior = json!({"id": "thing-a", "name": "a", "size": 1, "revision": 1});
        let planned =
            json!({"id": "thing-a", "name": "a", "size": 2, "note": note, "revision": "?"});
        let answer = call!(service, apply_resource_change, update(&prior, &planned));
        assert_eq!(told(&answer.diagnostics), errors(&expected), "{note}");
        assert_eq!(
            members::<ThingModel>(answer.new_state.as_ref())["size"],
            Value::from(size),
            "{note}"
        );
        assert!(!answer.private.is_empty(), "{note}");
        assert!(answer.new_identity.is_some(), "{note}");
    }
}

#[tokio::test]
async fn a_refused_delete_keeps_the_object_and_a_done_one_does_not() {
    for (note, stays) in [("stays", true), ("goes", false)] {
        let (_world, service) = ready().await;
        let prior = json!({"id": "thing-a", "name": "a", "note": note});
        let answer = call!(service, apply_resource_change, update(&prior, &json!(null)));
        let state = decoded::<ThingModel>(answer.new_state.as_ref());
        let expected = if stays { object::<ThingModel>(&prior) } else { Value::Null };
        assert_eq!(state, expected, "{note}");
        assert_eq!(answer.diagnostics.is_empty(), !stays, "{note}");
    }
}

#[tokio::test]
async fn a_plan_that_panics_proposes_what_was_there() {
    let (_world, service) = ready().await;
    let thing = json!({"name": "plan-panics"});
    let request = plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        proposed_new_state: message::<ThingModel>(&thing),
        config: message::<ThingModel>(&thing),
        prior_private: br#"{"uid":"u"}"#.to_vec(),
        ..Default::default()
    };
    let answer = call!(service, plan_resource_change, request);
    assert_eq!(told(&answer.diagnostics), errors(&["The provider panicked"]));
    assert!(answer.diagnostics[0].detail.starts_with("no plan for this\n"));
    assert_eq!(answer.planned_private, br#"{"uid":"u"}"#);
}

#[tokio::test]
async fn the_frameworks_hidden_state_passes_through_a_plan() {
    let (_world, service) = ready().await;
    let thing = json!({"name": "a"});
    let request = plan_resource_change::Request {
        type_name: TYPE.to_owned(),
        proposed_new_state: message::<ThingModel>(&thing),
        config: message::<ThingModel>(&thing),
        prior_private: br#"{".framework":1,"uid":"u"}"#.to_vec(),
        ..Default::default()
    };
    let answer = call!(service, plan_resource_change, request);
    assert_eq!(answer.planned_private, br#"{".framework":1,"uid":"u"}"#);
}

#[tokio::test]
async fn what_waits_ends_when_the_client_asks_for_it_and_later_calls_go_on() {
    let (world, service) = ready().await;
    let waiting = tokio::spawn({
        let service = service.clone();
        async move { call!(service, apply_resource_change, create(&json!({"name": "create-waits"}))) }
    });
    while !world.with(|things| things.contains_key("create-waits")) {
        tokio::task::yield_now().await;
    }
    assert_eq!(call!(service, stop_provider, stop_provider::Request {}).error, "");
    let answer = waiting.await.unwrap();
    assert_eq!(told(&answer.diagnostics), errors(&["Interrupted"]));
    assert!(answer.new_state.is_some());
    let later = call!(service, apply_resource_change, create(&json!({"name": "later"})));
    assert_eq!(later.diagnostics, []);
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
            type_name: TYPE.to_owned(),
            proposed_new_state: message::<ThingModel>(&json!({"name": "a"})),
            config: message::<ThingModel>(&json!({"name": "a"})),
            client_capabilities: Some(client),
            ..Default::default()
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
async fn an_identity_of_the_same_version_is_kept_and_of_a_newer_one_refused() {
    let service = thing::service(&World::default());
    for (version, refused) in [(0, false), (1, true)] {
        let raw = RawState { json: br#"{"name":"a"}"#.to_vec(), ..Default::default() };
        let request = upgrade_resource_identity::Request {
            type_name: TYPE.to_owned(),
            version,
            raw_identity: Some(raw),
        };
        let answer = call!(service, upgrade_resource_identity, request);
        assert_eq!(!answer.diagnostics.is_empty(), refused);
        let identity = answer.upgraded_identity.and_then(|it| it.identity_data);
        let name = decoded::<ThingIdentity>(identity.as_ref());
        let expected = if refused { json!(null) } else { json!({"name": "a"}) };
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
async fn a_move_from_another_type_is_refused_unless_the_resource_takes_it() {
    let service = thing::service(&World::default());
    let request = move_resource_state::Request {
        target_type_name: TYPE.to_owned(),
        source_type_name: "other_thing".to_owned(),
        ..Default::default()
    };
    let answer = call!(service, move_resource_state, request);
    assert_eq!(told(&answer.diagnostics), errors(&["Unsupported `moved` across resource types"]));
    let capabilities = call!(service, get_metadata, get_metadata::Request {}).server_capabilities;
    assert!(!capabilities.unwrap().move_resource_state);
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

#[tokio::test]
async fn a_data_source_answers_or_says_what_is_missing() {
    let (_world, service) = ready().await;
    call!(service, apply_resource_change, create(&json!({"name": "a", "size": 5})));
    for (name, expected) in [("a", Some(5)), ("b", None)] {
        let request = read_data_source::Request {
            type_name: TYPE.to_owned(),
            config: message::<FoundModel>(&json!({"name": name})),
            ..Default::default()
        };
        let answer = call!(service, read_data_source, request);
        let size = answer.state.as_ref().map(|it| members::<FoundModel>(Some(it))["size"].clone());
        assert_eq!(size, expected.map(Value::from));
        assert_eq!(answer.diagnostics.is_empty(), expected.is_some());
    }
}

#[tokio::test]
async fn a_function_answers_or_names_the_argument() {
    let service = thing::service(&World::default());
    let argument = |text: &Json| proto::tfplugin6::DynamicValue {
        json: text.to_string().into_bytes(),
        ..Default::default()
    };
    let cases = [
        ("upper", vec![json!("a"), json!(null)], Ok("A"), None),
        ("upper", vec![json!(null), json!("x")], Err("argument must not be null"), Some(0)),
        ("upper", vec![json!(""), json!("x")], Err("must not be empty"), Some(0)),
        ("upper", vec![json!({}), json!("x")], Err("A value from the client"), Some(0)),
        ("upper", vec![json!("a")], Err("upper takes 2 arguments, not 1"), None),
        (
            "upper",
            vec![json!("panic"), json!("x")],
            Err("The provider panicked: no capitals"),
            None,
        ),
        ("lower", vec![], Err("there is no function lower"), None),
    ];
    for (name, arguments, expected, position) in cases {
        let arguments = arguments.iter().map(argument).collect();
        let request = call_function::Request { name: name.to_owned(), arguments };
        let answer = call!(service, call_function, request);
        match (expected, answer.result, answer.error) {
            (Ok(text), Some(result), None) => {
                let of = terraform::value::Type::String;
                let result = terraform::value::msgpack::decode(&result.msgpack, &of).unwrap();
                assert_eq!(result, text.into());
            }
            (Err(text), None, Some(error)) => {
                assert!(error.text.starts_with(text), "{}", error.text);
                assert_eq!(error.function_argument, position, "{}", error.text);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn listing(prefix: &str, limit: i64) -> list_resource::Request {
    list_resource::Request {
        type_name: TYPE.to_owned(),
        config: message::<Filter>(&json!({"prefix": prefix})),
        include_resource_object: false,
        limit,
    }
}

#[tokio::test]
async fn a_listing_streams_up_to_the_limit() {
    let (_world, service) = ready().await;
    for name in ["a1", "a2", "a3", "b1"] {
        call!(service, apply_resource_change, create(&json!({"name": name})));
    }
    for (prefix, limit, expected) in
        [("a", 0, vec!["a1", "a2", "a3"]), ("", 2, vec!["a1", "a2"]), ("c", 5, vec![])]
    {
        let stream = call!(service, list_resource, listing(prefix, limit));
        let events: Vec<_> = stream.map(Result::unwrap).collect().await;
        let names: Vec<_> = events.iter().map(|it| it.display_name.as_str()).collect();
        let expected: Vec<_> = expected.iter().map(|name| format!("Thing {name}")).collect();
        assert_eq!(names, expected, "{prefix} {limit}");
        assert!(events.iter().all(|it| it.identity.is_some() && it.resource_object.is_none()));
    }
}

#[tokio::test]
async fn a_listing_has_objects_when_asked_and_errors_at_the_end() {
    let (_world, service) = ready().await;
    call!(service, apply_resource_change, create(&json!({"name": "a", "size": 4})));
    let with_objects = list_resource::Request { include_resource_object: true, ..listing("a", 9) };
    let stream = call!(service, list_resource, with_objects);
    let events: Vec<_> = stream.map(Result::unwrap).collect().await;
    let thing = members::<ThingModel>(events[0].resource_object.as_ref());
    assert_eq!(thing["size"], Value::from(4));
    let stream = call!(service, list_resource, listing("!", 9));
    let events: Vec<_> = stream.map(Result::unwrap).collect().await;
    assert_eq!(told(&events[0].diagnostic), errors(&["Bad prefix"]));
}

#[tokio::test]
async fn an_action_tells_its_progress_and_completes_once_even_if_it_panics() {
    use invoke_action::event::Type;
    let (_world, service) = ready().await;
    for (text, severity) in [("hey", Severity::Warning), ("panic", Severity::Error)] {
        let request = invoke_action::Request {
            action_type: "test_shout".to_owned(),
            config: message::<Words>(&json!({"text": text})),
            ..Default::default()
        };
        let stream = call!(service, invoke_action, request);
        let events: Vec<_> = stream.map(|event| event.unwrap().r#type.unwrap()).collect().await;
        let [Type::Progress(said), Type::Completed(completed)] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(said.message, format!("{text}!"));
        assert_eq!(completed.diagnostics[0].severity(), severity);
    }
}

#[tokio::test]
async fn every_type_is_offered_with_its_schema() {
    let service = thing::service(&World::default());
    let schemas = call!(service, get_provider_schema, get_provider_schema::Request {});
    let offered = call!(service, get_metadata, get_metadata::Request {});
    let capabilities = schemas.server_capabilities.unwrap();
    assert_eq!(offered.server_capabilities, Some(capabilities));
    assert!(capabilities.plan_destroy && capabilities.get_provider_schema_optional);
    assert!(capabilities.generate_resource_config);
    assert_eq!(offered.resources[0].type_name, TYPE);
    assert_eq!(schemas.resource_schemas[TYPE].version, 1);
    assert!(schemas.data_source_schemas.contains_key(TYPE));
    assert!(schemas.list_resource_schemas.contains_key(TYPE));
    assert!(schemas.action_schemas.contains_key("test_shout"));
    assert_eq!(schemas.functions["upper"].parameters.len(), 2);
    assert_eq!(schemas.provider.unwrap().block.unwrap().attributes[0].name, "endpoint");
}

#[tokio::test]
async fn a_type_that_there_is_not_is_a_diagnostic() {
    let service = thing::service(&World::default());
    let request =
        read_resource::Request { type_name: "test_other".to_owned(), ..Default::default() };
    let answer = call!(service, read_resource, request);
    assert_eq!(told(&answer.diagnostics), errors(&["Unknown type"]));
}

#[tokio::test]
async fn what_the_provider_does_not_offer_is_unimplemented() {
    let service = thing::service(&World::default());
    let request = Request::new(proto::tfplugin6::get_states::Request::default());
    assert_eq!(service.get_states(request).await.unwrap_err().code(), Code::Unimplemented);
}

#[tokio::test]
async fn null_configurations_read_as_nothing_set() {
    let nothing = Config::decode(&Value::Null, &terraform::path::Path::root()).unwrap();
    assert!(nothing.endpoint.is_null());
}
