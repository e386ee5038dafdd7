//! A JobManager behind TLS: a certificate authority of its own, and a client
//! that must show a certificate.

use std::sync::Arc;

use flink::request::jobs;
use flink::{Client, Endpoint, Error, Identity, JobId, Kind, Secret, Unusable};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SignatureAlgorithm};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// An authority that signs what the tests need.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let pem = parameters.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    fn sign(&self, algorithm: &'static SignatureAlgorithm) -> Identity {
        let key = KeyPair::generate_for(algorithm).expect("a key");
        let parameters = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        Identity { certificates_pem: certificate.pem(), key_pem: Secret::new(key.serialize_pem()) }
    }

    fn store(&self) -> RootCertStore {
        let mut store = RootCertStore::empty();
        store.add(certificate(&self.pem)).expect("a root");
        store
    }

    /// A server that lets in who shows a certificate of this authority.
    async fn serve(&self) -> String {
        let provider = Arc::new(default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(
            Arc::new(self.store()),
            Arc::clone(&provider),
        );
        let identity = self.sign(&rcgen::PKCS_ECDSA_P256_SHA256);
        let key =
            PrivateKeyDer::from_pem_slice(identity.key_pem.reveal().as_bytes()).expect("a key");
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(verifier.build().expect("a verifier"))
            .with_single_cert(vec![certificate(&identity.certificates_pem)], key)
            .expect("an identity");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(answer_all(listener, TlsAcceptor::from(Arc::new(configuration))));
        format!("https://localhost:{port}")
    }
}

fn certificate(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}

async fn answer_all(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((stream, _)) = listener.accept().await {
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                break;
            }
        }
        let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 20\r\n\r\n{\"status\":\"RUNNING\"}";
        let _ = stream.write_all(answer.as_bytes()).await;
        let _ = stream.shutdown().await;
    }
}

async fn ask(address: &str, authority: &str, identity: Option<Identity>) -> Result<(), Error> {
    let mut endpoint = Endpoint::new(address).expect("an address");
    endpoint.certificate_authority_pem = Some(authority.to_owned());
    endpoint.identity = identity;
    let status = jobs::status(&JobId::from_bytes([1; 16]));
    Client::new(endpoint).send_once(&status).await.map(|_| ())
}

#[tokio::test]
async fn a_client_with_a_certificate_is_let_in() {
    let authority = Authority::new();
    let address = authority.serve().await;
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_RSA_SHA256] {
        let answer = ask(&address, &authority.pem, Some(authority.sign(algorithm))).await;
        assert!(answer.is_ok(), "{algorithm:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_client_without_one_is_not() {
    let authority = Authority::new();
    let address = authority.serve().await;
    let error = ask(&address, &authority.pem, None).await.expect_err("no certificate");
    assert!(distrusted(&error), "{error:?}");
}

#[tokio::test]
async fn a_server_of_another_authority_is_not_trusted() {
    let authority = Authority::new();
    let address = authority.serve().await;
    let identity = authority.sign(&rcgen::PKCS_ECDSA_P256_SHA256);
    let error =
        ask(&address, &Authority::new().pem, Some(identity)).await.expect_err("another authority");
    assert!(distrusted(&error), "{error:?}");
}

/// Not "not reachable": asking again would not help.
fn distrusted(error: &Error) -> bool {
    matches!(error.kind, Kind::Unusable { source: Unusable::Handshake(_) })
        && !error.may_have_happened()
}

#[tokio::test]
async fn what_is_no_pem_is_named() {
    let authority = Authority::new();
    let good = authority.sign(&rcgen::PKCS_ECDSA_P256_SHA256);
    let no_key = Identity { key_pem: Secret::new("none"), ..good.clone() };
    let no_certificate = Identity { certificates_pem: "none".to_owned(), ..good };
    for (pem, identity, expected) in [
        ("none", None, "the certificate authority holds no readable PEM certificate"),
        (authority.pem.as_str(), Some(no_key), "the client key holds no readable PEM private key"),
        (
            authority.pem.as_str(),
            Some(no_certificate),
            "the client certificate holds no readable PEM certificate",
        ),
    ] {
        let error = ask("https://localhost:9", pem, identity).await.expect_err("unusable");
        let Kind::Unusable { source } = error.kind else { panic!("{error:?}") };
        assert_eq!(source.to_string(), expected);
    }
}
