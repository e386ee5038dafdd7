//! The one way into a node from outside: to the API server, and to nothing else.

use super::{Kubeconfig, Kubectl};
use crate::failure::Outcome;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A loopback port whose connections end at the API server. Pods' and Services' addresses stay out
/// of reach for whoever uses it: what is tested through it works where only the API server is seen.
#[derive(Debug)]
pub struct Door {
    kubeconfig: Kubeconfig,
    kubectl: Kubectl,
    open: Arc<Open>,
}

#[derive(Debug)]
struct Open {
    listener: TcpListener,
    connections: Mutex<Vec<TcpStream>>,
    closed: Mutex<bool>,
}

impl Door {
    /// `kubectl` is the one inside.
    pub(super) fn to(socket: &Path, kubeconfig: &Kubeconfig, kubectl: &Kubectl) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("https://{}", listener.local_addr()?);
        let open =
            Arc::new(Open { listener, connections: Mutex::default(), closed: Mutex::default() });
        let (accepting, socket) = (Arc::clone(&open), socket.to_path_buf());
        thread::spawn(move || accepting.accept(&socket));
        Ok(Self { kubeconfig: kubeconfig.clone().at(&url), kubectl: kubectl.outside(), open })
    }

    /// The administrator's kubeconfig by way of this door.
    pub fn kubeconfig(&self) -> &Kubeconfig {
        &self.kubeconfig
    }

    /// Any kubeconfig of the cluster's by way of this door.
    pub fn lead(&self, kubeconfig: Kubeconfig) -> Outcome<Kubeconfig> {
        Ok(kubeconfig.at(self.kubeconfig.server()?))
    }

    /// kubectl outside, as the user of a kubeconfig that is written to `path`; commands of
    /// [`Kubectl::command`] run outside, too.
    pub fn kubectl(&self, kubeconfig: &Kubeconfig, path: &Path) -> Outcome<Kubectl> {
        self.kubectl.with(kubeconfig, path)
    }

    /// Breaks every connection that there is, as a load balancer does that restarts; gives how many.
    pub fn cut(&self) -> usize {
        let cut = std::mem::take(
            &mut *self.open.connections.lock().unwrap_or_else(PoisonError::into_inner),
        );
        let shut = |connection: &TcpStream| connection.shutdown(Shutdown::Both).is_ok();
        cut.iter().filter(|connection| shut(connection)).count()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        *self.open.closed.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.cut();
        // Wakes the thread that waits for somebody to come.
        let _ = self.open.listener.local_addr().and_then(TcpStream::connect);
    }
}

impl Open {
    fn accept(&self, socket: &Path) {
        for near in self.listener.incoming() {
            if *self.closed.lock().unwrap_or_else(PoisonError::into_inner) {
                return;
            }
            // The node may be gone, or the other side have left already: then so is the connection.
            let _ = near.and_then(|near| self.join(near, socket.to_path_buf()));
        }
    }

    fn join(&self, near: TcpStream, socket: PathBuf) -> io::Result<()> {
        let far = UnixStream::connect(socket)?;
        near.set_nodelay(true)?;
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.push(near.try_clone()?);
        drop(connections);
        let (near_back, far_back) = (near.try_clone()?, far.try_clone()?);
        thread::spawn(move || {
            pass(&near, &far);
            let _ = far.shutdown(Shutdown::Write);
        });
        thread::spawn(move || {
            pass(&far_back, &near_back);
            let _ = near_back.shutdown(Shutdown::Both);
            let _ = far_back.shutdown(Shutdown::Both);
        });
        Ok(())
    }
}

/// Until one of the two ends.
fn pass(mut from: impl Read, mut to: impl Write) {
    let _ = io::copy(&mut from, &mut to);
}

#[cfg(test)]
mod tests {
    use super::{Door, Kubeconfig, Kubectl};
    use serde_json::json;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::os::unix::net::UnixListener;

    #[test]
    fn bytes_pass_until_the_door_is_cut_or_closed() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let server = UnixListener::bind(&socket).unwrap();
        let kubeconfig = Kubeconfig::new("https://inside:1", "PEM", &json!({}));
        let kubectl = Kubectl::new(None, "kubectl".into(), "kubeconfig".into());
        let door = Door::to(&socket, &kubeconfig, &kubectl).unwrap();
        let address = door.kubeconfig().server().unwrap().trim_start_matches("https://").to_owned();

        let mut near = TcpStream::connect(&address).unwrap();
        let (mut far, _) = server.accept().unwrap();
        near.write_all(b"ask").unwrap();
        let mut heard = [0; 3];
        far.read_exact(&mut heard).unwrap();
        far.write_all(&heard).unwrap();
        near.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"ask");

        assert_eq!(door.cut(), 1);
        assert_eq!(near.read(&mut heard).unwrap_or(0), 0);
        assert_eq!(far.read(&mut heard).unwrap_or(0), 0);

        drop(door);
        assert!(TcpStream::connect(&address).and_then(|mut near| near.read(&mut heard)).is_err());
    }
}
