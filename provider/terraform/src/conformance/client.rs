//! A client of one resource: it speaks the protocol's messages and stores what a client stores.

use proto::tfplugin6::{
    self as p6, ClientCapabilities, DynamicValue, ResourceIdentityData, apply_resource_change,
    generate_resource_config, get_provider_schema, get_resource_identity_schemas,
    import_resource_state, plan_resource_change, provider_server::Provider, read_resource,
    upgrade_resource_identity, upgrade_resource_state, validate_resource_config,
};
use tonic::{Request, Response, Status};

use crate::{
    rpc::wire,
    value::{Type, Value},
};

use super::{
    rule::{Rule, Violation},
    shape::{self, Part},
};

/// A resource that is being checked, and the rules that it has broken so far.
pub(super) struct Client<'a, S> {
    service: &'a S,
    pub(super) type_name: &'a str,
    pub(super) version: i64,
    pub(super) parts: Vec<Part>,
    pub(super) of: Type,
    pub(super) identity: Option<Type>,
    pub(super) identity_version: i64,
    /// Whether an update may plan another identity.
    pub(super) mutable_identity: bool,
    pub(super) found: Vec<Violation>,
}

/// What a client records of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Object {
    pub(super) state: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Value,
}

/// Stops a life whose next step would make no sense; why is among the violations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop;

/// What may be `Stop`.
pub(super) type Step<T> = Result<T, Stop>;

/// What every client says of itself.
const CLIENT: ClientCapabilities = ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
};

impl<'a, S: Provider> Client<'a, S> {
    /// Reads the schemas.
    ///
    /// # Errors
    /// The rules on schemas that are broken: nothing else can be checked then.
    pub(super) async fn new(service: &'a S, type_name: &'a str) -> Result<Self, Vec<Violation>> {
        let request = Request::new(get_provider_schema::Request::default());
        let schemas = service.get_provider_schema(request).await.map_err(|it| failed(&it))?;
        let schemas = schemas.into_inner();
        let missing = |what: &str| vec![Violation::new(Rule::SchemaMissing, what)];
        if schemas.provider.as_ref().and_then(|it| it.block.as_ref()).is_none() {
            return Err(missing("no schema of the provider"));
        }
        let schema =
            schemas.resource_schemas.get(type_name).ok_or_else(|| missing("no such resource"))?;
        let parts = shape::read(schema)?;
        let of = shape::object_of(&parts);
        let (identity_version, identity) = identity_type(service, type_name).await?.unzip();
        Ok(Self {
            service,
            type_name,
            version: schema.version,
            parts,
            of,
            identity,
            identity_version: identity_version.unwrap_or_default(),
            mutable_identity: false,
            found: Vec::new(),
        })
    }

    /// Notes a broken rule.
    pub(super) fn broke(&mut self, rule: Rule, detail: impl Into<String>) {
        self.found.push(Violation::new(rule, detail));
    }

    /// Writes an object.
    pub(super) fn message(&mut self, value: &Value) -> Step<Option<DynamicValue>> {
        wire::encode_as(value, &self.of).map(Some).map_err(|wrong| {
            self.broke(Rule::ValueFits, format!("the checker's own value: {wrong:?}"));
            Stop
        })
    }

    /// Reads an object of the answer to `call`.
    pub(super) fn value(&mut self, call: &str, message: Option<&DynamicValue>) -> Step<Value> {
        wire::decode_as(message, &self.of).map_err(|wrong| {
            self.broke(Rule::ValueFits, format!("{call}: {wrong:?}"));
            Stop
        })
    }

    /// Reads an identity of the answer to `call`; null when there is none.
    pub(super) fn identity_value(
        &mut self,
        call: &str,
        message: Option<&ResourceIdentityData>,
    ) -> Step<Value> {
        let data = message.and_then(|message| message.identity_data.as_ref());
        let Some(of) = self.identity.clone() else { return Ok(Value::Null) };
        wire::decode_as(data, &of).map_err(|wrong| {
            self.broke(Rule::ValueFits, format!("identity of {call}: {wrong:?}"));
            Stop
        })
    }

    /// Writes an identity.
    pub(super) fn identity_message(&self, identity: &Value) -> Option<ResourceIdentityData> {
        let of = self.identity.as_ref().filter(|_| !identity.is_null())?;
        let data = wire::encode_as(identity, of).ok()?;
        Some(ResourceIdentityData { identity_data: Some(data) })
    }

    /// Notes the errors among diagnostics.
    pub(super) fn no_error(&mut self, call: &str, diagnostics: &[p6::Diagnostic]) -> Step<()> {
        let error = |it: &&p6::Diagnostic| it.severity() == p6::diagnostic::Severity::Error;
        match diagnostics.iter().find(error) {
            None => Ok(()),
            Some(error) => {
                let detail = format!("{call}: {}: {}", error.summary, error.detail);
                self.broke(Rule::NoError, detail);
                Err(Stop)
            }
        }
    }

    fn answered<T>(&mut self, answer: Result<Response<T>, Status>) -> Step<T> {
        answer.map(Response::into_inner).map_err(|status| {
            self.found.extend(failed(&status));
            Stop
        })
    }
}

/// The call of the same name.
macro_rules! call {
    ($($name:ident => $module:ident,)+) => {
        impl<S: Provider> Client<'_, S> {
            $(
                pub(super) async fn $name(
                    &mut self,
                    request: $module::Request,
                ) -> Step<$module::Response> {
                    let answer = self.service.$name(Request::new(request)).await;
                    self.answered(answer)
                }
            )+
        }
    };
}

call! {
    validate_resource_config => validate_resource_config,
    plan_resource_change => plan_resource_change,
    apply_resource_change => apply_resource_change,
    read_resource => read_resource,
    import_resource_state => import_resource_state,
    upgrade_resource_state => upgrade_resource_state,
    upgrade_resource_identity => upgrade_resource_identity,
    generate_resource_config => generate_resource_config,
}

/// What this client says of itself in a request.
pub(super) fn capabilities() -> ClientCapabilities {
    CLIENT
}

/// Version and type of the identity.
async fn identity_type<S: Provider>(
    service: &S,
    type_name: &str,
) -> Result<Option<(i64, Type)>, Vec<Violation>> {
    let request = Request::new(get_resource_identity_schemas::Request::default());
    match service.get_resource_identity_schemas(request).await {
        Ok(schemas) => {
            let schemas = schemas.into_inner().identity_schemas;
            let read = |schema: &p6::ResourceIdentitySchema| {
                Ok((schema.version, shape::read_identity(schema)?))
            };
            schemas.get(type_name).map(read).transpose()
        }
        // Clients take a provider that knows of no identities for one without them.
        Err(status) if status.code() == tonic::Code::Unimplemented => Ok(None),
        Err(status) => Err(failed(&status)),
    }
}

fn failed(status: &Status) -> Vec<Violation> {
    vec![Violation::new(Rule::CallSucceeds, status.message())]
}
