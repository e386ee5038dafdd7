//! The calls of a whole provider in process, and the checker of the rules that clients hold it to.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    clippy::wildcard_enum_match_arm,
    reason = "what the tests share is not known as tests"
)]

/// Calls a method of the service and takes the answer out.
macro_rules! call {
    ($service:expr, $method:ident, $request:expr) => {
        $service.$method(tonic::Request::new($request)).await.unwrap().into_inner()
    };
}

mod broken;
mod calls;
mod messages;
mod rules;
mod sabotage;
mod thing;
