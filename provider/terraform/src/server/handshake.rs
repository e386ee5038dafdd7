//! What the client says in the environment, and the one line that it is answered with.
//!
//! Pure: variables in, text out. Nothing here binds, prints or makes a key.

use std::{
    fmt::{self, Display},
    net::SocketAddr,
    ops::RangeInclusive,
    path::PathBuf,
};

use data_encoding::BASE64_NOPAD;
use rustls_pki_types::{
    CertificateDer,
    pem::{self, PemObject as _},
};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// The version of go-plugin's own line.
const CORE_VERSION: u8 = 1;
/// The major version of the provider protocol. A client that does not speak it says so itself.
pub(super) const PROTOCOL_VERSION: u8 = 6;
/// go-plugin's own choice where the client names no ports.
const PORTS: RangeInclusive<u16> = 10_000..=25_000;

/// Why the process cannot serve the one who started it.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// A person started it, not a client.
    #[error(
        "this program is a provider: Terraform, OpenTofu or Pulumi start it, it is not meant to be run by hand"
    )]
    NotStartedByClient,
    /// The client's certificate cannot be read.
    #[error("PLUGIN_CLIENT_CERT holds no certificate in PEM form")]
    ClientCertificate(#[source] pem::Error),
    /// A port is not a number below 65536.
    #[error("{name} = \"{value}\" is not a port")]
    Port {
        /// The variable.
        name: &'static str,
        /// What it holds.
        value: String,
    },
}

/// What the client wants, read from its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Handshake {
    /// The only one who may connect; `None` asks for a plain connection.
    pub(super) client_certificate: Option<CertificateDer<'static>>,
    /// Where the socket must be; `None` leaves it to the process.
    pub(super) socket_directory: Option<PathBuf>,
    /// Who, beside the owner, may use the socket: a group's name or number.
    pub(super) socket_group: Option<String>,
    /// The ports to try where a socket cannot be made.
    pub(super) ports: RangeInclusive<u16>,
    /// Whether the client knows multiplexed connections, and so wants to hear that there are none.
    pub(super) asks_multiplex: bool,
}

impl Handshake {
    /// Reads the variables of go-plugin. The versions on offer are not among them: the answer is
    /// always 6, and a client that does not speak it tells its user so.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, HandshakeError> {
        if variable(COOKIE.0).as_deref() != Some(COOKIE.1) {
            return Err(HandshakeError::NotStartedByClient);
        }
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let first = port("PLUGIN_MIN_PORT", given("PLUGIN_MIN_PORT"), *PORTS.start())?;
        let last = port("PLUGIN_MAX_PORT", given("PLUGIN_MAX_PORT"), *PORTS.end())?;
        Ok(Self {
            client_certificate: given("PLUGIN_CLIENT_CERT")
                .as_deref()
                .map(certificate)
                .transpose()?,
            socket_directory: given("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            socket_group: given("PLUGIN_UNIX_SOCKET_GROUP"),
            ports: first..=last,
            asks_multiplex: given("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// What a client that attaches later is served with: a plain socket, by default.
    pub(super) fn for_anyone() -> Self {
        Self {
            client_certificate: None,
            socket_directory: None,
            socket_group: None,
            ports: PORTS,
            asks_multiplex: false,
        }
    }

    /// The line on standard output that tells the client where to connect, and whom to trust.
    pub(super) fn line(&self, address: &Address, own: Option<&CertificateDer<'_>>) -> String {
        let certificate = own.map(|der| BASE64_NOPAD.encode(der)).unwrap_or_default();
        let multiplex = if self.asks_multiplex { "|false" } else { "" };
        let network = address.network();
        format!(
            "{CORE_VERSION}|{PROTOCOL_VERSION}|{network}|{address}|grpc|{certificate}{multiplex}\n"
        )
    }
}

fn certificate(pem: &str) -> Result<CertificateDer<'static>, HandshakeError> {
    CertificateDer::from_pem_slice(pem.as_bytes()).map_err(HandshakeError::ClientCertificate)
}

fn port(name: &'static str, value: Option<String>, default: u16) -> Result<u16, HandshakeError> {
    let Some(value) = value else { return Ok(default) };
    value.parse().map_err(|_| HandshakeError::Port { name, value })
}

/// Where the process listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    Unix(PathBuf),
    Tcp(SocketAddr),
}

impl Address {
    /// The kind of address, in Go's words.
    pub(super) fn network(&self) -> &'static str {
        match self {
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => path.display().fmt(f),
            Self::Tcp(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
