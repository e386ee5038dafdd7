//! A provider that answers with what it was asked, and misbehaves on demand.

use std::collections::HashMap;

use futures_util::stream;
use proto::tfplugin6::{
    self as tf, DynamicValue, Schema, ServerCapabilities,
    provider_server::Provider,
    schema::{Attribute, Block},
};
use terraform::server::panic;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, codegen::BoxStream};

/// The resource type that is read only when the process is about to end.
pub(crate) const WAITING: &str = "probe_waiting";
/// What is logged once such a call is under way.
pub(crate) const ARRIVED: &str = "waiting for the end";
/// The resource type whose reading panics in a task of its own.
pub(crate) const PANICKING: &str = "probe_panicking";
/// The resource type whose reading panics and is answered nevertheless.
pub(crate) const CAUGHT: &str = "probe_caught";
/// A configuration with this in it is applied only when the provider is told to stop.
const WAITS: &[u8] = b"wait for the stop";
/// The resource type of configurations.
pub(crate) const THING: &str = "probe_thing";

pub(crate) struct Fake {
    pub(crate) stop: CancellationToken,
}

type Answer<T> = Result<Response<T>, Status>;

fn ok<T>(answer: T) -> Answer<T> {
    Ok(Response::new(answer))
}

fn attribute(name: &str, r#type: &str) -> Attribute {
    let r#type = format!("\"{type}\"").into_bytes();
    Attribute { name: name.to_owned(), r#type, ..Attribute::default() }
}

fn required(name: &str) -> Attribute {
    Attribute { required: true, ..attribute(name, "string") }
}

fn optional(name: &str, r#type: &str) -> Attribute {
    Attribute { optional: true, ..attribute(name, r#type) }
}

fn schema(attributes: Vec<Attribute>) -> Schema {
    Schema { version: 1, block: Some(Block { attributes, ..Block::default() }) }
}

fn json(text: &str) -> Option<DynamicValue> {
    Some(DynamicValue { json: text.as_bytes().to_vec(), ..DynamicValue::default() })
}

fn identity() -> Option<tf::ResourceIdentityData> {
    Some(tf::ResourceIdentityData { identity_data: json(r#"{"name":"one"}"#) })
}

#[tonic::async_trait]
impl Provider for Fake {
    async fn get_provider_schema(
        &self,
        _: Request<tf::get_provider_schema::Request>,
    ) -> Answer<tf::get_provider_schema::Response> {
        let thing = || schema(vec![required("name"), optional("size", "number")]);
        ok(tf::get_provider_schema::Response {
            provider: Some(schema(vec![optional("url", "string")])),
            resource_schemas: HashMap::from([(THING.to_owned(), thing())]),
            data_source_schemas: HashMap::from([(THING.to_owned(), thing())]),
            ephemeral_resource_schemas: HashMap::from([(THING.to_owned(), thing())]),
            list_resource_schemas: HashMap::from([(THING.to_owned(), schema(vec![]))]),
            action_schemas: HashMap::from([(
                THING.to_owned(),
                tf::ActionSchema { schema: Some(schema(vec![required("name")])) },
            )]),
            functions: HashMap::from([("same".to_owned(), same())]),
            server_capabilities: Some(ServerCapabilities {
                plan_destroy: true,
                get_provider_schema_optional: true,
                move_resource_state: true,
                generate_resource_config: true,
            }),
            ..tf::get_provider_schema::Response::default()
        })
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<tf::get_resource_identity_schemas::Request>,
    ) -> Answer<tf::get_resource_identity_schemas::Response> {
        let name = tf::resource_identity_schema::IdentityAttribute {
            name: "name".to_owned(),
            r#type: b"\"string\"".to_vec(),
            required_for_import: true,
            ..tf::resource_identity_schema::IdentityAttribute::default()
        };
        let schema = tf::ResourceIdentitySchema { version: 0, identity_attributes: vec![name] };
        ok(tf::get_resource_identity_schemas::Response {
            identity_schemas: HashMap::from([(THING.to_owned(), schema)]),
            diagnostics: Vec::new(),
        })
    }

    async fn validate_provider_config(
        &self,
        _: Request<tf::validate_provider_config::Request>,
    ) -> Answer<tf::validate_provider_config::Response> {
        ok(tf::validate_provider_config::Response::default())
    }

    async fn configure_provider(
        &self,
        _: Request<tf::configure_provider::Request>,
    ) -> Answer<tf::configure_provider::Response> {
        ok(tf::configure_provider::Response::default())
    }

    async fn validate_resource_config(
        &self,
        _: Request<tf::validate_resource_config::Request>,
    ) -> Answer<tf::validate_resource_config::Response> {
        ok(tf::validate_resource_config::Response::default())
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<tf::upgrade_resource_state::Request>,
    ) -> Answer<tf::upgrade_resource_state::Response> {
        let json = request.into_inner().raw_state.unwrap_or_default().json;
        let upgraded_state = Some(DynamicValue { json, ..DynamicValue::default() });
        ok(tf::upgrade_resource_state::Response { upgraded_state, diagnostics: Vec::new() })
    }

    async fn upgrade_resource_identity(
        &self,
        _: Request<tf::upgrade_resource_identity::Request>,
    ) -> Answer<tf::upgrade_resource_identity::Response> {
        let upgraded_identity = identity();
        ok(tf::upgrade_resource_identity::Response { upgraded_identity, diagnostics: Vec::new() })
    }

    async fn read_resource(
        &self,
        request: Request<tf::read_resource::Request>,
    ) -> Answer<tf::read_resource::Response> {
        let request = request.into_inner();
        match request.type_name.as_str() {
            WAITING => {
                tracing::error!("{ARRIVED}");
                self.stop.cancelled().await;
            }
            PANICKING => drop(tokio::spawn(async { panic!("nobody catches this") }).await),
            CAUGHT => return ok(answer_of(panic::catch(async { panic!("this is caught") }).await)),
            _ => {}
        }
        ok(tf::read_resource::Response {
            new_state: request.current_state,
            private: request.private,
            new_identity: identity(),
            ..tf::read_resource::Response::default()
        })
    }

    async fn plan_resource_change(
        &self,
        request: Request<tf::plan_resource_change::Request>,
    ) -> Answer<tf::plan_resource_change::Response> {
        ok(tf::plan_resource_change::Response {
            planned_state: request.into_inner().proposed_new_state,
            planned_private: b"planned".to_vec(),
            planned_identity: identity(),
            ..tf::plan_resource_change::Response::default()
        })
    }

    async fn apply_resource_change(
        &self,
        request: Request<tf::apply_resource_change::Request>,
    ) -> Answer<tf::apply_resource_change::Response> {
        let request = request.into_inner();
        let config = request.config.clone().unwrap_or_default().msgpack;
        if config.windows(WAITS.len()).any(|part| part == WAITS) {
            self.stop.cancelled().await;
        }
        ok(tf::apply_resource_change::Response {
            new_state: request.planned_state,
            private: b"applied".to_vec(),
            new_identity: identity(),
            ..tf::apply_resource_change::Response::default()
        })
    }

    async fn import_resource_state(
        &self,
        _: Request<tf::import_resource_state::Request>,
    ) -> Answer<tf::import_resource_state::Response> {
        let imported = tf::import_resource_state::ImportedResource {
            type_name: THING.to_owned(),
            state: json(r#"{"name":"one","size":1}"#),
            private: b"imported".to_vec(),
            identity: identity(),
        };
        ok(tf::import_resource_state::Response {
            imported_resources: vec![imported],
            ..tf::import_resource_state::Response::default()
        })
    }

    async fn move_resource_state(
        &self,
        _: Request<tf::move_resource_state::Request>,
    ) -> Answer<tf::move_resource_state::Response> {
        ok(tf::move_resource_state::Response {
            target_state: json(r#"{"name":"one","size":1}"#),
            target_identity: identity(),
            ..tf::move_resource_state::Response::default()
        })
    }

    async fn generate_resource_config(
        &self,
        request: Request<tf::generate_resource_config::Request>,
    ) -> Answer<tf::generate_resource_config::Response> {
        let config = request.into_inner().state;
        ok(tf::generate_resource_config::Response { config, diagnostics: Vec::new() })
    }

    async fn validate_data_resource_config(
        &self,
        _: Request<tf::validate_data_resource_config::Request>,
    ) -> Answer<tf::validate_data_resource_config::Response> {
        ok(tf::validate_data_resource_config::Response::default())
    }

    async fn read_data_source(
        &self,
        request: Request<tf::read_data_source::Request>,
    ) -> Answer<tf::read_data_source::Response> {
        let state = request.into_inner().config;
        ok(tf::read_data_source::Response { state, ..tf::read_data_source::Response::default() })
    }

    async fn call_function(
        &self,
        request: Request<tf::call_function::Request>,
    ) -> Answer<tf::call_function::Response> {
        let result = request.into_inner().arguments.into_iter().next();
        ok(tf::call_function::Response { result, error: None })
    }

    async fn validate_ephemeral_resource_config(
        &self,
        _: Request<tf::validate_ephemeral_resource_config::Request>,
    ) -> Answer<tf::validate_ephemeral_resource_config::Response> {
        ok(tf::validate_ephemeral_resource_config::Response::default())
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<tf::open_ephemeral_resource::Request>,
    ) -> Answer<tf::open_ephemeral_resource::Response> {
        ok(tf::open_ephemeral_resource::Response {
            result: request.into_inner().config,
            private: Some(b"opened".to_vec()),
            ..tf::open_ephemeral_resource::Response::default()
        })
    }

    async fn close_ephemeral_resource(
        &self,
        _: Request<tf::close_ephemeral_resource::Request>,
    ) -> Answer<tf::close_ephemeral_resource::Response> {
        ok(tf::close_ephemeral_resource::Response::default())
    }

    async fn validate_list_resource_config(
        &self,
        _: Request<tf::validate_list_resource_config::Request>,
    ) -> Answer<tf::validate_list_resource_config::Response> {
        ok(tf::validate_list_resource_config::Response::default())
    }

    async fn list_resource(
        &self,
        _: Request<tf::list_resource::Request>,
    ) -> Answer<BoxStream<tf::list_resource::Event>> {
        let event = tf::list_resource::Event {
            identity: identity(),
            display_name: "one".to_owned(),
            ..tf::list_resource::Event::default()
        };
        ok(Box::pin(stream::iter([Ok(event)])))
    }

    async fn validate_action_config(
        &self,
        _: Request<tf::validate_action_config::Request>,
    ) -> Answer<tf::validate_action_config::Response> {
        ok(tf::validate_action_config::Response::default())
    }

    async fn plan_action(
        &self,
        _: Request<tf::plan_action::Request>,
    ) -> Answer<tf::plan_action::Response> {
        ok(tf::plan_action::Response::default())
    }

    async fn invoke_action(
        &self,
        _: Request<tf::invoke_action::Request>,
    ) -> Answer<BoxStream<tf::invoke_action::Event>> {
        use tf::invoke_action::{
            Event,
            event::{Completed, Progress, Type},
        };
        let events = [
            Type::Progress(Progress { message: "half way".to_owned() }),
            Type::Completed(Completed::default()),
        ];
        ok(Box::pin(stream::iter(events.map(|event| Ok(Event { r#type: Some(event) })))))
    }

    async fn stop_provider(
        &self,
        _: Request<tf::stop_provider::Request>,
    ) -> Answer<tf::stop_provider::Response> {
        self.stop.cancel();
        ok(tf::stop_provider::Response::default())
    }
}

fn answer_of(outcome: Result<(), panic::Crash>) -> tf::read_resource::Response {
    let diagnostic = outcome.err().map(|panic::Crash { message, place, .. }| tf::Diagnostic {
        summary: message,
        detail: place,
        ..tf::Diagnostic::default()
    });
    tf::read_resource::Response {
        diagnostics: diagnostic.into_iter().collect(),
        ..tf::read_resource::Response::default()
    }
}

fn same() -> tf::Function {
    let parameter = tf::function::Parameter {
        name: "value".to_owned(),
        r#type: b"\"string\"".to_vec(),
        ..tf::function::Parameter::default()
    };
    tf::Function {
        parameters: vec![parameter],
        r#return: Some(tf::function::Return { r#type: b"\"string\"".to_vec() }),
        ..tf::Function::default()
    }
}
