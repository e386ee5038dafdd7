//! The plugin protocol from the client's side: starts a provider as Terraform does, and sends it
//! single calls. What Terraform's core would do between the calls is not here.

mod identity;
mod process;
mod provider;
mod raw;
mod values;

pub use identity::ClientIdentity;
pub use process::{Plugin, Trust};
pub use provider::{Object, Provider, Resource, refused};
pub use raw::schema_time;
pub use values::object_type;
