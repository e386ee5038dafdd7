use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

async fn server(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut bytes = Vec::new();
            while !bytes.ends_with(b"\r\n\r\n") {
                stream.read_buf(&mut bytes).await.expect("a request");
            }
            stream.write_all(answer.as_bytes()).await.expect("a reader");
        }
    });
    address
}

#[tokio::test]
async fn a_jar_is_kept_with_its_hash() {
    let content = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc".to_owned();
    let moved =
        "HTTP/1.1 302 Found\r\nconnection: close\r\nlocation: /b.jar\r\ncontent-length: 0\r\n\r\n"
            .to_owned();
    let address = server(vec![moved, content]).await;
    let source = Source::new(&format!("{address}/a.jar?signature=s3cret")).expect("an address");
    let fetched = source.fetch().await.expect("a jar");
    assert_eq!(fetched.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(fetched.bytes, 3);
    assert_eq!(std::fs::read(fetched.file.path()).expect("the file"), b"abc");
}

#[tokio::test]
async fn a_refusal_is_told_without_the_signature() {
    let answer =
        "HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned();
    let address = server(vec![answer]).await;
    let source = Source::new(&format!("{address}/a.jar?signature=s3cret")).expect("an address");
    let error = source.fetch().await.expect_err("no jar");
    assert_eq!(error.to_string(), format!("{address}/a.jar answers 403 Forbidden"));
}

#[tokio::test]
async fn a_transfer_that_breaks_off_is_no_jar() {
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 30\r\n\r\nabc".to_owned();
    let source = Source::new(&server(vec![answer]).await).expect("an address");
    assert!(matches!(source.fetch().await, Err(Error::Transfer { .. })));
}

#[test]
fn only_http_can_be_fetched() {
    for address in ["s3://b/x.jar", "/x.jar", "file:/x.jar"] {
        assert!(Source::new(address).is_err(), "{address}");
    }
}
