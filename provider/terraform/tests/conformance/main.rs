//! The calls of a whole provider in process, and the checker of the rules that clients hold it to.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::unnecessary_wraps,
    clippy::wildcard_enum_match_arm,
    reason = "what the tests share is not known as tests"
)]

mod broken;
mod calls;
mod messages;
mod rules;
mod sabotage;
mod thing;
