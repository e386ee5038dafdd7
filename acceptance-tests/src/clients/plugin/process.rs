//! A provider's process: started with the environment that go-plugin sets, known by the one line it
//! prints, reached over its socket.

use super::identity::ClientIdentity;
use crate::failure::{Failure, Outcome};
use data_encoding::BASE64_NOPAD;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::{CertificateDer, ServerName};
use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;
use tonic::transport::{Channel, Endpoint};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// How client and provider know each other.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// Each shows a certificate: what Terraform does unless it is told not to.
    Mutual(&'a ClientIdentity),
    /// No TLS.
    Plain,
}

/// A provider that runs; dropped, it is killed.
#[derive(Debug)]
pub struct Plugin {
    child: Child,
    socket: PathBuf,
    tls: Option<Arc<ClientConfig>>,
    /// How long it took from the start of the process to its line.
    pub ready_after: Duration,
}

impl Plugin {
    /// Starts the program at `path` and waits for its line.
    pub fn start(path: &Path, trust: Trust<'_>) -> Outcome<Self> {
        let mut command = Command::new(path);
        command.env(COOKIE.0, COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        if let Trust::Mutual(identity) = trust {
            command.env("PLUGIN_CLIENT_CERT", identity.pem());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let line = first_line(&mut child)?;
        let ready_after = start.elapsed();
        let fields: Vec<&str> = line.trim_end().split('|').collect();
        let [_, _, "unix", socket, "grpc", certificate, ..] = fields.as_slice() else {
            return Err(Failure::new(format!("{} said {line:?}", path.display())));
        };
        let tls = match trust {
            Trust::Mutual(identity) => Some(identity.tls(decoded(certificate)?)?),
            Trust::Plain => None,
        };
        Ok(Self { child, socket: PathBuf::from(socket), tls, ready_after })
    }

    /// A connection, established.
    pub async fn connect(&self) -> Outcome<Channel> {
        let (socket, tls) = (self.socket.clone(), self.tls.clone());
        let connector = tower::service_fn(move |_| {
            let (socket, tls) = (socket.clone(), tls.clone());
            async move { stream(&socket, tls).await }
        });
        let endpoint = Endpoint::from_static("http://localhost");
        Ok(endpoint.connect_with_connector(connector).await?)
    }

    /// The memory that the process holds now, in bytes.
    pub fn resident(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kilobytes: u64 = kilobytes.ok_or_else(|| Failure::new("no VmRSS"))?.trim().parse()?;
        Ok(kilobytes * 1024)
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A killed process cannot take its socket away.
        let _ = fs::remove_file(&self.socket);
    }
}

fn first_line(child: &mut Child) -> Outcome<String> {
    let output = child.stdout.take().ok_or_else(|| Failure::new("no standard output"))?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok(line)
}

fn decoded(certificate: &str) -> Outcome<CertificateDer<'static>> {
    let bytes = BASE64_NOPAD.decode(certificate.as_bytes());
    bytes.map(Into::into).map_err(|error| Failure::new(format!("no certificate: {error}")))
}

async fn stream(
    socket: &Path,
    tls: Option<Arc<ClientConfig>>,
) -> io::Result<TokioIo<Either<UnixStream, TlsStream<UnixStream>>>> {
    let plain = UnixStream::connect(socket).await?;
    let Some(tls) = tls else {
        return Ok(TokioIo::new(Either::Left(plain)));
    };
    let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
    Ok(TokioIo::new(Either::Right(TlsConnector::from(tls).connect(name, plain).await?)))
}
