//! Requests of real Terraform 1.11.4 and 1.15.5 are known to the last byte.
//!
//! The files were kept by a provider with `TF_LOG_SDK_PROTO_DATA_DIR` set, under apply, import,
//! move, query, actions, an interrupt and destroy. A field that the types do not know would be
//! dropped on decoding, and missing when encoded again.

use std::{collections::BTreeSet, fs, path::Path};

use prost::Message;
use proto::tfplugin6 as tf;

#[test]
fn every_recorded_request_is_encoded_as_it_was_decoded() {
    let mut calls = BTreeSet::new();
    for (name, recorded) in recordings() {
        let call = name.split('-').next().expect("Call-version-number").to_owned();
        assert_eq!(again(&call, &recorded), Some(recorded), "{name}");
        calls.insert(call);
    }
    assert_eq!(calls.len(), 24, "{calls:?}");
}

#[test]
fn a_field_that_the_types_do_not_know_would_show() {
    let (_, mut recorded) =
        recordings().find(|(name, _)| name == "ReadResource-1.15.5-1.bin").expect("recorded");
    recorded.extend([0x98, 0x06, 0x01]); // number 99, a number, 1
    assert_eq!(again("ReadResource", &recorded).expect("a call").len() + 3, recorded.len());
}

#[test]
fn what_terraform_says_is_found_in_the_fields_it_belongs_to() {
    let (_, recorded) =
        recordings().find(|(name, _)| name == "ConfigureProvider-1.15.5-1.bin").expect("recorded");
    let request = tf::configure_provider::Request::decode(recorded.as_slice()).expect("valid");
    assert_eq!(request.terraform_version, "1.15.5");
    let config = request.config.expect("a provider block").msgpack;
    assert_eq!(config, b"\x81\xa3url\xb5http://127.0.0.1:8081");
    assert!(request.client_capabilities.expect("sent").write_only_attributes_allowed);
}

fn recordings() -> impl Iterator<Item = (String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded");
    fs::read_dir(folder).expect("recordings").map(|entry| {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(path).expect("a recording"))
    })
}

fn through<M: Message + Default>(recorded: &[u8]) -> Vec<u8> {
    M::decode(recorded).expect("a message").encode_to_vec()
}

/// The bytes of a call's request after decoding and encoding; `None` for no such call.
fn again(call: &str, recorded: &[u8]) -> Option<Vec<u8>> {
    let through = match call {
        "ApplyResourceChange" => through::<tf::apply_resource_change::Request>,
        "CallFunction" => through::<tf::call_function::Request>,
        "CloseEphemeralResource" => through::<tf::close_ephemeral_resource::Request>,
        "ConfigureProvider" => through::<tf::configure_provider::Request>,
        "GenerateResourceConfig" => through::<tf::generate_resource_config::Request>,
        "GetProviderSchema" => through::<tf::get_provider_schema::Request>,
        "GetResourceIdentitySchemas" => through::<tf::get_resource_identity_schemas::Request>,
        "ImportResourceState" => through::<tf::import_resource_state::Request>,
        "InvokeAction" => through::<tf::invoke_action::Request>,
        "ListResource" => through::<tf::list_resource::Request>,
        "MoveResourceState" => through::<tf::move_resource_state::Request>,
        "OpenEphemeralResource" => through::<tf::open_ephemeral_resource::Request>,
        "PlanAction" => through::<tf::plan_action::Request>,
        "PlanResourceChange" => through::<tf::plan_resource_change::Request>,
        "ReadDataSource" => through::<tf::read_data_source::Request>,
        "ReadResource" => through::<tf::read_resource::Request>,
        "StopProvider" => through::<tf::stop_provider::Request>,
        "UpgradeResourceState" => through::<tf::upgrade_resource_state::Request>,
        "ValidateActionConfig" => through::<tf::validate_action_config::Request>,
        "ValidateDataResourceConfig" => through::<tf::validate_data_resource_config::Request>,
        "ValidateEphemeralResourceConfig" => {
            through::<tf::validate_ephemeral_resource_config::Request>
        }
        "ValidateListResourceConfig" => through::<tf::validate_list_resource_config::Request>,
        "ValidateProviderConfig" => through::<tf::validate_provider_config::Request>,
        "ValidateResourceConfig" => through::<tf::validate_resource_config::Request>,
        _ => return None,
    };
    Some(through(recorded))
}
