use std::sync::{Arc, Mutex};

use flink::request::{cluster, jars};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::kubernetes::Configuration;

/// The path that one request asks for; none when the client is gone.
async fn asked(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    String::from_utf8_lossy(&bytes).split_whitespace().nth(1).map(ToOwned::to_owned)
}

/// What Kubernetes says of two JobManagers, of which `leader` has this address.
fn said(path: &str, leader: Option<&str>) -> Option<Value> {
    let pod = |name: &str, address: &str| {
        json!({
            "metadata": { "name": name },
            "status": { "podIP": address, "conditions": [{ "type": "Ready", "status": "True" }] },
        })
    };
    if path.contains("/pods?") {
        return Some(json!({ "items": [pod("a", "10.0.0.1"), pod("b", "10.0.0.2")] }));
    }
    if path.contains("/configmaps/") {
        let url = format!("session,http://{}:8081", leader?);
        return Some(json!({ "data": { "org.apache.flink.k8s.leader.restserver": url } }));
    }
    Some(json!({}))
}

/// An API server; answers its address and which paths it was asked for.
async fn server(leader: Option<&'static str>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            while let Some(path) = asked(&mut stream).await {
                let body = said(&path, leader);
                shared.lock().expect("no panic while locked").push(path);
                let status = if body.is_some() { "200 OK" } else { "404 Not Found" };
                let body = body.unwrap_or_default().to_string();
                let length = body.len();
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n{body}");
                stream.write_all(answer.as_bytes()).await.expect("a reader");
            }
        }
    });
    (address, seen)
}

/// Each jar and what is done with it goes to one pod: the one that leads, where that is known. The
/// first by name would do for Flink before 2.1 alone.
#[tokio::test]
async fn what_concerns_jars_goes_to_the_job_manager_that_leads() {
    let service = json!({
        "metadata": { "namespace": "n", "name": "orders-rest" },
        "spec": { "ports": [{ "port": 8081, "name": "rest" }], "selector": { "app": "orders" } },
    });
    let target = Target::of(&service, true).expect("a target");
    for (leader, expected) in [(Some("10.0.0.2"), "b"), (Some("10.0.0.1"), "a"), (None, "a")] {
        let (address, seen) = server(leader).await;
        let host = Configuration { host: Some(address), ..Configuration::default() };
        let (kubernetes, sticky) = (Kubernetes::new(host), Sticky::default());
        for call in [jars::list().call(), cluster::overview().call(), jars::list().call()] {
            carry(&kubernetes, &target, &sticky, &call).await.expect("an answer");
        }
        let seen = seen.lock().expect("no panic while locked").clone();
        let proxied: Vec<&str> = seen
            .iter()
            .filter(|path| path.contains("/proxy/"))
            .map(|path| path.trim_start_matches("/api/v1/namespaces/n/"))
            .collect();
        let jars = format!("pods/http:{expected}:8081/proxy/jars");
        let overview = "services/http:orders-rest:8081/proxy/overview";
        assert_eq!(proxied, [&*jars, overview, &*jars], "{leader:?}");
        let looks = seen.iter().filter(|path| path.contains("/pods?")).count();
        assert_eq!(looks, 1, "{seen:?}");
    }
}
