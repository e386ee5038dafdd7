//! The process: from its start by a client to its end, and every byte between.
//!
//! ```text
//! environment ─▶ handshake ─▶ listener + tls ─▶ one line on standard output
//! connection ─▶ services ─▶ provider
//! shutdown, signal, death of the client ─▶ end
//! ```
//!
//! Nothing but the handshake happens before the first call, and beside it the schemas, which that call
//! asks for, are made: a client starts a provider three times for one plan. What the calls mean is not known here.

mod connection;
mod debug;
mod dump;
mod handshake;
mod listener;
mod logging;
pub mod panic;
mod services;
mod signals;
mod tls;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use proto::tfplugin6::provider_server::Provider;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::info;

use self::{
    connection::Connections,
    dump::Dump,
    handshake::{Address, Handshake},
    listener::Listener,
    services::Services,
    signals::{End, Signals},
    tls::Identity,
};
pub use self::{handshake::HandshakeError, listener::ListenerError, tls::TlsError};

/// Clients kill two seconds after they asked for the end; all they wait for is one answer.
const AFTER_SHUTDOWN: Duration = Duration::from_millis(80);
/// What calls under way get to come to a true answer when no client has asked for the end.
const AFTER_SIGNAL: Duration = Duration::from_secs(5);

/// Who started the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A client, for one of its own runs.
    Plugin,
    /// A person, who lets clients attach: no TLS, no handshake, Ctrl-C ends it.
    Debug,
}

/// What the process is.
#[derive(Clone, Debug)]
pub struct Options {
    /// The provider's name in configurations; its own log level is `TF_LOG_PROVIDER_<NAME>`.
    pub name: &'static str,
    /// The provider's source without a host, as clients attach to it in debug mode.
    pub address: &'static str,
    /// The version that the log tells.
    pub version: &'static str,
    /// Who started the process.
    pub mode: Mode,
    /// Cancelled when the process is about to end, so that calls come to a true answer soon.
    pub stop: CancellationToken,
}

/// Why a provider could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Nobody, or someone unknown, started it.
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    /// No place to be connected to.
    #[error(transparent)]
    Listener(#[from] ListenerError),
    /// No secure connection.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Signals cannot be caught.
    #[error("failed to catch signals")]
    Signals(#[source] io::Error),
    /// Nobody can be told where to connect.
    #[error("failed to write to standard output")]
    Output(#[source] io::Error),
    /// No threads.
    #[error("failed to start the runtime")]
    Runtime(#[source] io::Error),
}

/// Serves until the end on a runtime of its own, and tells a person on standard error why not.
///
/// Does not wait for work that does not end by itself: the process is to be gone.
pub fn run<S: Provider>(service: S, options: Options) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ServeError::Runtime);
    let outcome = runtime.and_then(|runtime| {
        let outcome = runtime.block_on(serve(service, options));
        runtime.shutdown_background();
        outcome
    });
    outcome.unwrap_or_else(|error| {
        // If standard error is gone, there is nobody left to tell.
        let _ = writeln!(io::stderr(), "{}", with_causes(&error));
        ExitCode::FAILURE
    })
}

fn with_causes(error: &ServeError) -> String {
    let first: &(dyn std::error::Error + 'static) = error;
    let causes = std::iter::successors(Some(first), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Serves until the client is done, a signal comes, or the client has died.
///
/// Takes the process as its own: its log, its panics, its signals, its standard output. Returns
/// with calls of a broken-off run perhaps still under way; the process ends with it.
pub async fn serve<S: Provider>(service: S, options: Options) -> Result<ExitCode, ServeError> {
    let Options { name, address: provider, version, mode, stop } = options;
    let variable = |name: &str| std::env::var(name).ok();
    let handshake = match mode {
        Mode::Plugin => Handshake::read(variable)?,
        Mode::Debug => Handshake::for_anyone(),
    };
    panic::install();
    logging::install(name, variable);
    let signals = Signals::catch().map_err(ServeError::Signals)?;
    let listener = Listener::bind(&handshake).await?;
    let tls = handshake.client_certificate.clone().map(Identity::admitting).transpose()?;
    announce(mode, provider, &handshake, &listener.address(), tls.as_ref())?;
    info!(tf_provider_addr = provider, version, "serving");

    let shutdown = CancellationToken::new();
    let end = CancellationToken::new();
    let dump = variable(dump::VARIABLE).map(|directory| Dump::to(directory.into()));
    let connections = Connections {
        services: Services::new(service, shutdown.clone(), end.clone(), dump),
        tls: tls.map(|identity| identity.server),
        end,
        open: TaskTracker::new(),
    };
    let reason = tokio::select! {
        reason = signals.end(mode, &shutdown) => reason,
        never = connections.accept(&listener) => match never {},
    };
    finish(reason, &connections, &stop).await;
    Ok(ExitCode::SUCCESS)
}

fn announce(
    mode: Mode,
    provider: &str,
    handshake: &Handshake,
    address: &Address,
    tls: Option<&Identity>,
) -> Result<(), ServeError> {
    let text = match mode {
        Mode::Plugin => handshake.line(address, tls.map(|identity| &identity.certificate)),
        Mode::Debug => debug::greeting(provider, address, std::process::id()),
    };
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(ServeError::Output)
}

/// Lets what is under way be answered, for as long as the reason allows.
async fn finish<S: Provider>(reason: End, connections: &Connections<S>, stop: &CancellationToken) {
    info!(?reason, "ending");
    stop.cancel();
    connections.end.cancel();
    connections.open.close();
    let patience = match reason {
        End::Shutdown => AFTER_SHUTDOWN,
        End::Signal | End::Orphaned => AFTER_SIGNAL,
    };
    // Too late is no error: whoever still waits has been told, or is dead.
    let _ = tokio::time::timeout(patience, connections.open.wait()).await;
}
