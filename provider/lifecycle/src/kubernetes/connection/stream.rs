//! A byte stream whatever it goes through: TCP, a proxy, TLS, a port forward.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;

trait Wire: Read + Write + Send {}

impl<T: Read + Write + Send> Wire for T {}

/// A byte stream that an HTTP client can use.
pub(in crate::kubernetes) struct Stream(Pin<Box<dyn Wire>>);

impl Stream {
    /// Any stream.
    pub(in crate::kubernetes) fn new(wire: impl Read + Write + Send + 'static) -> Self {
        Self(Box::pin(wire))
    }

    /// TLS on top of this one, with a server whose certificate is checked
    /// against `name`.
    ///
    /// # Errors
    /// When the two sides do not agree; nothing has been said then.
    pub(in crate::kubernetes) async fn encrypted(
        self,
        configuration: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> io::Result<Self> {
        let connector = TlsConnector::from(configuration);
        let stream = connector.connect(name, TokioIo::new(self)).await?;
        Ok(Self::new(TokioIo::new(stream)))
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(context)
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
