//! The log: what `tracing` is told, on standard error, in the form that clients parse.
//!
//! Clients filter too, but parse first: what nobody wants is not written at all. Whoever logs
//! hides his secrets; nothing is masked here.

use std::io::{self, Write as _};

use tracing::{Subscriber, subscriber::set_global_default};
use tracing_subscriber::{
    Layer as _, Registry,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
};

mod hclog;

/// Libraries whose chatter is about bytes, headers and keys: of no use to a reader of the log,
/// and not free of secrets.
const WIRE: [&str; 8] =
    ["h2", "hyper", "hyper_util", "reqwest", "rustls", "tokio_util", "tonic", "tower"];

/// Begins to log. Where the program already logs elsewhere, it stays so.
pub(super) fn install(provider: &str, variable: impl Fn(&str) -> Option<String>) {
    // An error says that there is a subscriber: the one who set it wants the log.
    let _ = set_global_default(subscriber(level(provider, variable), to_stderr));
}

fn subscriber(level: LevelFilter, write: fn(&str)) -> impl Subscriber + Send + Sync {
    let wire = level.min(LevelFilter::WARN);
    let targets = Targets::new().with_default(level).with_targets(WIRE.map(|name| (name, wire)));
    Registry::default().with(hclog::HclogLayer::new(write).with_filter(targets))
}

fn to_stderr(line: &str) {
    // One write, so that lines of several threads do not mix. Nobody is left to tell of an error.
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

/// The level that the user wants of this provider: its own variable, that of all providers, that
/// of everything. Errors are always logged.
fn level(provider: &str, variable: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", provider.to_uppercase().replace('-', "_"));
    let given = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    match given.unwrap_or_default().to_uppercase().as_str() {
        "TRACE" | "JSON" => LevelFilter::TRACE,
        "DEBUG" => LevelFilter::DEBUG,
        "INFO" => LevelFilter::INFO,
        "WARN" => LevelFilter::WARN,
        _ => LevelFilter::ERROR,
    }
}

#[cfg(test)]
mod tests;
