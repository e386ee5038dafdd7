//! The checker finds nothing wrong with a healthy resource, and each fault for what it is.

use proto::tfplugin6::{configure_provider, provider_server::Provider as _};
use serde_json::json;
use terraform::{
    conformance::{self, Generator, Rule, Subject},
    registry::Service,
    value::Value,
};
use tonic::Request;

use crate::{
    broken::fault,
    messages::{message, value},
    sabotage::Sabotaged,
    thing::{self, Config, Things, World},
};

/// A configured provider.
async fn healthy() -> Service<Things> {
    let service = thing::service(&World::default());
    let config = message::<Config>(&json!({"endpoint": "here"}));
    let request = configure_provider::Request { config, ..configure_provider::Request::default() };
    let answer = service.configure_provider(Request::new(request)).await.unwrap();
    assert_eq!(answer.into_inner().diagnostics, []);
    service
}

/// A create, an update in place, and a replacement.
fn configs() -> Vec<Value> {
    let first = json!({
        "name": "a", "note": "Hello", "labels": ["x", "y"], "tags": {"k": "v"}, "token": "secret",
        "part": {"key": "k"}, "parts": [{"key": "k"}, {"key": "l", "condition": "used"}],
        "by_name": {"one": {"key": "k"}},
    });
    let mut second = first.clone();
    second["note"] = json!("bye");
    second["size"] = json!(3);
    second["list"] = json!([]);
    let mut third = second.clone();
    third["name"] = json!("b");
    third["parts"] = json!([]);
    [first, second, third].iter().map(value).collect()
}

#[tokio::test]
async fn a_healthy_resource_breaks_no_rule() {
    let found = conformance::check(&healthy().await, "test_thing", &configs()).await;
    assert_eq!(found, Ok(()));
}

#[tokio::test]
async fn a_healthy_resource_breaks_no_rule_with_generated_configurations() {
    for seed in 0..12 {
        let service = healthy().await;
        let shape = conformance::shape_of(&service, "test_thing").await.unwrap();
        let names = ["a", "b", "forbidden"].map(Value::from);
        let mut generator = Generator::new(shape, seed).choose("name", names);
        let generated: Vec<Value> = (0..4).map(|_| generator.configuration()).collect();
        let valid = conformance::valid(&service, "test_thing", generated).await.unwrap();
        let found = conformance::check(&service, "test_thing", &valid).await;
        assert_eq!(found, Ok(()), "seed {seed}");
    }
}

#[tokio::test]
async fn each_rule_has_a_fault_that_the_checker_finds() {
    let mut missed = Vec::new();
    for rule in Rule::ALL.iter().copied() {
        let service = Sabotaged::new(healthy().await, fault(rule));
        let found = conformance::check(&service, "test_thing", &configs()).await;
        let found = found.err().unwrap_or_default();
        if !found.iter().any(|violation| violation.rule == rule) {
            missed.push((rule, found));
        }
    }
    assert!(missed.is_empty(), "broken, but not named: {missed:#?}");
}

#[tokio::test]
async fn an_identity_that_updates_may_change_is_steady_in_every_other_call() {
    let service = Sabotaged::new(healthy().await, fault(Rule::IdentitySteady));
    let subject = Subject::from("test_thing").with_mutable_identity();
    let found = conformance::check(&service, subject, &configs()).await.err().unwrap_or_default();
    assert!(found.iter().any(|violation| violation.rule == Rule::IdentitySteady), "{found:?}");
}

#[test]
fn a_violation_says_what_is_asked_for_and_what_was_found() {
    let rule = Rule::PlanDestroy;
    let text = conformance::Violation { rule, detail: "x".to_owned() }.to_string();
    assert_eq!(text, "PlanDestroy: A destroy is planned as null. Found: x");
}
