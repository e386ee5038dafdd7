//! A healthy provider whose answers are changed on the way out.

use proto::tfplugin6::{
    self as p6, apply_resource_change, generate_resource_config, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, plan_resource_change,
    provider_server::Provider, read_resource, upgrade_resource_identity, upgrade_resource_state,
    validate_resource_config,
};
use tonic::{Request, Response, Status};

use crate::broken::{Fault, Memory};

/// What an import leaves in the hidden state, for the read that follows.
const MARK: &[u8] = br#"{"imported":true}"#;

/// A provider with a fault.
pub(crate) struct Sabotaged<S> {
    inner: S,
    fault: Fault,
    memory: Memory,
}

impl<S> Sabotaged<S> {
    pub(crate) fn new(inner: S, fault: Fault) -> Self {
        Self { inner, fault, memory: Memory::default() }
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl<S: Provider> Provider for Sabotaged<S> {
    async fn get_provider_schema(
        &self,
        request: Request<get_provider_schema::Request>,
    ) -> Answer<get_provider_schema::Response> {
        let mut answer = self.inner.get_provider_schema(request).await?;
        if let Fault::Schemas(change) = self.fault {
            change(answer.get_mut());
        } else if let Fault::Thing(change) = self.fault {
            let schemas = &mut answer.get_mut().resource_schemas;
            change(schemas.get_mut("test_thing").unwrap().block.as_mut().unwrap());
        }
        Ok(answer)
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<get_resource_identity_schemas::Request>,
    ) -> Answer<get_resource_identity_schemas::Response> {
        let mut answer = self.inner.get_resource_identity_schemas(request).await?;
        if let Fault::Identity(change) = self.fault {
            change(answer.get_mut().identity_schemas.get_mut("test_thing").unwrap());
        }
        Ok(answer)
    }

    async fn validate_resource_config(
        &self,
        request: Request<validate_resource_config::Request>,
    ) -> Answer<validate_resource_config::Response> {
        self.inner.validate_resource_config(request).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<plan_resource_change::Request>,
    ) -> Answer<plan_resource_change::Response> {
        if matches!(self.fault, Fault::CallFails) {
            return Err(Status::internal("boom"));
        }
        let asked = request.get_ref().clone();
        let mut answer = self.inner.plan_resource_change(request).await?;
        if let Fault::Plan(change) = self.fault {
            change(&self.memory, &asked, answer.get_mut());
        }
        Ok(answer)
    }

    async fn apply_resource_change(
        &self,
        request: Request<apply_resource_change::Request>,
    ) -> Answer<apply_resource_change::Response> {
        let asked = request.get_ref().clone();
        let mut answer = self.inner.apply_resource_change(request).await?;
        if let Fault::Apply(change) = self.fault {
            change(&self.memory, &asked, answer.get_mut());
        }
        Ok(answer)
    }

    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Answer<read_resource::Response> {
        let asked = request.get_ref().clone();
        let mut answer = self.inner.read_resource(request).await?;
        match self.fault {
            Fault::Read(change) => change(&asked, answer.get_mut()),
            Fault::ReadOfImport(change) if asked.private == MARK => change(answer.get_mut()),
            _ => {}
        }
        Ok(answer)
    }

    async fn import_resource_state(
        &self,
        request: Request<import_resource_state::Request>,
    ) -> Answer<import_resource_state::Response> {
        let asked = request.get_ref().clone();
        let mut answer = self.inner.import_resource_state(request).await?;
        match self.fault {
            Fault::Import(change) => change(&asked, answer.get_mut()),
            Fault::ReadOfImport(_) => {
                answer.get_mut().imported_resources[0].private = MARK.to_vec();
            }
            _ => {}
        }
        Ok(answer)
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<upgrade_resource_state::Request>,
    ) -> Answer<upgrade_resource_state::Response> {
        let asked = request.get_ref().clone();
        let mut answer = self.inner.upgrade_resource_state(request).await?;
        if let Fault::Upgrade(change) = self.fault {
            change(&asked, answer.get_mut());
        }
        Ok(answer)
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<upgrade_resource_identity::Request>,
    ) -> Answer<upgrade_resource_identity::Response> {
        let mut answer = self.inner.upgrade_resource_identity(request).await?;
        if let Fault::UpgradeIdentity(change) = self.fault {
            change(answer.get_mut());
        }
        Ok(answer)
    }

    async fn generate_resource_config(
        &self,
        request: Request<generate_resource_config::Request>,
    ) -> Answer<generate_resource_config::Response> {
        let mut answer = self.inner.generate_resource_config(request).await?;
        if let Fault::Generate(change) = self.fault {
            change(answer.get_mut());
        }
        Ok(answer)
    }

    async fn get_metadata(
        &self,
        request: Request<p6::get_metadata::Request>,
    ) -> Answer<p6::get_metadata::Response> {
        self.inner.get_metadata(request).await
    }
}
