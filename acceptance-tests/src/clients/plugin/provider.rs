//! A provider that answers: its schema asked for once, then configured, then single calls on one of
//! its resources.

use super::values::{decode, encode, object_type, proposed};
use crate::failure::{Failure, Outcome};
use proto::tfplugin6::provider_client::ProviderClient;
use proto::tfplugin6::{
    Diagnostic, DynamicValue, Schema, apply_resource_change, configure_provider, diagnostic,
    get_provider_schema, plan_resource_change, read_resource,
};
use serde_json::Value as Json;
use std::fmt::Write;
use terraform::value::{Type, Value, json};
use tonic::transport::Channel;

/// The client of a provider.
#[derive(Clone, Debug)]
pub struct Provider {
    client: ProviderClient<Channel>,
    schema: get_provider_schema::Response,
}

/// What a client keeps of an object between two calls.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its state.
    pub state: Value,
    /// What only the provider reads.
    pub private: Vec<u8>,
}

impl Object {
    /// No object yet.
    pub fn none() -> Self {
        Self { state: Value::Null, private: Vec::new() }
    }
}

/// One type of resource of a provider.
#[derive(Clone, Debug)]
pub struct Resource {
    client: ProviderClient<Channel>,
    name: String,
    schema: Schema,
    of: Type,
}

impl Provider {
    /// Asks for the schema, over the connection to a provider that has just started.
    pub async fn over(channel: Channel) -> Outcome<Self> {
        let mut client = client(channel);
        let request = get_provider_schema::Request::default();
        let schema = client.get_provider_schema(request).await?.into_inner();
        Ok(Self { client, schema })
    }

    /// The client for calls that are not made here.
    pub fn client(&self) -> ProviderClient<Channel> {
        self.client.clone()
    }

    /// The type of the provider's configuration.
    pub fn config_type(&self) -> Outcome<Type> {
        let schema = self.schema.provider.as_ref().ok_or_else(|| Failure::new("no schema"))?;
        object_type(schema)
    }

    /// Configures it; what `config` leaves out is null.
    pub async fn configure(&mut self, config: &Json) -> Outcome {
        let of = self.config_type()?;
        let request = configure_provider::Request {
            terraform_version: "1.15.5".to_owned(),
            config: Some(encode(&json::from_json(config, &of)?, &of)?),
            client_capabilities: None,
        };
        refused(&self.client.configure_provider(request).await?.into_inner().diagnostics)
    }

    /// The client's side of one type of resource.
    pub fn resource(&self, name: &str) -> Outcome<Resource> {
        let schema = self.schema.resource_schemas.get(name);
        let schema = schema.ok_or_else(|| Failure::new(format!("no resource {name}")))?.clone();
        let of = object_type(&schema)?;
        Ok(Resource { client: self.client.clone(), name: name.to_owned(), schema, of })
    }
}

impl Resource {
    /// The type of its objects.
    pub fn object_type(&self) -> Type {
        self.of.clone()
    }

    /// Plans what `config` makes of `prior`; what it leaves out is null.
    pub async fn plan(
        &mut self,
        prior: &Object,
        config: &Json,
    ) -> Outcome<apply_resource_change::Request> {
        let config = json::from_json(config, &self.of)?;
        let proposed = proposed(&self.schema, &prior.state, &config);
        let request = plan_resource_change::Request {
            type_name: self.name.clone(),
            prior_state: Some(encode(&prior.state, &self.of)?),
            proposed_new_state: Some(encode(&proposed, &self.of)?),
            config: Some(encode(&config, &self.of)?),
            prior_private: prior.private.clone(),
            ..plan_resource_change::Request::default()
        };
        let (prior_state, config) = (request.prior_state.clone(), request.config.clone());
        let plan = self.client.plan_resource_change(request).await?.into_inner();
        refused(&plan.diagnostics)?;
        Ok(apply_resource_change::Request {
            type_name: self.name.clone(),
            prior_state,
            planned_state: plan.planned_state,
            config,
            planned_private: plan.planned_private,
            provider_meta: None,
            planned_identity: plan.planned_identity,
        })
    }

    /// The plan of a destroy.
    pub fn plan_destroy(&self, prior: &Object) -> Outcome<apply_resource_change::Request> {
        let nothing = || encode(&Value::Null, &self.of).map(Some);
        Ok(apply_resource_change::Request {
            type_name: self.name.clone(),
            prior_state: Some(encode(&prior.state, &self.of)?),
            planned_state: nothing()?,
            config: nothing()?,
            planned_private: prior.private.clone(),
            ..apply_resource_change::Request::default()
        })
    }

    /// Applies a plan.
    pub async fn apply(&mut self, plan: apply_resource_change::Request) -> Outcome<Object> {
        let done = self.client.apply_resource_change(plan).await?.into_inner();
        refused(&done.diagnostics)?;
        self.object(done.new_state.as_ref(), done.private)
    }

    /// Refreshes an object.
    pub async fn read(&mut self, object: &Object) -> Outcome<Object> {
        let request = read_resource::Request {
            type_name: self.name.clone(),
            current_state: Some(encode(&object.state, &self.of)?),
            private: object.private.clone(),
            ..read_resource::Request::default()
        };
        let read = self.client.read_resource(request).await?.into_inner();
        refused(&read.diagnostics)?;
        self.object(read.new_state.as_ref(), read.private)
    }

    fn object(&self, state: Option<&DynamicValue>, private: Vec<u8>) -> Outcome<Object> {
        Ok(Object { state: decode(state, &self.of)?, private })
    }
}

/// A client without a limit on the size of messages, as core's.
pub(super) fn client(channel: Channel) -> ProviderClient<Channel> {
    ProviderClient::new(channel).max_decoding_message_size(usize::MAX)
}

/// Fails if any diagnostic is an error.
pub fn refused(diagnostics: &[Diagnostic]) -> Outcome {
    let errors = diagnostics
        .iter()
        .filter(|found| found.severity() == diagnostic::Severity::Error)
        .fold(String::new(), |mut text, Diagnostic { summary, detail, .. }| {
            let _ = writeln!(text, "{summary}: {detail}");
            text
        });
    if errors.is_empty() { Ok(()) } else { Err(Failure::new(errors)) }
}
