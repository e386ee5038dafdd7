//! Runs the program that gives credentials (client-go credential plugins).

use std::io;
use std::process::{Output, Stdio};
use std::time::Duration;

use flink::{Identity, Secret};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::time::timeout;

use super::configuration::Plugin;
use super::kubeconfig::yaml;

/// How long a program may take: some of them ask a cloud, none a person.
const LIMIT: Duration = Duration::from_mins(1);
/// How much of what it says is told.
const SAID: usize = 2000;

/// What a program gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Credential {
    /// A bearer token.
    pub(super) token: Option<Secret>,
    /// A client certificate with its key.
    pub(super) identity: Option<Identity>,
    /// When it is over, as RFC 3339.
    pub(super) expires: Option<String>,
}

/// A program that gave no credentials.
#[derive(Debug, thiserror::Error)]
#[error("{command:?} gave no credentials: {reason}")]
pub struct Error {
    /// The program.
    pub command: String,
    /// What it said, or what was wrong with it.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Printed {
    #[serde(default)]
    api_version: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Runs the program and reads what it prints.
///
/// # Errors
/// With what it wrote to its standard error. What it prints is never told:
/// it may be a token.
pub(super) async fn run(plugin: &Plugin, cluster: Option<&Value>) -> Result<Credential, Error> {
    let failed = |reason| Error { command: plugin.command.clone(), reason };
    if plugin.needs_terminal {
        let reason = "its interactiveMode is Always, and a provider has no terminal";
        return Err(failed(reason.to_owned()));
    }
    let output = match timeout(LIMIT, command(plugin, cluster).output()).await {
        Err(_) => return Err(failed(format!("no answer within {} s", LIMIT.as_secs()))),
        Ok(Err(error)) => return Err(failed(not_started(&error, plugin))),
        Ok(Ok(output)) => output,
    };
    read(&output, &plugin.api_version).map_err(failed)
}

fn command(plugin: &Plugin, cluster: Option<&Value>) -> Command {
    let info = json!({
        "apiVersion": plugin.api_version,
        "kind": "ExecCredential",
        "spec": { "interactive": false, "cluster": cluster },
    });
    let mut command = Command::new(&plugin.command);
    command.args(&plugin.args).env("KUBERNETES_EXEC_INFO", info.to_string());
    command.envs(plugin.env.iter().map(|(name, value)| (name, value.reveal())));
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

fn not_started(error: &io::Error, plugin: &Plugin) -> String {
    match &plugin.install_hint {
        Some(hint) => format!("it cannot be started ({error}). {}", hint.trim()),
        None => format!("it cannot be started ({error})"),
    }
}

fn read(output: &Output, asked: &str) -> Result<Credential, String> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said: String = said.trim().chars().take(SAID).collect();
        return Err(format!("{}: {said}", output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let printed: Option<Printed> =
        yaml(&text).and_then(|printed| serde_json::from_value(printed).ok());
    let Printed { api_version, status } =
        printed.ok_or("what it prints is not an ExecCredential")?;
    if api_version != asked {
        return Err(format!("it answers in version {api_version:?}, asked for {asked:?}"));
    }
    let status = status.ok_or("its answer has no status")?;
    let identity = status.client_certificate_data.zip(status.client_key_data);
    let credential = Credential {
        token: status.token.filter(|token| !token.is_empty()).map(Secret::new),
        identity: identity.map(|(certificates_pem, key)| Identity {
            certificates_pem,
            key_pem: Secret::new(key),
        }),
        expires: status.expiration_timestamp,
    };
    if credential.token.is_none() && credential.identity.is_none() {
        return Err("its answer has neither a token nor a certificate with its key".to_owned());
    }
    Ok(credential)
}

#[cfg(test)]
mod tests;
