//! How the process begins and ends.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use libtest_mimic::{Failed, Trial};
use nix::sys::signal::Signal;
use proto::{
    plugin::{
        Empty, grpc_controller_client::GrpcControllerClient, grpc_stdio_client::GrpcStdioClient,
    },
    tfplugin6::{provider_client::ProviderClient, read_resource},
};
use tokio::runtime::Runtime;
use tonic::transport::Channel;

use crate::{
    client::{COOKIE, PATIENCE, Plugin, connect_plain, program},
    fake::{ARRIVED, CAUGHT, PANICKING, THING, WAITING},
    identity::ClientIdentity,
};

/// Half of what a client waits before it kills; the goal of 100 ms is for a machine at rest.
const SOON: Duration = Duration::from_secs(1);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_person_is_told_what_it_is", person),
        Trial::test("shutdown_is_answered_and_ends_the_process_with_open_streams", shutdown),
        Trial::test("ctrl_c_does_not_end_a_provider_under_a_client", interrupted),
        Trial::test("a_terminated_process_answers_what_is_under_way", terminated),
        Trial::test("a_provider_whose_client_died_ends", orphaned),
        Trial::test("a_panic_that_nobody_catches_is_told_as_go_tells_it", panicked),
        Trial::test("a_panic_that_is_caught_is_logged_and_the_process_lives_on", caught),
        Trial::test("a_debugged_provider_can_be_attached_to_and_ends_by_ctrl_c", debugged),
    ]
}

async fn read(
    channel: &Channel,
    type_name: &str,
) -> Result<read_resource::Response, tonic::Status> {
    let request = read_resource::Request {
        type_name: type_name.to_owned(),
        ..read_resource::Request::default()
    };
    Ok(ProviderClient::new(channel.clone()).read_resource(request).await?.into_inner())
}

fn person() -> Result<(), Failed> {
    let remains = Plugin::of(&mut program()).remains();
    assert_eq!((remains.status.code(), remains.output.as_str()), (Some(1), ""));
    assert!(remains.log.contains("not meant to be run by hand"), "{}", remains.log);
    Ok(())
}

fn shutdown() -> Result<(), Failed> {
    let client = ClientIdentity::new();
    let mut plugin = Plugin::start(Some(&client), &[]);
    assert!(!plugin.is_tidy());
    Runtime::new()?.block_on(async {
        let channel = plugin.connect(Some(&client));
        let mut output = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await?.into_inner();
        GrpcControllerClient::new(channel).shutdown(Empty {}).await?;
        let remains = plugin.remains();
        assert!(remains.took < SOON, "{remains:?}");
        assert_eq!((remains.status.code(), remains.output.as_str()), (Some(0), ""));
        assert!(output.message().await.is_ok_and(|data| data.is_none()), "the stream has an end");
        assert!(plugin.is_tidy());
        Ok(())
    })
}

fn interrupted() -> Result<(), Failed> {
    let mut plugin = Plugin::start(None, &[]);
    plugin.signal(Signal::SIGINT);
    Runtime::new()?.block_on(async {
        let channel = connect_plain(&plugin.socket());
        read(&channel, THING).await?;
        GrpcControllerClient::new(channel).shutdown(Empty {}).await?;
        assert_eq!(plugin.remains().status.code(), Some(0));
        Ok(())
    })
}

fn terminated() -> Result<(), Failed> {
    let mut plugin = Plugin::start(None, &[]);
    Runtime::new()?.block_on(async {
        let channel = connect_plain(&plugin.socket());
        read(&channel, THING).await?;
        let waiting = tokio::spawn(async move { read(&channel, WAITING).await });
        assert!(plugin.next_log().contains(ARRIVED));
        plugin.signal(Signal::SIGTERM);
        let answer = waiting.await?;
        let remains = plugin.remains();
        assert_eq!(remains.status.code(), Some(0), "{remains:?}");
        assert!(answer.is_ok(), "{answer:?}");
        assert!(plugin.is_tidy());
        Ok(())
    })
}

fn orphaned() -> Result<(), Failed> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "\"$PROGRAM\" & wait"]).env_clear();
    shell.env("PROGRAM", std::env::current_exe()?).env(COOKIE.0, COOKIE.1);
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let plugin = Plugin::of(&mut shell);
    assert!(!plugin.is_tidy());
    plugin.signal(Signal::SIGKILL);
    let begin = Instant::now();
    while !plugin.is_tidy() {
        assert!(begin.elapsed() < PATIENCE, "the provider outlives its client");
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn panicked() -> Result<(), Failed> {
    let mut plugin = Plugin::start(None, &[]);
    Runtime::new()?.block_on(async {
        let channel = connect_plain(&plugin.socket());
        read(&channel, PANICKING).await?;
        GrpcControllerClient::new(channel).shutdown(Empty {}).await?;
        let log = plugin.remains().log;
        let first = log.lines().next().unwrap_or_default();
        assert!(first.starts_with("panic: nobody catches this at "), "{log}");
        assert!(first.contains("fake.rs:"), "{log}");
        assert!(log.lines().count() > 2, "no trace: {log}");
        Ok(())
    })
}

fn caught() -> Result<(), Failed> {
    let mut plugin = Plugin::start(None, &[]);
    Runtime::new()?.block_on(async {
        let channel = connect_plain(&plugin.socket());
        let answer = read(&channel, CAUGHT).await?;
        assert_eq!(answer.diagnostics[0].summary, "this is caught");
        assert!(answer.diagnostics[0].detail.contains("fake.rs:"), "{answer:?}");
        GrpcControllerClient::new(channel).shutdown(Empty {}).await?;
        let log = plugin.remains().log;
        let line: serde_json::Value = serde_json::from_str(log.trim_end())?;
        assert_eq!(line["@message"], "a call panicked: this is caught");
        Ok(())
    })
}

fn debugged() -> Result<(), Failed> {
    let mut plugin = Plugin::of(program().arg("--debug"));
    let line = plugin.read_to("TF_REATTACH_PROVIDERS='");
    let json = line.split('\'').nth(1).expect("quoted");
    let attach: serde_json::Value = serde_json::from_str(json)?;
    let attach = &attach["acme/probe"];
    assert_eq!(attach["Pid"], plugin.id());
    let socket = PathBuf::from(attach["Addr"]["String"].as_str().expect("a path"));
    Runtime::new()?.block_on(async {
        read(&connect_plain(&socket), THING).await?;
        read(&connect_plain(&socket), THING).await?;
        plugin.signal(Signal::SIGINT);
        assert_eq!(plugin.remains().status.code(), Some(0));
        assert!(plugin.is_tidy());
        Ok(())
    })
}
