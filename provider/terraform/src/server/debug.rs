//! A provider that a person starts, and that clients are told to use instead of one of their own.

use serde_json::json;

use super::handshake::{Address, PROTOCOL_VERSION};

/// What a client must know to attach: the same for Terraform, OpenTofu and Pulumi's bridge.
///
/// `Test` keeps the client from ending the process with its own run.
fn reattach(provider: &str, address: &Address, process: u32) -> String {
    let attached = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": process,
        "Test": true,
        "Addr": { "Network": address.network(), "String": address.to_string() },
    });
    json!({ provider: attached }).to_string()
}

/// The text for the person who started the provider.
pub(super) fn greeting(provider: &str, address: &Address, process: u32) -> String {
    let json = reattach(provider, address, process);
    format!(
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
         variable with the following:\n\n\tTF_REATTACH_PROVIDERS='{json}'\n\n\
         Pulumi's bridge reads the same from PULUMI_BRIDGE_REATTACH_PROVIDERS. Ctrl-C ends the \
         provider.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_holds_an_assignment_that_a_shell_and_a_client_understand() {
        let address = Address::Unix("/tmp/plugin1/socket".into());
        let greeting = greeting("acme/thing", &address, 7);
        let assigned = greeting.split("TF_REATTACH_PROVIDERS='").nth(1).expect("assignment");
        let json = assigned.split('\'').next().expect("quoted");
        let parsed: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(
            parsed,
            json!({ "acme/thing": {
                "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 7, "Test": true,
                "Addr": { "Network": "unix", "String": "/tmp/plugin1/socket" },
            }})
        );
    }
}
