//! The scout's conversation with a JobManager that is played by a script.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::Endpoint;

/// Answers each request, which must begin as told, on one connection each.
async fn script(
    lines: Vec<(&'static str, u16, String)>,
) -> (Scout, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let mut endpoint =
        Endpoint::new(&format!("http://{}", listener.local_addr().expect("an address")))
            .expect("an address");
    endpoint.patience.unavailable = std::time::Duration::from_millis(100);
    let server = tokio::spawn(async move {
        for (number, (begins, status, body)) in lines.iter().enumerate() {
            let Ok((mut stream, _)) = listener.accept().await else { return number };
            let request = whole_request(&mut stream).await;
            assert!(request.starts_with(begins), "{request}");
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).await.expect("a reader");
        }
        lines.len()
    });
    (Scout::new(Client::new(endpoint)), server)
}

async fn whole_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        stream.read_buf(&mut bytes).await.expect("a request");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().expect("a length"));
            if bytes.len() >= head.len() + 4 + length {
                return text;
            }
        }
    }
}

fn no_jars() -> String {
    r#"{"address":"x","files":[]}"#.to_owned()
}

fn uploaded() -> String {
    r#"{"filename":"/a/7_s.jar","status":"success"}"#.to_owned()
}

fn says(json: &str) -> String {
    let trace = format!("Caused by: scout.Answer: <<terraform-scout {json} terraform-scout>>");
    serde_json::json!({"errors": ["Internal server error.", trace]}).to_string()
}

fn refuses(text: &str) -> String {
    serde_json::json!({"errors": ["Internal server error.", text]}).to_string()
}

const LISTING: &str = r#"{"listing":null}"#;

#[tokio::test]
async fn the_jar_is_uploaded_before_the_first_question_only() {
    let (scout, server) = script(vec![
        ("GET /jars ", 200, no_jars()),
        ("POST /jars/upload ", 200, uploaded()),
        ("POST /jars/7_s.jar/plan ", 500, says(LISTING)),
        ("POST /jars/7_s.jar/plan ", 500, says(LISTING)),
    ])
    .await;
    for _ in 0..2 {
        assert_eq!(scout.list("file:/a").await.expect("an answer"), Told::Known(None));
    }
    assert_eq!(server.await.expect("the script"), 4);
}

#[tokio::test]
async fn a_jar_that_is_already_there_is_used() {
    let name = question::jar_name();
    let jars =
        format!(r#"{{"files":[{{"id":"9_{name}","name":"{name}","uploaded":1,"entry":[]}}]}}"#);
    let (scout, server) =
        script(vec![("GET /jars ", 200, jars), ("POST /jars/9_", 500, says(LISTING))]).await;
    assert_eq!(scout.list("file:/a").await.expect("an answer"), Told::Known(None));
    assert_eq!(server.await.expect("the script"), 2);
}

#[tokio::test]
async fn a_restarted_job_manager_gets_the_jar_anew() {
    let gone = refuses("java.lang.X: Jar file /a/7_s.jar does not exist");
    let (scout, server) = script(vec![
        ("GET /jars ", 200, no_jars()),
        ("POST /jars/upload ", 200, uploaded()),
        ("POST /jars/7_s.jar/plan ", 500, says(LISTING)),
        ("POST /jars/7_s.jar/plan ", 500, gone),
        ("GET /jars ", 200, no_jars()),
        ("POST /jars/upload ", 200, uploaded()),
        ("POST /jars/7_s.jar/plan ", 500, says(LISTING)),
    ])
    .await;
    for _ in 0..2 {
        assert_eq!(scout.list("file:/a").await.expect("an answer"), Told::Known(None));
    }
    assert_eq!(server.await.expect("the script"), 7);
}

#[tokio::test]
async fn a_cluster_that_takes_no_jars_cannot_tell() {
    let body = serde_json::json!({"errors": ["Unable to load requested file /jars."]}).to_string();
    let (scout, _server) = script(vec![("GET /jars ", 404, body)]).await;
    let told = scout.list("file:/a").await.expect("an answer");
    assert!(
        matches!(&told, Told::CannotTell(reason) if reason.contains("no such endpoint")),
        "{told:?}"
    );
}

#[tokio::test]
async fn a_refusal_of_another_kind_cannot_tell() {
    let (scout, _server) = script(vec![
        ("GET /jars ", 200, no_jars()),
        ("POST /jars/upload ", 200, uploaded()),
        ("POST /jars/7_s.jar/plan ", 500, refuses("java.lang.OutOfMemoryError: Metaspace")),
    ])
    .await;
    let told = scout.writable("file:/a").await.expect("an answer");
    assert!(matches!(&told, Told::CannotTell(reason) if reason.contains("Metaspace")), "{told:?}");
}

#[tokio::test]
async fn a_job_manager_that_is_not_there_is_an_error() {
    let (scout, server) = script(Vec::new()).await;
    server.await.expect("the script");
    let error = scout.metadata(&["file:/a"]).await.expect_err("nobody");
    assert!(error.is_unavailable(), "{error:?}");
}
