use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

use super::*;

fn handshake(directory: &Path) -> Handshake {
    Handshake {
        client_certificate: None,
        socket_directory: Some(directory.to_owned()),
        socket_group: None,
        ports: 0..=0,
        asks_multiplex: false,
    }
}

fn socket_of(listener: &Listener) -> PathBuf {
    match listener.address() {
        Address::Unix(path) => path,
        Address::Tcp(address) => panic!("listens at {address}"),
    }
}

#[tokio::test]
async fn only_the_owner_can_reach_the_socket_and_it_goes_with_the_listener() {
    let directory = tempfile::tempdir().expect("directory");
    let listener = Listener::bind(&handshake(directory.path())).await.expect("bound");
    let socket = socket_of(&listener);
    let file = fs::metadata(&socket).expect("there");
    let folder = fs::metadata(socket.parent().expect("folder")).expect("there");
    assert!(file.file_type().is_socket());
    assert_eq!((file.mode() & 0o777, folder.mode() & 0o777), (0o600, 0o700));
    drop(listener);
    assert_eq!(fs::read_dir(directory.path()).expect("there").count(), 0);
}

#[tokio::test]
async fn a_group_named_or_numbered_is_let_in() {
    let directory = tempfile::tempdir().expect("directory");
    let own = nix::unistd::getgid();
    let name = Group::from_gid(own).expect("known").expect("has a name").name;
    for group in [name, own.to_string()] {
        let wanted = Handshake { socket_group: Some(group), ..handshake(directory.path()) };
        let listener = Listener::bind(&wanted).await.expect("bound");
        let socket = socket_of(&listener);
        let file = fs::metadata(&socket).expect("there");
        let folder = fs::metadata(socket.parent().expect("folder")).expect("there");
        assert_eq!((file.mode() & 0o777, folder.mode() & 0o777), (0o660, 0o710));
        assert_eq!(file.gid(), own.as_raw());
    }
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_makes_it_a_port() {
    let directory = tempfile::tempdir().expect("directory");
    let long = directory.path().join("d".repeat(120));
    fs::create_dir(&long).expect("made");
    let listener = Listener::bind(&handshake(&long)).await.expect("bound");
    assert_eq!(listener.address().network(), "tcp");
    assert_eq!(fs::read_dir(&long).expect("there").count(), 0);
}

#[tokio::test]
async fn the_first_free_port_is_taken_and_none_is_an_error() {
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("bound");
    let port = taken.local_addr().expect("bound").port();
    let wanted = Handshake { ports: port..=port, ..handshake(Path::new("/nowhere/to/be/found")) };
    let error = Listener::bind(&wanted).await.expect_err("taken");
    assert_eq!(
        error.to_string(),
        format!(
            "failed to listen: no socket in [\"/nowhere/to/be/found\"], no free port between {port} and {port}"
        )
    );
    drop(taken);
    let listener = Listener::bind(&wanted).await.expect("free now");
    assert_eq!(listener.address().to_string(), format!("127.0.0.1:{port}"));
}
