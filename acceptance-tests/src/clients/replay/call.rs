//! One recorded call: its request made again, its answer brought into the recording's form.

use super::tree::{read, write};
use crate::clients::plugin::Provider;
use crate::failure::Outcome;
use proto::tfplugin6::provider_client::ProviderClient;
use proto::tfplugin6::{
    Diagnostic, DynamicValue, RawState, apply_resource_change, configure_provider,
    plan_resource_change, read_resource, upgrade_resource_state, validate_provider_config,
    validate_resource_config,
};
use serde::Deserialize;
use serde_json::Value as Json;
use terraform::value::{Type, msgpack};
use tonic::transport::Channel;

const RESOURCE: &str = "flink_job";

/// The calls that a recording holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// `ValidateProviderConfig`.
    ValidateProviderConfig,
    /// `ConfigureProvider`.
    ConfigureProvider,
    /// `ValidateResourceConfig`.
    ValidateResourceConfig,
    /// `UpgradeResourceState`.
    UpgradeResourceState,
    /// `ReadResource`.
    ReadResource,
    /// `PlanResourceChange`.
    PlanResourceChange,
    /// `ApplyResourceChange`.
    ApplyResourceChange,
}

/// A call with what was sent and answered. What a call does not have is null.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Which call.
    pub call: Call,
    /// The prior, current or raw state.
    #[serde(default)]
    pub prior: Json,
    /// The proposed or planned state.
    #[serde(default)]
    pub next: Json,
    /// The configuration.
    #[serde(default)]
    pub config: Json,
    /// Private data, as text.
    #[serde(default)]
    pub private: String,
    /// What came back.
    pub answer: Answer,
}

/// What a call gave back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The new, planned or upgraded state.
    #[serde(default)]
    pub state: Json,
    /// Private data, as text.
    #[serde(default)]
    pub private: String,
    /// The summary of each error and warning.
    #[serde(default)]
    pub diagnostics: Vec<String>,
}

/// A provider that recorded calls are sent to.
#[derive(Debug)]
pub struct Replay {
    client: ProviderClient<Channel>,
    provider: Type,
    resource: Type,
}

impl Replay {
    /// Over the connection to a provider that has just started.
    pub async fn over(channel: Channel) -> Outcome<Self> {
        let provider = Provider::over(channel).await?;
        let (resource, config) = (provider.resource(RESOURCE)?, provider.config_type()?);
        Ok(Self { client: provider.client(), provider: config, resource: resource.object_type() })
    }

    /// Sends a call.
    pub async fn send(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        match recorded.call {
            Call::ValidateProviderConfig => self.validate_provider(recorded).await,
            Call::ConfigureProvider => self.configure(recorded).await,
            Call::ValidateResourceConfig => self.validate_resource(recorded).await,
            Call::UpgradeResourceState => self.upgrade(recorded).await,
            Call::ReadResource => self.read(recorded).await,
            Call::PlanResourceChange => self.plan(recorded).await,
            Call::ApplyResourceChange => self.apply(recorded).await,
        }
    }

    async fn validate_provider(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let config = encoded(&recorded.config, &self.provider)?;
        let request = validate_provider_config::Request { config };
        let done = self.client.validate_provider_config(request).await?.into_inner();
        Ok(remarks(done.diagnostics))
    }

    async fn configure(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let request = configure_provider::Request {
            terraform_version: "1.0.0+pulumi-terraform-bridge".to_owned(),
            config: encoded(&recorded.config, &self.provider)?,
            client_capabilities: None,
        };
        let done = self.client.configure_provider(request).await?.into_inner();
        Ok(remarks(done.diagnostics))
    }

    async fn validate_resource(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let request = validate_resource_config::Request {
            type_name: RESOURCE.to_owned(),
            config: encoded(&recorded.config, &self.resource)?,
            client_capabilities: None,
        };
        let done = self.client.validate_resource_config(request).await?.into_inner();
        Ok(remarks(done.diagnostics))
    }

    async fn upgrade(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let json = recorded.prior.to_string().into_bytes();
        let request = upgrade_resource_state::Request {
            type_name: RESOURCE.to_owned(),
            version: 0,
            raw_state: Some(RawState { json, ..RawState::default() }),
        };
        let done = self.client.upgrade_resource_state(request).await?.into_inner();
        self.answer(done.upgraded_state, Vec::new(), done.diagnostics)
    }

    async fn read(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let request = read_resource::Request {
            type_name: RESOURCE.to_owned(),
            current_state: encoded(&recorded.prior, &self.resource)?,
            private: recorded.private.clone().into_bytes(),
            ..read_resource::Request::default()
        };
        let done = self.client.read_resource(request).await?.into_inner();
        self.answer(done.new_state, done.private, done.diagnostics)
    }

    async fn plan(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let request = plan_resource_change::Request {
            type_name: RESOURCE.to_owned(),
            prior_state: encoded(&recorded.prior, &self.resource)?,
            proposed_new_state: encoded(&recorded.next, &self.resource)?,
            config: encoded(&recorded.config, &self.resource)?,
            prior_private: recorded.private.clone().into_bytes(),
            ..plan_resource_change::Request::default()
        };
        let done = self.client.plan_resource_change(request).await?.into_inner();
        self.answer(done.planned_state, done.planned_private, done.diagnostics)
    }

    async fn apply(&mut self, recorded: &Recorded) -> Outcome<Answer> {
        let request = apply_resource_change::Request {
            type_name: RESOURCE.to_owned(),
            prior_state: encoded(&recorded.prior, &self.resource)?,
            planned_state: encoded(&recorded.next, &self.resource)?,
            config: encoded(&recorded.config, &self.resource)?,
            planned_private: recorded.private.clone().into_bytes(),
            ..apply_resource_change::Request::default()
        };
        let done = self.client.apply_resource_change(request).await?.into_inner();
        self.answer(done.new_state, done.private, done.diagnostics)
    }

    fn answer(
        &self,
        state: Option<DynamicValue>,
        private: Vec<u8>,
        diagnostics: Vec<Diagnostic>,
    ) -> Outcome<Answer> {
        let state = match state {
            Some(state) => {
                write(&msgpack::decode(&state.msgpack, &self.resource)?, &self.resource)?
            }
            None => Json::Null,
        };
        Ok(Answer { state, private: String::from_utf8(private)?, ..remarks(diagnostics) })
    }
}

fn encoded(tree: &Json, of: &Type) -> Outcome<Option<DynamicValue>> {
    let msgpack = msgpack::encode(&read(tree, of)?, of)?;
    Ok(Some(DynamicValue { msgpack, json: Vec::new() }))
}

fn remarks(diagnostics: Vec<Diagnostic>) -> Answer {
    let diagnostics = diagnostics.into_iter().map(|found| found.summary).collect();
    Answer { diagnostics, ..Answer::default() }
}
