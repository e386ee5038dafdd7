//! A Kubernetes object as it is sent to the API server.

use serde_json::Value;

/// What names an object, and its whole body.
///
/// The body is JSON and not a typed structure: a pod template passes through
/// with fields that are newer than this program, and the API server's dry run
/// checks the types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// For example `apps/v1`.
    pub api_version: &'static str,
    /// For example `Deployment`.
    pub kind: &'static str,
    /// Where it lives; everything that we make has a namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The whole object, `apiVersion` and `kind` included; no `status`.
    pub body: Value,
}
