//! Who asks: certificates, and the headers of each request.

use std::time::Duration;

use data_encoding::BASE64;
use flink::{Identity, Secret};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::kubernetes::error::Kind;
use crate::kubernetes::plugin;
use crate::kubernetes::settings::{Credentials, Error, Material, Settings};

/// How old a token from a file may be; kubelets renew them far ahead.
const FRESH: Duration = Duration::from_mins(1);
/// How long before its end a plugin's credential is taken to be over.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// Who asks.
pub(super) struct Who {
    identity: Option<Identity>,
    token: Token,
    impersonation: Vec<(HeaderName, HeaderValue)>,
    expires: Option<Timestamp>,
    asks_a_plugin: bool,
}

enum Token {
    None,
    Header(HeaderValue),
    File { path: std::path::PathBuf, read: Mutex<Option<(Instant, HeaderValue)>> },
}

impl Who {
    /// Reads what the settings name and asks the plugin, if there is one.
    pub(super) async fn open(settings: &Settings) -> Result<Self, Kind> {
        let mut identity = match &settings.identity {
            None => None,
            Some((certificate, key)) => Some(Identity {
                certificates_pem: pem("the client certificate", certificate)
                    .await?
                    .reveal()
                    .to_owned(),
                key_pem: pem("the client key", key).await?,
            }),
        };
        let (mut expires, mut asks_a_plugin) = (None, false);
        let token = match &settings.credentials {
            Credentials::None => Token::None,
            Credentials::Basic { username, password } => {
                let pair = format!("{username}:{}", password.reveal());
                Token::Header(authorization(&format!("Basic {}", BASE64.encode(pair.as_bytes())))?)
            }
            Credentials::Bearer(token) => Token::Header(bearer(token.reveal())?),
            Credentials::TokenFile(path) => {
                Token::File { path: path.clone(), read: Mutex::default() }
            }
            Credentials::Plugin { plugin, cluster } => {
                let given = plugin::run(plugin, cluster.as_ref()).await.map_err(Kind::Plugin)?;
                asks_a_plugin = true;
                expires = given.expires.and_then(|end| end.parse::<Timestamp>().ok());
                identity = given.identity.or(identity);
                match given.token {
                    Some(token) => Token::Header(bearer(token.reveal())?),
                    None => Token::None,
                }
            }
        };
        let impersonation = impersonation(&settings.impersonation)?;
        Ok(Self { identity, token, impersonation, expires, asks_a_plugin })
    }

    /// The client certificate.
    pub(super) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// Whether what a plugin gave is about to end.
    pub(super) fn is_over(&self) -> bool {
        self.expires.is_some_and(|end| Timestamp::now() + MARGIN >= end)
    }

    /// Whether another attempt may give other credentials.
    pub(super) fn asks_a_plugin(&self) -> bool {
        self.asks_a_plugin
    }

    /// Adds who asks to a request.
    pub(super) async fn sign(&self, headers: &mut HeaderMap) -> Result<(), Kind> {
        let token = match &self.token {
            Token::None => None,
            Token::Header(value) => Some(value.clone()),
            Token::File { path, read } => Some(from_file(path, read).await?),
        };
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, token);
        }
        for (name, value) in &self.impersonation {
            headers.append(name.clone(), value.clone());
        }
        Ok(())
    }
}

/// The token in a file, read anew every minute; where that fails, the one
/// that was read before, since some remove the file to hide it.
async fn from_file(
    path: &std::path::Path,
    read: &Mutex<Option<(Instant, HeaderValue)>>,
) -> Result<HeaderValue, Kind> {
    let mut read = read.lock().await;
    if let Some((at, value)) = &*read
        && at.elapsed() < FRESH
    {
        return Ok(value.clone());
    }
    match (tokio::fs::read_to_string(path).await, &*read) {
        (Ok(text), _) => {
            let value = bearer(text.trim())?;
            *read = Some((Instant::now(), value.clone()));
            Ok(value)
        }
        (Err(_), Some((_, value))) => Ok(value.clone()),
        (Err(source), None) => Err(unreadable(path, source)),
    }
}

/// What stands in PEM, wherever it is.
pub(super) async fn pem(what: &'static str, material: &Material) -> Result<Secret, Kind> {
    match material {
        Material::Inline(pem) => Ok(pem.clone()),
        Material::Base64(text) => {
            let compact: String = text.reveal().split_whitespace().collect();
            let bytes = BASE64.decode(compact.as_bytes()).ok();
            let pem = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            pem.map(Secret::new).ok_or(Kind::Settings(Error::NotBase64 { what }))
        }
        Material::File(path) => match tokio::fs::read_to_string(path).await {
            Ok(pem) => Ok(Secret::new(pem)),
            Err(source) => Err(unreadable(path, source)),
        },
    }
}

fn unreadable(path: &std::path::Path, source: std::io::Error) -> Kind {
    Kind::Settings(Error::Unreadable { path: path.display().to_string(), source })
}

fn bearer(token: &str) -> Result<HeaderValue, Kind> {
    authorization(&format!("Bearer {token}"))
}

fn authorization(text: &str) -> Result<HeaderValue, Kind> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Kind::Settings(Error::Header { what: "the token or password".to_owned() }))?;
    value.set_sensitive(true);
    Ok(value)
}

fn impersonation(pairs: &[(String, String)]) -> Result<Vec<(HeaderName, HeaderValue)>, Kind> {
    let header = |(name, value): &(String, String)| {
        let wrong = || Kind::Settings(Error::Header { what: name.clone() });
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        Ok((name, HeaderValue::from_str(value).map_err(|_| wrong())?))
    };
    pairs.iter().map(header).collect()
}
