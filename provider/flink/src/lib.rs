//! Flink: its REST API, its options, its memory model.
//!
//! ```text
//! request::*  ──▶ Client::send ──▶ response::*  or  Error
//!                      │
//! scout::Question ─────┘  (a jar of ours that answers through /jars/:id/plan)
//! fit::judge              (pure: will the old state fit the new job)
//! configuration::check    (pure: are these options of this version)
//! memory::task_manager    (pure: how the process is divided)
//! ```
//!
//! Building a request does no IO, and nothing here decides what should be
//! asked next. Deliberately not here: Terraform, Kubernetes, waiting for a
//! state, and any repetition of a request that changes something.

pub mod capabilities;
pub mod client;
pub mod configuration;
pub mod download;
pub mod endpoint;
pub mod error;
pub mod fit;
pub mod id;
pub mod memory;
pub mod request;
pub mod response;
pub mod root_cause;
pub mod scout;
pub mod secret;
mod tls;
pub mod transport;
pub mod version;

pub use client::Client;
pub use endpoint::{Authentication, Endpoint, Identity, Proxy};
pub use error::{Error, Kind};
pub use id::{JarId, JobId, OperatorId, TriggerId, VertexId};
pub use request::Request;
pub use root_cause::{Cause, Causes};
pub use secret::Secret;
pub use tls::{Unusable, headers, is_distrust, trust};
pub use transport::Transport;
pub use version::Version;
