//! Where a JobManager's REST API is, and how to be let in.

use std::time::Duration;

use url::Url;

use crate::Secret;

/// A text that cannot be the address of a REST API.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// Not a URL at all. What was given is not shown: it may hold a password.
    #[error("the address is not a URL")]
    NotAUrl {
        /// What the parser found.
        #[source]
        source: url::ParseError,
    },
    /// A URL of another kind.
    #[error("the scheme {scheme:?} is neither http nor https")]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// A URL with a query or fragment, which no endpoint can follow.
    #[error("the URL has a query or a fragment")]
    QueryOrFragment,
}

/// How the client says who it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Authentication {
    /// It does not.
    #[default]
    None,
    /// Name and password.
    Basic {
        /// The user's name.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A bearer token.
    Bearer(Secret),
}

/// A client certificate with its private key, both as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, followed by those that lead to the authority.
    pub certificates_pem: String,
    /// The private key: PKCS#8, PKCS#1 (RSA) or SEC1 (EC).
    pub key_pem: Secret,
}

/// Whether requests go through a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Proxy {
    /// They do not, whatever the environment says.
    #[default]
    None,
    /// As `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
    FromEnvironment,
    /// Through this proxy.
    Url(Secret),
}

/// How long a client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to stand.
    pub connect: Duration,
    /// For the answer to an ordinary request.
    pub answer: Duration,
    /// For the answer to a request during which the user's `main()` runs.
    pub main: Duration,
    /// For a jar to be transferred.
    pub transfer: Duration,
    /// For reads to succeed again while the JobManager is not reachable.
    pub unavailable: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            main: Duration::from_mins(10),
            transfer: Duration::from_mins(30),
            unavailable: Duration::from_mins(1),
        }
    }
}

/// Everything that is needed to talk to one JobManager.
///
/// The address may have a path in front of Flink's own (an ingress, or the
/// service proxy of Kubernetes). Credentials inside the URL are taken out and
/// used for basic authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    /// How the client says who it is.
    pub authentication: Authentication,
    /// Certificates, as PEM, trusted instead of the system's.
    pub certificate_authority_pem: Option<String>,
    /// The client's own certificate.
    pub identity: Option<Identity>,
    /// Sent with every request.
    pub headers: Vec<(String, Secret)>,
    /// Whether requests go through a proxy.
    pub proxy: Proxy,
    /// How long to wait.
    pub patience: Patience,
}

impl Endpoint {
    /// The endpoint at `address`, with nothing but the defaults.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        let mut base = parse(address)?;
        let authentication = take_credentials(&mut base);
        let trimmed = base.path().trim_end_matches('/').to_owned();
        base.set_path(&trimmed);
        Ok(Self { authentication, ..Self::below(base) })
    }

    /// No address: what to trust, what to show and how long to wait, for a
    /// JobManager that a transport of its own leads to.
    pub fn anywhere() -> Self {
        let url = Url::parse("http://flink").expect("this constant is a URL");
        Self::below(url)
    }

    /// An endpoint with nothing but the defaults, credentials left in place.
    pub(crate) fn below(base: Url) -> Self {
        Self {
            base,
            authentication: Authentication::None,
            certificate_authority_pem: None,
            identity: None,
            headers: Vec::new(),
            proxy: Proxy::None,
            patience: Patience::default(),
        }
    }

    /// The stable name of this endpoint: `scheme://host:port/path`, the port
    /// always there, without credentials and without a slash at the end.
    ///
    /// Two spellings of one address give the same text, so that it can be
    /// part of an id.
    pub fn origin(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        let port = self.base.port_or_known_default().unwrap_or_default();
        let path = self.base.path().trim_end_matches('/');
        format!("{}://{host}:{port}{path}", self.base.scheme())
    }

    /// Whether Flink, or a proxy before it, is shown who asks.
    pub fn shows_credentials(&self) -> bool {
        self.authentication != Authentication::None
            || self.identity.is_some()
            || !self.headers.is_empty()
    }

    /// The address of an encoded path and query below this endpoint.
    pub(crate) fn url(&self, path: &str) -> Result<Url, url::ParseError> {
        Url::parse(&format!("{}{path}", self.base.as_str().trim_end_matches('/')))
    }
}

fn parse(address: &str) -> Result<Url, AddressError> {
    let url = Url::parse(address).map_err(|source| AddressError::NotAUrl { source })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme { scheme: url.scheme().to_owned() });
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(AddressError::QueryOrFragment);
    }
    Ok(url)
}

fn take_credentials(url: &mut Url) -> Authentication {
    if url.username().is_empty() && url.password().is_none() {
        return Authentication::None;
    }
    let username = decoded(url.username());
    let password = Secret::new(decoded(url.password().unwrap_or_default()));
    // An http(s) URL always has a host, so neither call can refuse.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Authentication::Basic { username, password }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_have_one_origin() {
        let cases = [
            ("http://flink", "http://flink:80"),
            ("http://flink:80/", "http://flink:80"),
            ("HTTP://Flink:8081//", "http://flink:8081"),
            ("https://flink", "https://flink:443"),
            ("https://user:secret@flink/ns/app/", "https://flink:443/ns/app"),
            ("http://[::1]:8081", "http://[::1]:8081"),
            (
                "https://k8s:6443/api/v1/namespaces/n/services/jm-rest:8081/proxy/",
                "https://k8s:6443/api/v1/namespaces/n/services/jm-rest:8081/proxy",
            ),
        ];
        for (address, origin) in cases {
            assert_eq!(Endpoint::new(address).expect(address).origin(), origin);
        }
    }

    #[test]
    fn credentials_in_the_address_become_basic_authentication() {
        let endpoint = Endpoint::new("https://ann:p%40ss@flink").expect("an address");
        let password = Secret::new("p@ss");
        let expected = Authentication::Basic { username: "ann".to_owned(), password };
        assert_eq!(endpoint.authentication, expected);
        assert!(!format!("{endpoint:?}").contains("p@ss"));
        assert!(!format!("{endpoint:?}").contains("p%40ss"));
    }

    #[test]
    fn rejects_what_no_client_can_reach() {
        for address in
            ["flink:8081", "ftp://flink", "http://flink/?a=b", "http://flink/#x", "", "http://"]
        {
            assert!(Endpoint::new(address).is_err(), "{address:?}");
        }
    }

    #[test]
    fn a_path_goes_below_the_prefix_as_it_is() {
        for (address, url) in [
            ("https://host/a/proxy", "https://host/a/proxy/jars/x%2F1.jar?mode=cancel"),
            ("https://host/", "https://host/jars/x%2F1.jar?mode=cancel"),
        ] {
            let endpoint = Endpoint::new(address).expect("an address");
            assert_eq!(endpoint.url("/jars/x%2F1.jar?mode=cancel").expect("a URL").as_str(), url);
        }
    }
}
