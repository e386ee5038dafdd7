//! What a provider offers beside resources, and what it does not.

use proto::tfplugin6::{
    call_function, diagnostic::Severity, get_metadata, get_provider_schema, invoke_action,
    list_resource, provider_server::Provider as _, read_data_source, read_resource,
    validate_action_config, validate_data_resource_config, validate_list_resource_config,
    validate_provider_config,
};
use serde_json::{Value as Json, json};
use terraform::{model::Model, value::Value};
use tokio_stream::StreamExt;
use tonic::{Code, Request};

use crate::{
    messages::{members, message},
    thing::{self, Config, Filter, FoundModel, ThingModel, Words, World},
};

use super::{TYPE, create, errors, ready, told};

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

#[tokio::test]
async fn every_kind_of_configuration_is_validated() {
    let service = thing::service(&World::default());
    let missing = errors(&["Missing required argument"]);
    let data = validate_data_resource_config::Request {
        type_name: TYPE.to_owned(),
        config: message::<FoundModel>(&json!({})),
    };
    let answer = call!(service, validate_data_resource_config, data);
    assert_eq!(told(&answer.diagnostics), missing);
    let action = validate_action_config::Request {
        type_name: "test_shout".to_owned(),
        config: message::<Words>(&json!({})),
    };
    let answer = call!(service, validate_action_config, action);
    assert_eq!(told(&answer.diagnostics), missing);
    let list = validate_list_resource_config::Request {
        type_name: "test_other".to_owned(),
        ..Default::default()
    };
    let answer = call!(service, validate_list_resource_config, list);
    assert_eq!(told(&answer.diagnostics), errors(&["Unknown type"]));
    let provider =
        validate_provider_config::Request { config: message::<Config>(&json!({"endpoint": "?"})) };
    assert_eq!(call!(service, validate_provider_config, provider).diagnostics, []);
}
