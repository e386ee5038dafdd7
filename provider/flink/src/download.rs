//! Fetches a jar from an http or https address into a temporary file.
//!
//! The hash is made in passing and memory use does not depend on the size.
//! Unlike a JobManager's client this one follows redirects, and it sends no
//! credentials but those in the address itself.

use std::io::Write;
use std::time::Duration;

use data_encoding::HEXLOWER;
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use url::Url;

use crate::endpoint::{AddressError, Endpoint, Proxy};
use crate::tls;

/// Where a jar comes from, and how to get there.
#[derive(Debug, Clone)]
pub struct Source {
    url: Url,
    /// Certificates, as PEM, trusted instead of the system's.
    pub certificate_authority_pem: Option<String>,
    /// Whether the request goes through a proxy.
    pub proxy: Proxy,
    /// How long it may take as a whole.
    pub limit: Duration,
}

/// A fetched jar. The file goes when this does.
#[derive(Debug)]
pub struct Fetched {
    /// Where it is.
    pub file: NamedTempFile,
    /// The hash of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// How large it is.
    pub bytes: u64,
}

/// A jar that could not be fetched. Addresses are shown without credentials
/// and query, which may hold a signature.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection cannot be set up.
    #[error("the connection to {address} cannot be set up")]
    Unusable {
        /// Where from.
        address: String,
        /// Why.
        #[source]
        source: tls::Unusable,
    },
    /// The transfer failed or took too long.
    #[error("failed to fetch {address}")]
    Transfer {
        /// Where from.
        address: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server does not give it.
    #[error("{address} answers {status}")]
    Refused {
        /// Where from.
        address: String,
        /// What it says.
        status: StatusCode,
    },
    /// The temporary file cannot be written.
    #[error("failed to write the temporary file for {address}")]
    Write {
        /// Where from.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Source {
    /// The jar at `address`.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        let url = Url::parse(address).map_err(|source| AddressError::NotAUrl { source })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme { scheme: url.scheme().to_owned() });
        }
        let limit = Duration::from_mins(30);
        Ok(Self { url, certificate_authority_pem: None, proxy: Proxy::None, limit })
    }

    /// The address without credentials and query.
    pub fn address(&self) -> String {
        let mut shown = self.url.clone();
        // An http(s) URL always has a host, so neither call can refuse.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        shown.set_query(None);
        shown.set_fragment(None);
        shown.into()
    }

    /// Fetches it.
    pub async fn fetch(&self) -> Result<Fetched, Error> {
        let response = self.open().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(Error::Refused { address: self.address(), status });
        }
        self.keep(response).await
    }

    async fn open(&self) -> Result<Response, Error> {
        let unusable = |source| Error::Unusable { address: self.address(), source };
        let client = tls::redirected(&self.endpoint(), Policy::limited(10)).map_err(unusable)?;
        let request = client.get(self.url.clone()).timeout(self.limit);
        request.send().await.map_err(|source| self.transfer(source))
    }

    async fn keep(&self, mut response: Response) -> Result<Fetched, Error> {
        let write = |source| Error::Write { address: self.address(), source };
        let mut file = NamedTempFile::with_suffix(".jar").map_err(write)?;
        let mut hash = Sha256::new();
        let mut bytes = 0;
        while let Some(chunk) = response.chunk().await.map_err(|source| self.transfer(source))? {
            hash.update(&chunk);
            file.write_all(&chunk).map_err(write)?;
            bytes += chunk.len() as u64;
        }
        Ok(Fetched { file, sha256: HEXLOWER.encode(&hash.finalize()), bytes })
    }

    fn transfer(&self, source: reqwest::Error) -> Error {
        Error::Transfer { address: self.address(), source: source.without_url() }
    }

    fn endpoint(&self) -> Endpoint {
        let mut endpoint = Endpoint::below(self.url.clone());
        endpoint.certificate_authority_pem.clone_from(&self.certificate_authority_pem);
        endpoint.proxy = self.proxy.clone();
        endpoint
    }
}

#[cfg(test)]
mod tests;
