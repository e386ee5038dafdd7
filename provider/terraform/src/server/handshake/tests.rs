use std::{collections::BTreeMap, net::Ipv4Addr};

use super::*;

const PEM: &str = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";

fn read(variables: &[(&str, &str)]) -> Result<Handshake, HandshakeError> {
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    Handshake::read(|name| variables.get(name).map(|&value| value.to_owned()))
}

fn read_with_cookie(variables: &[(&str, &str)]) -> Result<Handshake, HandshakeError> {
    read(&[&[COOKIE], variables].concat())
}

fn plain() -> Handshake {
    Handshake::for_anyone()
}

#[test]
fn without_the_cookie_it_says_who_starts_a_provider() {
    for variables in [vec![], vec![(COOKIE.0, "")], vec![(COOKIE.0, "another")]] {
        let error = read(&variables).expect_err("no cookie");
        assert!(matches!(error, HandshakeError::NotStartedByClient), "{variables:?}");
        assert!(error.to_string().contains("not meant to be run by hand"), "{error}");
    }
}

#[test]
fn each_variable_is_read() {
    let certificate = CertificateDer::from(vec![1, 2, 3]);
    let cases = [
        (vec![], plain()),
        (vec![("PLUGIN_PROTOCOL_VERSIONS", "5")], plain()),
        (vec![("PLUGIN_CLIENT_CERT", "")], plain()),
        (
            vec![("PLUGIN_CLIENT_CERT", PEM)],
            Handshake { client_certificate: Some(certificate), ..plain() },
        ),
        (
            vec![("PLUGIN_UNIX_SOCKET_DIR", "/run/x"), ("PLUGIN_UNIX_SOCKET_GROUP", "staff")],
            Handshake {
                socket_directory: Some("/run/x".into()),
                socket_group: Some("staff".to_owned()),
                ..plain()
            },
        ),
        (
            vec![("PLUGIN_MIN_PORT", "1"), ("PLUGIN_MAX_PORT", "2")],
            Handshake { ports: 1..=2, ..plain() },
        ),
        (vec![("PLUGIN_MULTIPLEX_GRPC", "true")], Handshake { asks_multiplex: true, ..plain() }),
    ];
    for (variables, expected) in cases {
        assert_eq!(read_with_cookie(&variables).expect("valid"), expected, "{variables:?}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let cases = [
        (("PLUGIN_MIN_PORT", "70000"), "PLUGIN_MIN_PORT = \"70000\" is not a port"),
        (("PLUGIN_MAX_PORT", "ten"), "PLUGIN_MAX_PORT = \"ten\" is not a port"),
        (("PLUGIN_CLIENT_CERT", "not PEM"), "PLUGIN_CLIENT_CERT holds no certificate in PEM form"),
    ];
    for (variable, expected) in cases {
        let error = read_with_cookie(&[variable]).expect_err("invalid");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn the_line_has_the_fields_that_the_client_splits_at_the_bars() {
    let unix = Address::Unix("/tmp/plugin1/socket".into());
    let tcp = Address::Tcp((Ipv4Addr::LOCALHOST, 10_000).into());
    // One byte would be padded with "==" in the usual alphabet.
    let own = CertificateDer::from(vec![0xfb]);
    let multiplex = Handshake { asks_multiplex: true, ..plain() };
    let cases = [
        (plain(), &unix, None, "1|6|unix|/tmp/plugin1/socket|grpc|\n"),
        (plain(), &tcp, None, "1|6|tcp|127.0.0.1:10000|grpc|\n"),
        (plain(), &unix, Some(&own), "1|6|unix|/tmp/plugin1/socket|grpc|+w\n"),
        (multiplex, &unix, Some(&own), "1|6|unix|/tmp/plugin1/socket|grpc|+w|false\n"),
    ];
    for (handshake, address, own, expected) in cases {
        assert_eq!(handshake.line(address, own), expected);
    }
}
