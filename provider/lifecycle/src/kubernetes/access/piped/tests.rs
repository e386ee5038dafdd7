use std::sync::Mutex;

use flink::Secret;
use flink::request::cluster;
use hyper_util::rt::TokioIo;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::kubernetes::access::port_forward::Forwarded;

fn target(protocol: &str) -> Target {
    let service = json!({
        "metadata": { "namespace": "n", "name": "a-rest" },
        "spec": { "ports": [{ "port": 8081, "name": "rest", "appProtocol": protocol }] },
    });
    Target::of(&service, true).expect("a target")
}

fn overview() -> Call {
    cluster::overview().call()
}

/// A pool whose streams are what `far` makes of the other end.
fn piped<F, R>(speech: Speech, far: F) -> Piped
where
    F: Fn(DuplexStream) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    Piped::new(speech, move || {
        let (near, other) = duplex(64 * 1024);
        tokio::spawn(far(other));
        Box::pin(async move { Ok(Stream::new(TokioIo::new(near))) })
    })
}

/// Answers one request, and answers what it was.
async fn answer<S>(mut stream: S) -> String
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") && stream.read_buf(&mut bytes).await.unwrap_or(0) > 0 {}
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let _ = stream.write_all(answer).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn tls_on_top_is_checked_against_the_services_name() {
    for (name, trusted) in [("a-rest.n.svc", true), ("other.n.svc", false)] {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec![name.to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("an identity");
        let acceptor = TlsAcceptor::from(Arc::new(server));
        let mut endpoint = Endpoint::anywhere();
        endpoint.certificate_authority_pem = Some(cert.pem());
        let speech = Speech::new(&target("https"), &endpoint).expect("usable");
        let piped = piped(speech, move |far| {
            let acceptor = acceptor.clone();
            async move {
                if let Ok(stream) = acceptor.accept(far).await {
                    answer(stream).await;
                }
            }
        });
        let carried = piped.carry(&overview()).await;
        match carried {
            Ok(_) => assert!(trusted, "{name}"),
            Err(Kind::Unusable { .. }) => assert!(!trusted, "{name}"),
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn flink_is_told_who_asks_and_by_which_name() {
    let mut endpoint = Endpoint::anywhere();
    endpoint.authentication = flink::Authentication::Bearer(Secret::new("t0ken"));
    let seen = Arc::new(Mutex::new(String::new()));
    let shared = Arc::clone(&seen);
    let speech = Speech::new(&target("http"), &endpoint).expect("usable");
    let piped = piped(speech, move |far| {
        let shared = Arc::clone(&shared);
        async move {
            let request = answer(far).await;
            *shared.lock().expect("no panic while locked") = request;
        }
    });
    piped.carry(&overview()).await.expect("an answer");
    let request = seen.lock().expect("no panic while locked").clone();
    assert!(request.starts_with("GET /overview HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("host: a-rest.n.svc:8081\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer t0ken\r\n"), "{request}");
}

#[tokio::test]
async fn a_pod_that_took_no_connection_is_told_from_one_that_hung_up() {
    let cases = [
        (Some("dial tcp4 127.0.0.1:8081: connect: connection refused"), "Unavailable"),
        (Some("error copying from remote stream to local connection: EOF"), "Interrupted"),
        (None, "Interrupted"),
    ];
    for (reason, expected) in cases {
        let speech = Speech::new(&target("http"), &Endpoint::anywhere()).expect("usable");
        let reason = reason.map(ToOwned::to_owned);
        let told = reason.clone();
        let piped = Piped::new(speech, move || {
            let reason = reason.clone();
            Box::pin(async move {
                let (near, mut far) = duplex(64 * 1024);
                // The request goes out before the end comes.
                tokio::spawn(async move { far.read_u8().await });
                let forwarded = Forwarded::new(near, async move { reason });
                Ok(Stream::new(TokioIo::new(forwarded)))
            })
        });
        let error = piped.carry(&overview()).await.expect_err("no answer");
        assert!(format!("{error:?}").starts_with(expected), "{told:?}: {error:?}");
    }
}
