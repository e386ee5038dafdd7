//! Drives a resource as its clients do, and tells which of their rules it breaks.
//!
//! ```text
//! configurations ─▶ validate ─▶ plan, plan ─▶ apply ─▶ read ─▶ plan ─▶ upgrade ─▶ … ─▶ import ─▶ destroy
//! ```
//!
//! It speaks the protocol's messages with the service in the same process, so that everything but
//! the transport is what Terraform sees. `planned` and `result` are Terraform's own comparisons,
//! written anew; they share nothing with the plan algorithm that they judge. Rules on nested blocks
//! are left out: the framework has none, and a schema with one is itself refused.

mod client;
mod generate;
mod life;
mod planned;
mod proposed;
mod pulumi;
mod result;
mod rule;
mod shape;
mod spelling;
mod terraform;
mod types;

use proto::tfplugin6::provider_server::Provider;

use crate::{resource::Resource, value::Value};

pub use generate::Generator;
pub use rule::{Rule, Violation};
pub use shape::Part;

use client::Client;

/// A resource of a service, with what it says of itself and the protocol does not carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    type_name: &'a str,
    mutable_identity: bool,
}

impl Subject<'static> {
    /// The resource as it declares itself.
    pub const fn of<R: Resource>() -> Self {
        Self { type_name: R::TYPE_NAME, mutable_identity: R::MUTABLE_IDENTITY }
    }
}

impl Subject<'_> {
    /// The same, but an update may plan another identity.
    #[must_use]
    pub const fn with_mutable_identity(mut self) -> Self {
        self.mutable_identity = true;
        self
    }
}

impl<'a> From<&'a str> for Subject<'a> {
    /// The resource of this name, whose identity never changes.
    fn from(type_name: &'a str) -> Self {
        Self { type_name, mutable_identity: false }
    }
}

/// Takes a resource through its life with each configuration in turn, as Terraform does and as
/// Pulumi does.
///
/// The service is configured already. Configurations need not name every attribute. Each must be
/// valid; `configs` should hold updates in place and replacements alike.
///
/// # Errors
/// The rules that were broken, in the order in which they were found, each detail once.
pub async fn check<S: Provider>(
    service: &S,
    subject: impl Into<Subject<'_>>,
    configs: &[Value],
) -> Result<(), Vec<Violation>> {
    let Subject { type_name, mutable_identity } = subject.into();
    let mut client = Client::new(service, type_name).await?;
    client.mutable_identity = mutable_identity;
    let configs: Vec<Value> =
        configs.iter().map(|config| spelling::completed(&client.parts, config)).collect();
    // A life that had to stop has said why.
    let _ = client.terraform_life(&configs).await;
    let _ = client.pulumi_life(&configs).await;
    let mut found: Vec<Violation> = Vec::new();
    for violation in client.found {
        if !found.contains(&violation) {
            found.push(violation);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Those of the configurations that the provider takes for valid.
///
/// # Errors
/// The schema breaks rules, or a call failed as a call.
pub async fn valid<S: Provider>(
    service: &S,
    type_name: &str,
    configs: impl IntoIterator<Item = Value>,
) -> Result<Vec<Value>, Vec<Violation>> {
    let mut client = Client::new(service, type_name).await?;
    let mut kept = Vec::new();
    for config in configs {
        let config = spelling::completed(&client.parts, &config);
        if client.validates(&config).await.is_ok() {
            kept.push(config);
        }
    }
    client.found.retain(|violation| violation.rule != Rule::NoError);
    if client.found.is_empty() { Ok(kept) } else { Err(client.found) }
}

/// The schema of a resource, as a client reads it.
///
/// # Errors
/// The rules on schemas that it breaks.
pub async fn shape_of<S: Provider>(
    service: &S,
    type_name: &str,
) -> Result<Vec<Part>, Vec<Violation>> {
    Client::new(service, type_name).await.map(|client| client.parts)
}
