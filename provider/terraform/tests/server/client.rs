//! What a client does: start, read the line, connect, ask, end.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use data_encoding::BASE64_NOPAD;
use hyper_util::rt::TokioIo;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::transport::{Channel, Endpoint};

use crate::identity::ClientIdentity;

pub(crate) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// Makes this program a provider even without the cookie.
pub(crate) const ROLE: &str = "PROBE_ROLE";
/// Much longer than anything here takes, so that a test can fail and does not hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// This program, as a provider that does not know its client yet.
pub(crate) fn program() -> Command {
    let mut program = Command::new(std::env::current_exe().expect("a path"));
    program.env_clear().env(ROLE, "provider").stdin(Stdio::null());
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

/// A running provider, with a directory for its socket. Killed and removed when dropped.
pub(crate) struct Plugin {
    temporary: TempDir,
    child: Child,
    output: BufReader<ChildStdout>,
    log: Option<JoinHandle<String>>,
    first_log: mpsc::Receiver<String>,
    pub(crate) line: String,
}

/// What is left of a provider.
#[derive(Debug)]
pub(crate) struct Remains {
    pub(crate) status: ExitStatus,
    pub(crate) took: Duration,
    pub(crate) output: String,
    pub(crate) log: String,
}

impl Plugin {
    /// Starts a provider as go-plugin does.
    pub(crate) fn start(client: Option<&ClientIdentity>, variables: &[(&str, &str)]) -> Self {
        let mut program = program();
        program.env(COOKIE.0, COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "5,6");
        program.envs(variables.iter().copied());
        if let Some(client) = client {
            program.env("PLUGIN_CLIENT_CERT", &client.pem);
        }
        Self::of(&mut program)
    }

    /// Starts a program, and reads its first line.
    pub(crate) fn of(program: &mut Command) -> Self {
        let temporary = tempfile::tempdir().expect("a directory");
        let mut child = program.env("TMPDIR", temporary.path()).spawn().expect("started");
        let mut errors = BufReader::new(child.stderr.take().expect("piped"));
        let (said, first_log) = mpsc::channel();
        let log = thread::spawn(move || {
            let mut log = String::new();
            while errors.read_line(&mut log).expect("text") > 0 {
                let _ = said.send(log.lines().last().unwrap_or_default().to_owned());
            }
            log
        });
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("text");
        Self { temporary, child, output, log: Some(log), first_log, line }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// More of its standard output, up to a line that contains `text`.
    pub(crate) fn read_to(&mut self, text: &str) -> String {
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("text") > 0 {
            if line.contains(text) {
                return line;
            }
            line.clear();
        }
        panic!("no line with {text}");
    }

    /// Waits for the next line of the log.
    pub(crate) fn next_log(&self) -> String {
        self.first_log.recv_timeout(PATIENCE).expect("a line")
    }

    /// Whether anything of its own is left in the file system.
    pub(crate) fn is_tidy(&self) -> bool {
        fs::read_dir(self.temporary.path()).expect("a directory").next().is_none()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.id()).expect("an id");
        kill(Pid::from_raw(id), signal).expect("running");
    }

    /// Waits for the end, and takes the time from now on.
    pub(crate) fn remains(&mut self) -> Remains {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(begin.elapsed() < PATIENCE, "the provider does not end");
            thread::sleep(Duration::from_millis(1));
        };
        let took = begin.elapsed();
        let mut output = String::new();
        self.output.read_to_string(&mut output).expect("text");
        let log = self.log.take().expect("once").join().expect("read");
        Remains { status, took, output, log }
    }

    /// The path in the line.
    pub(crate) fn socket(&self) -> PathBuf {
        let fields: Vec<&str> = self.line.trim_end().split('|').collect();
        assert_eq!(fields[2], "unix", "{}", self.line);
        PathBuf::from(fields[3])
    }

    /// The certificate in the line.
    pub(crate) fn certificate(&self) -> CertificateDer<'static> {
        let field = self.line.trim_end().split('|').nth(5).expect("six fields");
        BASE64_NOPAD.decode(field.as_bytes()).expect("unpadded").into()
    }

    /// Connects as a client that shows `shown`, or no certificate.
    pub(crate) fn connect(&self, shown: Option<&ClientIdentity>) -> Channel {
        let socket = self.socket();
        let tls = client_config(self.certificate(), shown);
        channel(move || {
            let (socket, tls) = (socket.clone(), Arc::clone(&tls));
            async move { secured(&socket, tls).await }
        })
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Connects without TLS.
pub(crate) fn connect_plain(socket: &Path) -> Channel {
    let socket = socket.to_owned();
    channel(move || UnixStream::connect(socket.clone()))
}

fn channel<C, F, I>(connect: C) -> Channel
where
    C: Fn() -> F + Send + 'static,
    F: Future<Output = std::io::Result<I>> + Send + 'static,
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let connector = tower::service_fn(move |_| {
        let connecting = connect();
        async move { connecting.await.map(TokioIo::new) }
    });
    let endpoint = Endpoint::from_static("http://localhost").connect_timeout(PATIENCE);
    endpoint.connect_with_connector_lazy(connector)
}

pub(crate) async fn secured(
    socket: &Path,
    tls: Arc<ClientConfig>,
) -> std::io::Result<TlsStream<UnixStream>> {
    let stream = UnixStream::connect(socket).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(tls).connect(name, stream).await
}

/// Trusts one server alone.
pub(crate) fn client_config(
    server: CertificateDer<'static>,
    shown: Option<&ClientIdentity>,
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(server).expect("a certificate");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots);
    let mut config = match shown {
        None => config.with_no_client_auth(),
        Some(identity) => config
            .with_client_auth_cert(vec![identity.certificate.clone()], identity.key())
            .expect("a key that fits"),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Arc::new(config)
}
