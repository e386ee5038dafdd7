//! What is sent with a call: opened only when it is sent, and of a known
//! length, since some proxies buffer or refuse what comes in chunks.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

use crate::error::Kind;
use crate::request::JarContent;

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;
/// What cannot stand in a quoted file name of a form.
const UNQUOTABLE: &AsciiSet = &CONTROLS.add(b'"').add(b'\\');

/// What is sent with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    None,
    /// JSON.
    Json(Bytes),
    /// One jar as a multipart form.
    Jar {
        /// The name that Flink keeps.
        name: String,
        /// Where its bytes come from.
        content: JarContent,
    },
}

/// A content that is ready to be sent.
#[derive(Debug)]
pub struct Opened {
    /// The header `Content-Type`; none where there is nothing to send.
    pub content_type: Option<String>,
    /// The header `Content-Length`.
    pub length: u64,
    /// The bytes.
    pub payload: Payload,
}

/// The bytes of a request, of a known length.
#[derive(Debug)]
pub struct Payload {
    head: Bytes,
    file: Option<Part>,
    tail: Bytes,
}

/// What is still to be read of a file.
#[derive(Debug)]
struct Part {
    file: File,
    left: u64,
}

impl Content {
    /// Opens what there is to send.
    ///
    /// # Errors
    /// [`Kind::UnreadableFile`]; nothing has been sent then.
    pub async fn open(&self) -> Result<Opened, Kind> {
        match self {
            Self::None => Ok(Opened::of(None, Payload::of(Bytes::new()))),
            Self::Json(json) => {
                Ok(Opened::of(Some("application/json".to_owned()), Payload::of(json.clone())))
            }
            Self::Jar { name, content } => form(name, content).await,
        }
    }
}

impl Opened {
    fn of(content_type: Option<String>, payload: Payload) -> Self {
        Self { content_type, length: payload.left(), payload }
    }
}

/// A multipart form with one file.
async fn form(name: &str, content: &JarContent) -> Result<Opened, Kind> {
    let boundary = boundary();
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"jarfile\"; {}\r\nContent-Type: application/x-java-archive\r\n\r\n",
        filename(name)
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let payload = match content {
        JarContent::Embedded(bytes) => {
            Payload::of([head.as_bytes(), bytes, tail.as_bytes()].concat().into())
        }
        JarContent::File(path) => {
            let unreadable =
                |source| Kind::UnreadableFile { path: path.display().to_string(), source };
            let file = File::open(path).await.map_err(unreadable)?;
            let left = file.metadata().await.map_err(unreadable)?.len();
            Payload { head: head.into(), file: Some(Part { file, left }), tail: tail.into() }
        }
    };
    Ok(Opened::of(Some(format!("multipart/form-data; boundary={boundary}")), payload))
}

/// A line that no jar has in it, but by a chance of one in 2^128.
fn boundary() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

fn filename(name: &str) -> String {
    if name.is_ascii() {
        format!("filename=\"{}\"", utf8_percent_encode(name, UNQUOTABLE))
    } else {
        format!("filename*=utf-8''{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
    }
}

impl Payload {
    fn of(bytes: Bytes) -> Self {
        Self { head: bytes, file: None, tail: Bytes::new() }
    }

    fn left(&self) -> u64 {
        let file = self.file.as_ref().map_or(0, |part| part.left);
        self.head.len() as u64 + file + self.tail.len() as u64
    }
}

impl Part {
    /// The next piece; `None` when all has been read.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let size = usize::try_from(self.left).map_or(PIECE, |left| left.min(PIECE));
        let mut piece = BytesMut::zeroed(size);
        let mut buffer = ReadBuf::new(&mut piece);
        if let Err(error) = ready!(Pin::new(&mut self.file).poll_read(context, &mut buffer)) {
            return Poll::Ready(Some(Err(error)));
        }
        let read = buffer.filled().len();
        if read == 0 {
            // A file that has become shorter cannot be what was promised.
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        self.left -= read as u64;
        piece.truncate(read);
        Poll::Ready(Some(Ok(piece.freeze())))
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.head.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.head)))));
        }
        if let Some(part) = &mut self.file {
            if let Some(piece) = ready!(part.poll_piece(context)) {
                return Poll::Ready(Some(piece.map(Frame::data)));
            }
            self.file = None;
        }
        let tail = std::mem::take(&mut self.tail);
        Poll::Ready(Some(tail).filter(|tail| !tail.is_empty()).map(|tail| Ok(Frame::data(tail))))
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use http_body_util::BodyExt;

    use super::*;

    async fn sent(content: Content) -> (Option<String>, u64, Bytes) {
        let opened = content.open().await.expect("readable");
        let bytes = opened.payload.collect().await.expect("readable").to_bytes();
        (opened.content_type, opened.length, bytes)
    }

    #[tokio::test]
    async fn a_jar_is_a_form_of_the_length_that_was_promised() {
        let bytes: Vec<u8> = (0..=250).cycle().take(PIECE * 2 + 7).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&bytes).expect("room");
        let content = JarContent::File(file.path().to_owned());
        let (kind, length, form) =
            sent(Content::Jar { name: "ab_\"my\" job.jar".to_owned(), content }).await;
        let kind = kind.expect("a type");
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect("a boundary");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"ab_%22my%22 job.jar\"\r\nContent-Type: application/x-java-archive\r\n\r\n"
        );
        let expected =
            [head.as_bytes(), &bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        assert_eq!(length, expected.len() as u64);
        assert!(form == expected, "the bytes differ");
    }

    #[tokio::test]
    async fn a_name_beyond_ascii_is_encoded() {
        let name = "ü.jar".to_owned();
        let (_, _, form) = sent(Content::Jar { name, content: JarContent::Embedded(b"PK") }).await;
        let form = String::from_utf8_lossy(&form).into_owned();
        assert!(form.contains("filename*=utf-8''%C3%BC%2Ejar\r\n"), "{form}");
        assert!(form.contains("\r\n\r\nPK\r\n--"), "{form}");
    }

    #[tokio::test]
    async fn a_file_that_becomes_shorter_is_an_error() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"twelve bytes").expect("room");
        let content = JarContent::File(file.path().to_owned());
        let opened =
            Content::Jar { name: "a.jar".to_owned(), content }.open().await.expect("readable");
        file.as_file().set_len(5).expect("a shorter file");
        assert!(opened.payload.collect().await.is_err());
    }
}
