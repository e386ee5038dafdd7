//! A jar of any size takes the same little memory.
//!
//! In a binary of its own, since it looks at the whole process.
#![cfg(target_os = "linux")]

use std::fs;

use flink::download::Source;
use flink::request::jars;
use flink::{Client, Endpoint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SIZE: u64 = 64 * 1024 * 1024;

/// The most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[tokio::test]
async fn jars_are_sent_and_fetched_piece_by_piece() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let received = take_upload(stream).await;
        let (stream, _) = listener.accept().await.expect("a client");
        give_download(stream).await;
        received
    });
    let file = tempfile::NamedTempFile::with_suffix(".jar").expect("a file");
    file.as_file().set_len(SIZE).expect("a sparse file");
    let before = peak();

    let client = Client::new(Endpoint::new(&address).expect("an address"));
    client.send(&jars::upload("big.jar", file.path().to_owned())).await.expect("stored");
    let fetched = Source::new(&format!("{address}/big.jar"))
        .expect("an address")
        .fetch()
        .await
        .expect("a jar");

    assert_eq!(fetched.bytes, SIZE);
    assert!(server.await.expect("the server") > SIZE);
    let grown = peak() - before;
    assert!(grown < 16 * 1024, "{grown} KiB more for {} KiB", SIZE / 1024);
}

/// Reads a whole request and counts the bytes of its body.
async fn take_upload(mut stream: TcpStream) -> u64 {
    let length = head(&mut stream).await;
    let mut left = length;
    let mut piece = vec![0; 64 * 1024];
    while left > 0 {
        left -= stream.read(&mut piece).await.expect("a piece") as u64;
    }
    let body = r#"{"filename":"/a/1_big.jar"}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).await.expect("a reader");
    length
}

async fn give_download(mut stream: TcpStream) {
    head(&mut stream).await;
    let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {SIZE}\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.expect("a reader");
    let piece = vec![0; 64 * 1024];
    for _ in 0..SIZE / piece.len() as u64 {
        stream.write_all(&piece).await.expect("a reader");
    }
}

/// Reads the head of a request, byte by byte so as to take nothing of its
/// body, and answers the length that it tells.
async fn head(stream: &mut TcpStream) -> u64 {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.expect("a request"));
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.map_or(0, |length| length.parse().expect("a length"))
}
