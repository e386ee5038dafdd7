//! A place to be connected to: a socket that only its owner may use, or a port of this machine.

use std::{
    ffi::CString,
    fs::{self, Permissions},
    io,
    net::Ipv4Addr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use nix::unistd::{Group, mkdtemp};
use tokio::net::{TcpListener, UnixListener};

use super::{
    connection::Wire,
    handshake::{Address, Handshake},
};

/// The longest path that fits a socket's address, its closing zero included.
const LONGEST_PATH: usize = 108;

/// Why there is no place to be connected to.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// Neither a socket nor a port.
    #[error(
        "failed to listen: no socket in {directories:?}, no free port between {first} and {last}"
    )]
    NoPlace {
        /// Where a socket was tried.
        directories: Vec<PathBuf>,
        /// The lowest port tried.
        first: u16,
        /// The highest port tried.
        last: u16,
        /// What the last attempt met.
        #[source]
        source: io::Error,
    },
}

/// A bound socket or port. A socket is removed when this is dropped.
#[derive(Debug)]
pub(super) enum Listener {
    Unix { listener: UnixListener, folder: SocketFolder },
    Tcp { listener: TcpListener, address: Address },
}

impl Listener {
    /// Binds a socket where the client wants it or in a directory for temporary files, else the
    /// first free port.
    pub(super) async fn bind(handshake: &Handshake) -> Result<Self, ListenerError> {
        let directories = directories(handshake.socket_directory.as_deref(), &std::env::temp_dir());
        let group = handshake.socket_group.as_deref();
        if let Some(bound) = directories.iter().find_map(|in_| bind_socket(in_, group).ok()) {
            return Ok(bound);
        }
        bind_port(handshake).await.map_err(|source| ListenerError::NoPlace {
            directories,
            first: *handshake.ports.start(),
            last: *handshake.ports.end(),
            source,
        })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> Address {
        match self {
            Self::Unix { listener: _, folder } => Address::Unix(folder.socket()),
            Self::Tcp { listener: _, address } => address.clone(),
        }
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Wire>> {
        match self {
            Self::Unix { listener, folder: _ } => Ok(Box::new(listener.accept().await?.0)),
            Self::Tcp { listener, address: _ } => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

/// Where to try a socket, in order: the client's choice binds.
fn directories(wanted: Option<&Path>, temporary: &Path) -> Vec<PathBuf> {
    match wanted {
        Some(wanted) => vec![wanted.to_owned()],
        None => vec![temporary.to_owned(), PathBuf::from("/tmp")],
    }
}

fn bind_socket(directory: &Path, group: Option<&str>) -> io::Result<Listener> {
    let folder = SocketFolder::create(directory)?;
    let socket = folder.socket();
    if socket.as_os_str().len() >= LONGEST_PATH {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the socket's path is too long"));
    }
    let listener = UnixListener::bind(&socket)?;
    match group {
        None => fs::set_permissions(&socket, Permissions::from_mode(0o600))?,
        Some(group) => folder.open_to(group_id(group)?)?,
    }
    Ok(Listener::Unix { listener, folder })
}

async fn bind_port(handshake: &Handshake) -> io::Result<Listener> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in handshake.ports.clone() {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => {
                let address = Address::Tcp(listener.local_addr()?);
                return Ok(Listener::Tcp { listener, address });
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let found = Group::from_name(group)?;
    found.map(|group| group.gid.as_raw()).ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// A directory of this process alone, with the socket in it. Removed with it when dropped.
#[derive(Debug)]
pub(super) struct SocketFolder(PathBuf);

impl SocketFolder {
    /// Nobody but the owner can enter it, so the socket is never open to others, not even
    /// between its making and the setting of its mode.
    fn create(directory: &Path) -> io::Result<Self> {
        let template = directory.join("pluginXXXXXX").into_os_string().into_encoded_bytes();
        let template = CString::new(template)?;
        Ok(Self(mkdtemp(template.as_c_str())?))
    }

    fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }

    /// Lets the members of a group in, and them alone.
    fn open_to(&self, group: u32) -> io::Result<()> {
        for (path, mode) in [(self.socket(), 0o660), (self.0.clone(), 0o710)] {
            std::os::unix::fs::chown(&path, None, Some(group))?;
            fs::set_permissions(&path, Permissions::from_mode(mode))?;
        }
        Ok(())
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        // What is left behind is a file of no use; there is nobody to tell.
        let _ = fs::remove_file(self.socket());
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(test)]
mod tests;
