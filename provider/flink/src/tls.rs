//! How a connection is set up: TLS by rustls on aws-lc-rs, handed over
//! explicitly so that no process-wide default is needed.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use rustls::{AlertDescription, ClientConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::endpoint::{Authentication, Endpoint, Identity, Proxy};

/// Something given for the connection that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The certificate authority is not PEM with certificates.
    #[error("the certificate authority holds no readable PEM certificate")]
    CertificateAuthority,
    /// The client certificate is not PEM with certificates.
    #[error("the client certificate holds no readable PEM certificate")]
    ClientCertificate,
    /// The client key is not PEM with a private key.
    #[error("the client key holds no readable PEM private key")]
    ClientKey,
    /// TLS refuses what was given, such as a key that does not fit the
    /// certificate.
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    /// A header's name or value cannot be sent.
    #[error("the header {name:?} cannot be sent")]
    Header {
        /// Its name.
        name: String,
    },
    /// The proxy's address cannot be used.
    #[error("the proxy's address cannot be used")]
    Proxy,
    /// The two sides do not agree on TLS: one does not trust the other.
    #[error("no TLS connection can be agreed on")]
    Handshake(#[source] crate::error::Source),
    /// What the way leads through cannot be used.
    #[error("the way to the JobManager cannot be used")]
    Way(#[source] crate::error::Source),
    /// The client refuses the sum of it.
    #[error("the HTTP client cannot be made")]
    Http(#[source] reqwest::Error),
}

/// Whether a connection failed because one side does not trust the other.
///
/// In TLS 1.3 a server may refuse a client only after the client has begun to
/// send, so that its refusal does not look like a failure to connect:
/// `connecting` says whether it does.
pub fn is_distrust(connecting: bool, error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(this) = cause {
        if let Some(tls) = of_tls(this) {
            return connecting
                || matches!(tls, rustls::Error::AlertReceived(alert) if is_refusal(*alert));
        }
        cause = this.source();
    }
    false
}

/// The error of TLS itself, which may be wrapped in several of IO.
fn of_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<std::io::Error>() {
        Some(wrapping) => of_tls(wrapping.get_ref()?),
        None => error.downcast_ref(),
    }
}

fn is_refusal(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    [
        A::CertificateRequired,
        A::BadCertificate,
        A::UnsupportedCertificate,
        A::CertificateRevoked,
        A::CertificateExpired,
        A::CertificateUnknown,
        A::UnknownCA,
        A::AccessDenied,
        A::HandshakeFailure,
    ]
    .contains(&alert)
}

/// The client for an endpoint, which goes where it was told to and nowhere
/// else. Does no IO but for the system's certificates.
pub(crate) fn client(endpoint: &Endpoint) -> Result<reqwest::Client, Unusable> {
    redirected(endpoint, Policy::none())
}

/// The client for an endpoint, with what it does when redirected.
pub(crate) fn redirected(endpoint: &Endpoint, policy: Policy) -> Result<reqwest::Client, Unusable> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(trust(
            endpoint.certificate_authority_pem.as_deref(),
            endpoint.identity.as_ref(),
        )?)
        .default_headers(headers(endpoint)?)
        .user_agent(concat!("terraform-provider-flink/", env!("CARGO_PKG_VERSION")))
        .redirect(policy)
        .connect_timeout(endpoint.patience.connect)
        // Flink closes idle connections after five minutes; a client that
        // keeps them less long hardly ever meets a connection just closed.
        .pool_idle_timeout(Duration::from_mins(1))
        .pool_max_idle_per_host(4);
    proxied(builder, &endpoint.proxy)?.build().map_err(Unusable::Http)
}

fn proxied(
    builder: reqwest::ClientBuilder,
    proxy: &Proxy,
) -> Result<reqwest::ClientBuilder, Unusable> {
    match proxy {
        Proxy::None => Ok(builder.no_proxy()),
        Proxy::FromEnvironment => Ok(builder),
        Proxy::Url(url) => {
            let proxy = reqwest::Proxy::all(url.reveal()).map_err(|_| Unusable::Proxy)?;
            Ok(builder.proxy(proxy))
        }
    }
}

/// The headers that an endpoint has sent with every request.
///
/// # Errors
/// When one of them cannot be sent.
pub fn headers(endpoint: &Endpoint) -> Result<HeaderMap, Unusable> {
    let mut headers = HeaderMap::new();
    for (name, value) in &endpoint.headers {
        let unusable = || Unusable::Header { name: name.clone() };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable())?;
        headers.append(key, secret_value(value.reveal()).ok_or_else(unusable)?);
    }
    if let Some(authorization) = authorization(&endpoint.authentication) {
        let value = secret_value(&authorization);
        let unusable = || Unusable::Header { name: AUTHORIZATION.to_string() };
        headers.insert(AUTHORIZATION, value.ok_or_else(unusable)?);
    }
    Ok(headers)
}

fn authorization(authentication: &Authentication) -> Option<String> {
    match authentication {
        Authentication::None => None,
        Authentication::Bearer(token) => Some(format!("Bearer {}", token.reveal())),
        Authentication::Basic { username, password } => {
            let pair = format!("{username}:{}", password.reveal());
            Some(format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes())))
        }
    }
}

fn secret_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// TLS for a client: the authorities that it trusts, as PEM (the system's
/// where none are given), and the certificate that it shows.
///
/// # Errors
/// When one of them cannot be read or used.
pub fn trust(
    authorities_pem: Option<&str>,
    identity: Option<&Identity>,
) -> Result<ClientConfig, Unusable> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(Unusable::Tls)?;
    let builder = if let Some(pem) = authorities_pem {
        builder.with_root_certificates(authorities(pem)?)
    } else {
        let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(Unusable::Tls)?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
    };
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some(identity) => {
            let (chain, key) = identity_of(identity)?;
            builder.with_client_auth_cert(chain, key).map_err(Unusable::Tls)
        }
    }
}

fn authorities(pem: &str) -> Result<rustls::RootCertStore, Unusable> {
    let mut store = rustls::RootCertStore::empty();
    for certificate in certificates(pem).ok_or(Unusable::CertificateAuthority)? {
        store.add(certificate).map_err(Unusable::Tls)?;
    }
    Ok(store)
}

fn identity_of(
    identity: &Identity,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Unusable> {
    let Identity { certificates_pem, key_pem } = identity;
    let chain = certificates(certificates_pem).ok_or(Unusable::ClientCertificate)?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.reveal().as_bytes())
        .map_err(|_| Unusable::ClientKey)?;
    Ok((chain, key))
}

/// The certificates of a PEM text, when there is at least one and all can be
/// read.
fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    read.ok().filter(|certificates| !certificates.is_empty())
}
