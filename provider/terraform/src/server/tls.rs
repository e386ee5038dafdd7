//! The key of this process, and the one client that may use it.
//!
//! Both sides make a certificate for one run. The client's is handed over in the environment and
//! is compared byte by byte: it is self-signed and an authority, so that the usual way of
//! verifying chains would refuse it. There are no roots, names or dates to check.

use std::{fmt, sync::Arc};

use rcgen::{CertificateParams, KeyPair};
use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{
        CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature,
        verify_tls13_signature,
    },
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};

/// The name under which clients ask for a plugin.
const SERVER_NAME: &str = "localhost";

/// Why there is no secure connection to offer.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No key or no certificate.
    #[error("failed to make a certificate for this run")]
    Certificate(#[source] rcgen::Error),
    /// The TLS library refuses what it was given.
    #[error("failed to set up TLS")]
    Setup(#[source] Error),
}

/// A certificate of this run, and a TLS server that shows it and admits one client.
pub(super) struct Identity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) server: Arc<ServerConfig>,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").finish_non_exhaustive()
    }
}

impl Identity {
    /// Makes a P-256 key, the cheapest that every client accepts, and admits `client` alone.
    pub(super) fn admitting(client: CertificateDer<'static>) -> Result<Self, TlsError> {
        let key = KeyPair::generate().map_err(TlsError::Certificate)?;
        let certificate = CertificateParams::new([SERVER_NAME.to_owned()])
            .and_then(|parameters| parameters.self_signed(&key))
            .map_err(TlsError::Certificate)?;
        let certificate = certificate.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let server = server(client, certificate.clone(), key).map_err(TlsError::Setup)?;
        Ok(Self { certificate, server: Arc::new(server) })
    }
}

fn server(
    client: CertificateDer<'static>,
    own: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, Error> {
    let provider: Arc<CryptoProvider> = Arc::new(aws_lc_rs::default_provider());
    let only =
        OnlyClient { certificate: client, algorithms: provider.signature_verification_algorithms };
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_client_cert_verifier(Arc::new(only))
        .with_single_cert(vec![own], key)?;
    server.alpn_protocols = vec![b"h2".to_vec()]; // newer clients refuse a server without it
    server.send_tls13_tickets = 0; // a client connects once
    Ok(server)
}

/// Admits the client whose certificate is exactly the expected one, and who holds its key.
#[derive(Debug)]
struct OnlyClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for OnlyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            return Ok(ClientCertVerified::assertion());
        }
        Err(Error::InvalidCertificate(rustls::CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_with_the_largest_curve_can_sign() {
        let client = CertificateDer::from(vec![1]);
        let algorithms = aws_lc_rs::default_provider().signature_verification_algorithms;
        let only = OnlyClient { certificate: client, algorithms };
        // A Go client that finds no scheme for its key sends no certificate, and says nothing.
        assert!(only.supported_verify_schemes().contains(&SignatureScheme::ECDSA_NISTP521_SHA512));
    }
}
