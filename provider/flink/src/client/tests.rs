use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::request::{jars, jobs};
use crate::{Authentication, JobId, Secret};

/// What a server saw: how many connections, and each request as text.
#[derive(Debug, Default)]
struct Seen {
    connections: AtomicUsize,
    requests: std::sync::Mutex<Vec<String>>,
}

impl Seen {
    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic while locked").clone()
    }
}

/// Answers each request in turn with the next of `answers`; an empty one
/// closes the connection instead.
async fn server(answers: Vec<&'static str>) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Seen::default());
    let shared = Arc::clone(&seen);
    tokio::spawn(async move {
        let mut answers = answers.into_iter();
        while let Ok((mut stream, _)) = listener.accept().await {
            shared.connections.fetch_add(1, Ordering::SeqCst);
            serve(&mut stream, &mut answers, &shared).await;
        }
    });
    (address, seen)
}

async fn serve(
    stream: &mut TcpStream,
    answers: &mut impl Iterator<Item = &'static str>,
    seen: &Seen,
) {
    while let Some(request) = read_request(stream).await {
        seen.requests.lock().expect("no panic while locked").push(request);
        match answers.next() {
            Some("") | None => return,
            Some(answer) => stream.write_all(answer.as_bytes()).await.expect("a reader"),
        }
    }
}

/// One request with its whole body; none when the client is gone.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                return Some(text);
            }
        }
    }
}

const RUNNING: &str = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"status\":\"RUNNING\"}";
const ELECTION: &str =
    "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 23\r\n\r\n{\"errors\":[\"election\"]}";
const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}";
const LOGIN: &str =
    "HTTP/1.1 302 Found\r\nlocation: https://login.example/\r\ncontent-length: 0\r\n\r\n";
const WEB_PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>";
const UPLOADED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 46\r\n\r\n{\"filename\":\"/a/7_x.jar\",\"status\":\"success\"}   ";

fn client(address: &str) -> Client {
    Client::new(Endpoint::new(address).expect("an address"))
}

fn job() -> JobId {
    JobId::from_bytes([1; 16])
}

fn within<T>(future: impl Future<Output = T>) -> impl Future<Output = T> {
    let limited = tokio::time::timeout(Duration::from_secs(20), future);
    async { limited.await.expect("an end within 20 s") }
}

#[tokio::test]
async fn requests_one_after_another_share_one_connection() {
    let (address, seen) = server(vec![RUNNING; 5]).await;
    let client = client(&address);
    for _ in 0..5 {
        client.send(&jobs::status(&job())).await.expect("a status");
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);
    assert_eq!(seen.requests().len(), 5);
}

#[tokio::test]
async fn a_read_is_repeated_while_the_server_says_unavailable() {
    let (address, seen) = server(vec![ELECTION, ELECTION, RUNNING]).await;
    let answer = within(client(&address).send(&jobs::status(&job()))).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(seen.requests().len(), 3);
}

#[tokio::test]
async fn a_change_is_never_repeated() {
    for broken in [ELECTION, ""] {
        let (address, seen) = server(vec![broken, ACCEPTED]).await;
        let error =
            within(client(&address).send(&jobs::cancel(&job()))).await.expect_err("no answer");
        assert_eq!(seen.requests().len(), 1, "{broken}");
        assert_eq!(error.may_have_happened(), broken.is_empty(), "{error:?}");
    }
}

#[tokio::test]
async fn a_read_gives_up_at_its_deadline() {
    // A port that was free a moment ago and that nothing listens on.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let mut endpoint = Endpoint::new(&address).expect("an address");
    endpoint.patience.unavailable = Duration::from_millis(300);
    let error =
        within(Client::new(endpoint).send(&jobs::overview())).await.expect_err("nobody there");
    assert!(error.is_unavailable(), "{error:?}");
    assert!(!error.may_have_happened());
}

#[tokio::test]
async fn a_request_that_is_sent_once_is_not_repeated() {
    let (address, seen) = server(vec![ELECTION, RUNNING]).await;
    let error = client(&address).send_once(&jobs::status(&job())).await.expect_err("unavailable");
    assert!(error.is_unavailable());
    assert_eq!(seen.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_may_have_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let mut endpoint = Endpoint::new(&address).expect("an address");
    endpoint.patience.answer = Duration::from_millis(100);
    let error =
        within(Client::new(endpoint).send(&jobs::cancel(&job()))).await.expect_err("silence");
    assert!(matches!(error.kind, Kind::TimedOut { .. }), "{error:?}");
    assert!(error.may_have_happened());
    drop(listener);
}

#[tokio::test]
async fn a_redirect_is_reported_and_not_followed() {
    let (address, seen) = server(vec![LOGIN]).await;
    let error = client(&address).send(&jobs::overview()).await.expect_err("a redirect");
    let Kind::Redirected { location } = error.kind else { panic!("{error:?}") };
    assert_eq!(location, "https://login.example/");
    assert_eq!(seen.requests().len(), 1);
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_flink() {
    let (address, _) = server(vec![WEB_PAGE]).await;
    let error = client(&address).send(&jobs::overview()).await.expect_err("no JSON");
    assert!(matches!(error.kind, Kind::NotFlink { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn credentials_and_headers_are_sent_and_never_shown() {
    let (address, seen) = server(vec![RUNNING]).await;
    let mut endpoint = Endpoint::new(&format!("{address}/a/proxy/")).expect("an address");
    endpoint.authentication = Authentication::Bearer(Secret::new("t0ken"));
    endpoint.headers = vec![("x-api-key".to_owned(), Secret::new("k3y"))];
    let client = Client::new(endpoint);
    client.send(&jobs::status(&job())).await.expect("a status");
    let request = seen.requests().remove(0);
    assert!(
        request.starts_with(&format!("GET /a/proxy/jobs/{}/status HTTP/1.1\r\n", job())),
        "{request}"
    );
    assert!(request.contains("authorization: Bearer t0ken\r\n"), "{request}");
    assert!(request.contains("x-api-key: k3y\r\n"), "{request}");
    let shown = format!("{client:?}");
    assert!(!shown.contains("t0ken") && !shown.contains("k3y"), "{shown}");
}

#[tokio::test]
async fn basic_authentication_is_encoded() {
    let (address, seen) = server(vec![RUNNING]).await;
    let with_user = address.replace("http://", "http://Aladdin:open%20sesame@");
    client(&with_user).send(&jobs::status(&job())).await.expect("a status");
    let request = seen.requests().remove(0);
    assert!(request.contains("authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{request}");
}

#[tokio::test]
async fn a_jar_is_one_form_field_of_known_length() {
    let (address, seen) = server(vec![UPLOADED]).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "PK-content").expect("written");
    let request = jars::upload("h_my job.jar", file.path().to_owned());
    let uploaded = within(client(&address).send(&request)).await.expect("stored");
    assert_eq!(uploaded.jar_id().as_str(), "7_x.jar");
    let request = seen.requests().remove(0);
    assert!(request.contains("content-length: ") && !request.contains("chunked"), "{request}");
    assert!(request.contains(r#"filename="h_my job.jar""#), "{request}");
    assert_eq!(request.matches("PK-content").count(), 1);
}

#[tokio::test]
async fn a_jar_that_is_not_there_is_named() {
    let request = jars::upload("x.jar", "/nowhere/x.jar".into());
    let error = client("http://127.0.0.1:9").send(&request).await.expect_err("no file");
    assert!(
        matches!(&error.kind, Kind::UnreadableFile { path, .. } if path == "/nowhere/x.jar"),
        "{error:?}"
    );
}
