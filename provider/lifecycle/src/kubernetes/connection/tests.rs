use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::kubernetes::{Configuration, Kubernetes, Plugin};

/// An API server that answers each request with the next of `answers`, and
/// hangs up where there is none. Answers its address and what it was sent.
async fn server(answers: Vec<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    tokio::spawn(async move {
        let mut answers = answers.into_iter();
        while let Ok((mut stream, _)) = listener.accept().await {
            while let Some(request) = read(&mut stream).await {
                shared.lock().expect("no panic while locked").push(request);
                let Some(answer) = answers.next() else { break };
                stream.write_all(answer.as_bytes()).await.expect("a reader");
            }
        }
    });
    (address, seen)
}

/// The head of one request; none when the client is gone.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn at(host: &str) -> Configuration {
    Configuration { host: Some(host.to_owned()), ..Configuration::default() }
}

fn get(path: &str) -> Request<Vec<u8>> {
    Request::get(path).body(Vec::new()).expect("a request")
}

fn post(path: &str) -> Request<Vec<u8>> {
    Request::post(path).body(Vec::new()).expect("a request")
}

#[tokio::test]
async fn requests_go_below_the_path_of_the_server_and_say_who_asks() {
    let (address, seen) = server(vec![answer("200 OK", r#"{"kind":"PodList"}"#)]).await;
    let configuration = Configuration {
        token: Some(flink::Secret::new("t0ken")),
        ..at(&format!("{address}/k8s/clusters/c-1/"))
    };
    let kubernetes = Kubernetes::new(configuration);
    let answer = kubernetes.request(get("/api/v1/pods?limit=1")).await.expect("an answer");
    assert_eq!(answer["kind"], "PodList");
    let request = seen.lock().expect("no panic while locked").remove(0);
    assert!(request.starts_with("GET /k8s/clusters/c-1/api/v1/pods?limit=1 HTTP/1.1"), "{request}");
    assert!(request.contains("authorization: Bearer t0ken\r\n"), "{request}");
    assert!(request.contains(&format!("user-agent: {AGENT}\r\n")), "{request}");
    assert!(!format!("{kubernetes:?}").contains("t0ken"));
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_told_from_one_that_broke() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = Kubernetes::new(at(&address)).request(post("/api/v1/x")).await.expect_err("nobody");
    assert!(matches!(error.kind, Kind::Unreachable { .. }), "{error:?}");
    assert!(!error.may_have_happened());
    let (address, seen) = server(vec![]).await;
    let error = Kubernetes::new(at(&address)).request(post("/api/v1/x")).await.expect_err("gone");
    assert!(matches!(error.kind, Kind::Interrupted { .. }), "{error:?}");
    assert!(error.may_have_happened());
    assert_eq!(seen.lock().expect("no panic while locked").len(), 1, "sent once");
}

#[tokio::test]
async fn nothing_is_repeated_whatever_the_server_says() {
    for status in [
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let answers = vec![answer(status, "busy"), answer("200 OK", "{}")];
        let (address, seen) = server(answers).await;
        let kubernetes = Kubernetes::new(at(&address));
        kubernetes.request(get("/api/v1/pods")).await.expect_err(status);
        assert_eq!(seen.lock().expect("no panic while locked").len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_refused_login_of_a_plugin_is_asked_for_again() {
    let counted = tempfile::NamedTempFile::new().expect("a file");
    let script = format!(
        r#"echo x >> {0}; printf '{{"apiVersion":"client.authentication.k8s.io/v1","status":{{"token":"%s"}}}}' "$(grep -c x {0})""#,
        counted.path().display()
    );
    let plugin = Plugin {
        api_version: "client.authentication.k8s.io/v1".to_owned(),
        command: "sh".to_owned(),
        args: vec!["-c".to_owned(), script],
        ..Plugin::default()
    };
    let (ok, refused) = (answer("200 OK", "{}"), answer("401 Unauthorized", "expired"));
    let (address, seen) = server(vec![ok.clone(), refused, ok.clone(), ok]).await;
    let kubernetes = Kubernetes::new(Configuration { exec: Some(plugin), ..at(&address) });
    kubernetes.request(get("/api/v1/a")).await.expect("an answer");
    let error = kubernetes.request(get("/api/v1/b")).await.expect_err("refused");
    assert!(matches!(error.kind, Kind::Unauthorized { .. }), "{error:?}");
    kubernetes.request(get("/api/v1/c")).await.expect("an answer");
    kubernetes.request(get("/api/v1/d")).await.expect("an answer");
    let tokens: Vec<char> = seen
        .lock()
        .expect("no panic while locked")
        .iter()
        .filter_map(|request| request.split_once("Bearer ")?.1.chars().next())
        .collect();
    assert_eq!(tokens, ['1', '1', '2', '2']);
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_way_with_its_login() {
    let (proxy, seen) = server(vec![]).await;
    let configuration = Configuration {
        proxy_url: Some(flink::Secret::new(proxy.replace("http://", "http://ann:p%40ss@"))),
        ..at("https://k8s.example:6443")
    };
    let error = Kubernetes::new(configuration).request(get("/version")).await.expect_err("no way");
    assert!(matches!(error.kind, Kind::Unreachable { .. }), "{error:?}");
    let request = seen.lock().expect("no panic while locked").remove(0);
    assert!(request.starts_with("CONNECT k8s.example:6443 HTTP/1.1\r\n"), "{request}");
    let login = data_encoding::BASE64.encode(b"ann:p@ss");
    assert!(
        request
            .to_lowercase()
            .contains(&format!("proxy-authorization: basic {login}").to_lowercase()),
        "{request}"
    );
    assert!(!format!("{error:?}").contains("p%40ss"), "{error:?}");
}

#[tokio::test]
async fn nothing_is_opened_before_the_first_request() {
    let configuration =
        Configuration { config_paths: vec!["/no/such/file".into()], ..Configuration::default() };
    let kubernetes = Kubernetes::new(configuration);
    let error = kubernetes.request(get("/version")).await.expect_err("no file");
    assert!(matches!(error.kind, Kind::Settings(Error::Unreadable { .. })), "{error:?}");
    assert!(!error.may_have_happened());
}
