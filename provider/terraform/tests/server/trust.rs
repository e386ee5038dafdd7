//! Who may connect.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use proto::tfplugin6::{get_provider_schema, provider_client::ProviderClient};
use tokio::{net::UnixStream, runtime::Runtime};
use tonic::{Status, transport::Channel};

use crate::{
    client::{Plugin, client_config, connect_plain, secured},
    identity::ClientIdentity,
};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("the_expected_client_is_admitted_and_agrees_on_http2", expected_client),
        Trial::test("without_a_client_certificate_the_connection_is_plain", plain),
        Trial::test("every_other_client_is_refused_and_logged", others_are_refused),
        Trial::test("one_who_never_speaks_keeps_nobody_out", silent_one),
    ]
}

async fn schema(channel: Channel) -> Result<get_provider_schema::Response, Status> {
    let mut client = ProviderClient::new(channel);
    let answer = client.get_provider_schema(get_provider_schema::Request {}).await?;
    Ok(answer.into_inner())
}

fn expected_client() -> Result<(), Failed> {
    let client = ClientIdentity::new();
    let plugin = Plugin::start(Some(&client), &[]);
    let config = client_config(plugin.certificate(), Some(&client));
    Runtime::new()?.block_on(async {
        let stream = secured(&plugin.socket(), config).await?;
        let protocol = stream.get_ref().1.alpn_protocol();
        assert_eq!(protocol, Some(b"h2".as_slice()));
        let answer = schema(plugin.connect(Some(&client))).await?;
        assert!(answer.provider.is_some());
        Ok(())
    })
}

fn plain() -> Result<(), Failed> {
    let plugin = Plugin::start(None, &[]);
    assert!(plugin.line.ends_with("|grpc|\n"), "{}", plugin.line);
    Runtime::new()?.block_on(async {
        let answer = schema(connect_plain(&plugin.socket())).await?;
        assert!(answer.provider.is_some());
        Ok(())
    })
}

fn others_are_refused() -> Result<(), Failed> {
    let client = ClientIdentity::new();
    let plugin = Plugin::start(Some(&client), &[]);
    let other = ClientIdentity::new();
    Runtime::new()?.block_on(async {
        let strangers = [
            ("another certificate", plugin.connect(Some(&other))),
            ("no certificate", plugin.connect(None)),
            ("no TLS", connect_plain(&plugin.socket())),
        ];
        for (name, stranger) in strangers {
            let answer = schema(stranger).await;
            assert!(answer.is_err(), "{name}: {answer:?}");
            let line = plugin.next_log();
            assert!(line.contains("refused a connection"), "{name}: {line}");
            assert!(line.contains("\"@level\":\"error\""), "{name}: {line}");
        }
        schema(plugin.connect(Some(&client))).await?;
        Ok(())
    })
}

fn silent_one() -> Result<(), Failed> {
    let client = ClientIdentity::new();
    let plugin = Plugin::start(Some(&client), &[]);
    Runtime::new()?.block_on(async {
        let _silent = UnixStream::connect(Path::new(&plugin.socket())).await?;
        schema(plugin.connect(Some(&client))).await?;
        Ok(())
    })
}
