//! `ApplyResourceChange` and `StopProvider`.

use proto::tfplugin6::{provider_server::Provider as _, stop_provider};
use serde_json::json;
use terraform::value::Value;

use crate::{
    messages::{decoded, members, object},
    thing::ThingModel,
};

use super::{create, errors, ready, told, update};

#[tokio::test]
async fn a_create_that_goes_wrong_answers_the_best_known_state() {
    // name, state left behind, errors
    let cases = [
        ("create-fails", true, vec!["Half way"]),
        ("create-panics", true, vec!["The provider panicked"]),
        ("create-says-nothing", false, vec!["Missing Resource State After Create"]),
        (
            "create-leaves-unknown",
            true,
            vec!["Provider returned invalid result object after apply"],
        ),
        ("create-leaks", true, vec![]),
    ];
    for (name, left, expected) in cases {
        let (_world, service) = ready().await;
        let planned = json!({"name": name, "size": 1, "id": "?", "revision": "?", "token": "t"});
        let answer = call!(service, apply_resource_change, create(&planned));
        assert_eq!(told(&answer.diagnostics), errors(&expected), "{name}");
        let state = decoded::<ThingModel>(answer.new_state.as_ref());
        assert_eq!(!state.is_null(), left, "{name}: {state:?}");
        assert!(state.is_wholly_known(), "{name}");
        if left {
            let members = members::<ThingModel>(answer.new_state.as_ref());
            assert_eq!((&members["name"], &members["token"]), (&name.into(), &Value::Null));
        }
    }
}

#[tokio::test]
async fn the_text_of_a_panic_is_told() {
    let (_world, service) = ready().await;
    let answer = call!(service, apply_resource_change, create(&json!({"name": "create-panics"})));
    assert!(answer.diagnostics[0].detail.starts_with("half way\n"), "{:?}", answer.diagnostics);
}

#[tokio::test]
async fn an_update_that_goes_wrong_answers_what_is_true() {
    // note, size afterwards, errors
    let cases = [
        ("fine", 2, vec![]),
        ("fail", 2, vec!["Half way"]),
        ("panic", 1, vec!["The provider panicked"]),
        ("nothing", 1, vec!["Missing Resource State After Update"]),
    ];
    for (note, size, expected) in cases {
        let (_world, service) = ready().await;
        let prior = json!({"id": "thing-a", "name": "a", "size": 1, "revision": 1});
        let planned =
            json!({"id": "thing-a", "name": "a", "size": 2, "note": note, "revision": "?"});
        let answer = call!(service, apply_resource_change, update(&prior, &planned));
        assert_eq!(told(&answer.diagnostics), errors(&expected), "{note}");
        assert_eq!(
            members::<ThingModel>(answer.new_state.as_ref())["size"],
            Value::from(size),
            "{note}"
        );
        assert!(!answer.private.is_empty(), "{note}");
        assert!(answer.new_identity.is_some(), "{note}");
    }
}

#[tokio::test]
async fn a_refused_delete_keeps_the_object_and_a_done_one_does_not() {
    for (note, stays) in [("stays", true), ("goes", false)] {
        let (_world, service) = ready().await;
        let prior = json!({"id": "thing-a", "name": "a", "note": note});
        let answer = call!(service, apply_resource_change, update(&prior, &json!(null)));
        let state = decoded::<ThingModel>(answer.new_state.as_ref());
        let expected = if stays { object::<ThingModel>(&prior) } else { Value::Null };
        assert_eq!(state, expected, "{note}");
        assert_eq!(answer.diagnostics.is_empty(), !stays, "{note}");
    }
}

#[tokio::test]
async fn what_waits_ends_when_the_client_asks_for_it_and_later_calls_go_on() {
    let (world, service) = ready().await;
    let waiting = tokio::spawn({
        let service = service.clone();
        async move { call!(service, apply_resource_change, create(&json!({"name": "create-waits"}))) }
    });
    while !world.with(|things| things.contains_key("create-waits")) {
        tokio::task::yield_now().await;
    }
    assert_eq!(call!(service, stop_provider, stop_provider::Request {}).error, "");
    let answer = waiting.await.unwrap();
    assert_eq!(told(&answer.diagnostics), errors(&["Interrupted"]));
    assert!(answer.new_state.is_some());
    let later = call!(service, apply_resource_change, create(&json!({"name": "later"})));
    assert_eq!(later.diagnostics, []);
}
