//! Requests kept as they came, for those who write tests of a client's ways.
//!
//! Opt-in by an environment variable. A request holds the provider's configuration and all
//! other secrets of a run in the clear: only the owner can read the files.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use tonic::body::Body;
use tracing::warn;

/// Names the directory that the requests are kept in.
pub(super) const VARIABLE: &str = "TF_LOG_SDK_PROTO_DATA_DIR";
/// Before each message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// A directory that gets a file for each request: the message alone, without its framing.
#[derive(Debug)]
pub(super) struct Dump {
    directory: PathBuf,
    sequence: AtomicU32,
}

impl Dump {
    /// Keeps requests in a directory that exists.
    pub(super) fn to(directory: PathBuf) -> Self {
        warn!(directory = %directory.display(), "requests are kept in files, with all secrets");
        Self { directory, sequence: AtomicU32::new(1) }
    }

    /// Keeps a request, and hands it on whole. What cannot be kept is logged, never refused.
    pub(super) async fn record(&self, request: Request<Incoming>) -> Request<Body> {
        let (head, body) = request.into_parts();
        let body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                warn!(%error, "failed to read a request");
                return Request::from_parts(head, Body::empty());
            }
        };
        if let Err(error) = self.keep(head.uri.path(), &body) {
            warn!(%error, "failed to keep a request");
        }
        Request::from_parts(head, Body::new(Full::new(body)))
    }

    fn keep(&self, path: &str, body: &Bytes) -> io::Result<()> {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        let file = self.directory.join(file_name(std::process::id(), sequence, path));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        file.write_all(body.get(PREFIX..).unwrap_or_default())
    }
}

/// Sorts by process and by order of arrival, and ends with the method.
fn file_name(process: u32, sequence: u32, path: &str) -> String {
    let method = path.rsplit('/').next().unwrap_or_default();
    format!("{process}-{sequence:04}-{method}.bin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_process_order_and_method() {
        let name = file_name(12, 3, "/tfplugin6.Provider/ReadResource");
        assert_eq!(name, "12-0003-ReadResource.bin");
    }
}
