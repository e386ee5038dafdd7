//! The jar of a job: the hash of a local file, and which hash a plan shows.
//!
//! A file that has not changed (same length and modification time) is read once in the life of
//! the process. Fetching a jar from a URL is not here: that happens at apply.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use terraform::model::Attr;

use super::model::{Jar, JobModel};

/// Why a local file cannot be submitted.
#[derive(Debug, thiserror::Error)]
pub enum JarError {
    /// There is no such file.
    #[error("no file at {path:?}")]
    Missing {
        /// Where it was looked for.
        path: String,
    },
    /// The file is there and cannot be read.
    #[error("failed to read {path:?}")]
    Unreadable {
        /// Where it is.
        path: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is no zip archive, which every jar is.
    #[error("{path:?} is not a jar")]
    NotAJar {
        /// Where it is.
        path: String,
    },
}

/// Hashes of local jars, each file read once as long as it does not change.
#[derive(Debug, Default)]
pub struct JarFiles {
    known: Mutex<HashMap<Stamp, String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stamp {
    path: PathBuf,
    modified: Option<SystemTime>,
    length: u64,
}

impl JarFiles {
    /// SHA-256 of the file's content, in hexadecimal.
    pub fn hash(&self, path: &str) -> Result<String, JarError> {
        let failed = |source: io::Error| {
            let path = path.to_owned();
            if source.kind() == io::ErrorKind::NotFound {
                JarError::Missing { path }
            } else {
                JarError::Unreadable { path, source }
            }
        };
        let stamp = stamp(Path::new(path)).map_err(failed)?;
        let remembered = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(hash) = remembered().get(&stamp) {
            return Ok(hash.clone());
        }
        let hash = read(Path::new(path))
            .map_err(failed)?
            .ok_or_else(|| JarError::NotAJar { path: path.to_owned() })?;
        remembered().insert(stamp, hash.clone());
        Ok(hash)
    }
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = std::fs::metadata(path)?;
    Ok(Stamp { path: path.to_owned(), modified: metadata.modified().ok(), length: metadata.len() })
}

/// The hash of a file; `None` when it does not start as a zip archive does.
fn read(path: &Path) -> io::Result<Option<String>> {
    const MAGIC: &[u8] = b"PK\x03\x04";
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    let mut first = true;
    loop {
        let length = file.read(&mut buffer)?;
        if first && !buffer[..length].starts_with(MAGIC) {
            return Ok(None);
        }
        if length == 0 {
            return Ok(Some(HEXLOWER.encode(&hasher.finalize())));
        }
        first = false;
        hasher.update(&buffer[..length]);
    }
}

/// What a plan knows of a jar's content.
#[derive(Debug)]
pub enum Content {
    /// Its hash.
    Hash(String),
    /// The file is not here now; it is taken to be what was recorded.
    Recorded(String),
    /// It is fetched at apply, and nothing says what it will be.
    Open,
}

impl Content {
    /// The hash as the plan shows it.
    pub fn hash(&self) -> Attr<String> {
        match self {
            Self::Hash(hash) | Self::Recorded(hash) => Attr::Known(hash.clone()),
            Self::Open => Attr::Unknown,
        }
    }
}

/// What a plan knows of the content of `jar`, given how files are hashed.
///
/// # Errors
/// The file cannot be submitted, and no recorded hash stands in for it.
pub fn content(
    jar: &Attr<Jar>,
    prior: Option<&JobModel>,
    hash: impl Fn(&str) -> Result<String, JarError>,
) -> Result<Content, JarError> {
    let Attr::Known(Jar { path, uri, sha256, entry_class: _ }) = jar else {
        return Ok(Content::Open);
    };
    let recorded = |same: fn(&Jar) -> &Attr<String>, wanted: &Attr<String>| {
        let prior = prior?;
        let jar = prior.jar.known()?;
        (same(jar) == wanted).then(|| prior.jar_sha256.known().cloned()).flatten()
    };
    match (path, uri, sha256) {
        (Attr::Known(file), ..) => match hash(file) {
            Ok(hash) => Ok(Content::Hash(hash)),
            Err(missing @ JarError::Missing { .. }) => {
                recorded(|jar| &jar.path, path).map(Content::Recorded).ok_or(missing)
            }
            Err(error @ (JarError::Unreadable { .. } | JarError::NotAJar { .. })) => Err(error),
        },
        (_, Attr::Known(_), Attr::Known(hash)) => Ok(Content::Hash(hash.to_ascii_lowercase())),
        (_, Attr::Known(_), Attr::Null) => {
            Ok(recorded(|jar| &jar.uri, uri).map_or(Content::Open, Content::Hash))
        }
        (Attr::Null | Attr::Unknown, ..) => Ok(Content::Open),
    }
}
