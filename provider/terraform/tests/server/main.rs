//! The process as its clients see it: each test starts this very program as a provider.
//!
//! Started with the cookie or with `--debug` it is a provider, else it is the tests.

#![allow(
    clippy::panic,
    clippy::unnecessary_wraps,
    reason = "a test without the usual harness is not known as one; its cases are alike in type"
)]

mod client;
mod fake;
mod identity;
mod life;
mod traffic;
mod trust;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use terraform::server::{self, Mode, Options};
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let is_debug = std::env::args().any(|argument| argument == "--debug");
    if is_debug {
        return serve(Mode::Debug);
    }
    if std::env::var_os(client::ROLE).is_some() || std::env::var_os(client::COOKIE.0).is_some() {
        return serve(Mode::Plugin);
    }
    let trials = [life::trials(), traffic::trials(), trust::trials()].into_iter().flatten();
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

fn serve(mode: Mode) -> ExitCode {
    let stop = CancellationToken::new();
    let options = Options {
        name: "probe",
        address: "acme/probe",
        version: "0.0.0",
        mode,
        stop: stop.clone(),
    };
    server::run(fake::Fake { stop }, options)
}
