//! What a provider's author writes: a provider, its resources, data sources, functions, lists and actions.
//!
//! Every trait here is implemented by a provider and called by `rpc`, never the other way round.
//! Nothing here knows the protocol.

mod action;
mod data_source;
mod function;
mod list;
mod managed;
mod plan;
mod private;
mod provider;
mod timeouts;

pub use action::{Action, Progress};
pub use data_source::DataSource;
pub use function::{Function, FunctionError, Parameter};
pub use list::{ListInput, ListResource, ListSink, Listed};
pub use managed::{MoveSource, Moved, Resource};
pub use plan::{CreateInput, Deferred, ImportBy, Outcome, Plan, PlanInput, UpdateInput};
pub use private::Private;
pub use provider::{Client, Context, Provider};
pub use timeouts::Timeouts;
