//! What goes over a connection, and what is written of it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use libtest_mimic::{Failed, Trial};
use nix::sys::signal::Signal;
use prost::Message as _;
use proto::{
    health::{
        HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
    },
    plugin::{ConnInfo, grpc_broker_client::GrpcBrokerClient},
    tfplugin6::{DynamicValue, get_functions, provider_client::ProviderClient, read_resource},
};
use tokio::runtime::Runtime;
use tonic::{Code, transport::Channel};

use crate::{
    client::{Plugin, connect_plain},
    fake::THING,
};

/// More than gRPC libraries take by default, both ways.
const LARGE: usize = 5 << 20;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_message_of_5_mib_goes_both_ways", large),
        Trial::test("its_health_can_be_asked_for", health),
        Trial::test("the_broker_is_held_open", broker),
        Trial::test("what_is_not_offered_is_unimplemented", unimplemented),
        Trial::test("every_line_of_the_log_is_one_that_clients_parse", log),
        Trial::test("requests_are_kept_as_they_came_when_asked_for", kept),
    ]
}

fn request(state: Vec<u8>) -> read_resource::Request {
    read_resource::Request {
        type_name: THING.to_owned(),
        current_state: Some(DynamicValue { msgpack: state, json: Vec::new() }),
        ..read_resource::Request::default()
    }
}

fn with_channel(
    variables: &[(&str, &str)],
    ask: impl AsyncFnOnce(&Plugin, Channel) -> Result<(), Failed>,
) -> Result<Plugin, Failed> {
    let plugin = Plugin::start(None, variables);
    Runtime::new()?.block_on(async {
        let channel = connect_plain(&plugin.socket());
        ask(&plugin, channel).await
    })?;
    Ok(plugin)
}

fn large() -> Result<(), Failed> {
    with_channel(&[], async |_, channel| {
        let mut client = ProviderClient::new(channel).max_decoding_message_size(LARGE * 2);
        let answer = client.read_resource(request(vec![7; LARGE])).await?.into_inner();
        assert_eq!(answer.new_state.map(|state| state.msgpack.len()), Some(LARGE));
        Ok(())
    })?;
    Ok(())
}

fn health() -> Result<(), Failed> {
    with_channel(&[], async |_, channel| {
        let mut client = HealthClient::new(channel);
        for service in ["", "plugin"] {
            let request = HealthCheckRequest { service: service.to_owned() };
            let answer = client.check(request).await?.into_inner();
            assert_eq!(answer.status(), ServingStatus::Serving);
        }
        let other = HealthCheckRequest { service: "other".to_owned() };
        let refused = client.check(other).await.expect_err("unknown");
        assert_eq!(refused.code(), Code::NotFound);
        Ok(())
    })?;
    Ok(())
}

fn broker() -> Result<(), Failed> {
    with_channel(&[], async |_, channel| {
        let silent = futures_util::stream::pending::<ConnInfo>();
        GrpcBrokerClient::new(channel).start_stream(silent).await?;
        Ok(())
    })?;
    Ok(())
}

fn unimplemented() -> Result<(), Failed> {
    with_channel(&[], async |_, channel| {
        let mut client = ProviderClient::new(channel);
        let refused = client.get_functions(get_functions::Request {}).await.expect_err("left out");
        assert_eq!(refused.code(), Code::Unimplemented);
        Ok(())
    })?;
    Ok(())
}

fn log() -> Result<(), Failed> {
    let mut plugin = with_channel(&[("TF_LOG", "TRACE")], async |_, channel| {
        ProviderClient::new(channel).read_resource(request(Vec::new())).await?;
        Ok(())
    })?;
    plugin.signal(Signal::SIGTERM);
    let log = plugin.remains().log;
    assert!(log.contains("\"serving\""), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        for key in ["@level", "@message", "@module", "@timestamp"] {
            assert!(line[key].is_string(), "{key}: {line}");
        }
    }
    Ok(())
}

fn kept() -> Result<(), Failed> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().to_str().expect("text").to_owned();
    with_channel(&[("TF_LOG_SDK_PROTO_DATA_DIR", path.as_str())], async |plugin, channel| {
        let sent = request(b"a state".to_vec());
        ProviderClient::new(channel).read_resource(sent.clone()).await?;
        let file = directory.path().join(format!("{}-0001-ReadResource.bin", plugin.id()));
        assert_eq!(fs::read(&file)?, sent.encode_to_vec());
        assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
        Ok(())
    })?;
    Ok(())
}
