//! For each rule a fault that breaks it: what a badly made provider would answer.

use std::{collections::BTreeSet, sync::Mutex};

use proto::tfplugin6::{
    self as p6, AttributePath, DynamicValue, apply_resource_change, attribute_path,
    generate_resource_config, get_provider_schema, import_resource_state, plan_resource_change,
    read_resource, upgrade_resource_identity, upgrade_resource_state,
};
use serde_json::json;
use terraform::{
    conformance::Rule,
    value::{Refinement, Value},
};

use crate::{
    messages::{decoded, encoded, identity, members, value},
    thing::{ThingIdentity, ThingModel},
};

/// Where a fault acts, and what it does to the answer of a healthy provider.
pub(crate) enum Fault {
    Schemas(fn(&mut get_provider_schema::Response)),
    Thing(fn(&mut p6::schema::Block)),
    Identity(fn(&mut p6::ResourceIdentitySchema)),
    CallFails,
    Plan(fn(&Memory, &plan_resource_change::Request, &mut plan_resource_change::Response)),
    Apply(fn(&Memory, &apply_resource_change::Request, &mut apply_resource_change::Response)),
    Read(fn(&read_resource::Request, &mut read_resource::Response)),
    Import(fn(&import_resource_state::Request, &mut import_resource_state::Response)),
    /// The mark of an import travels in the hidden state to the read that follows.
    ReadOfImport(fn(&mut read_resource::Response)),
    Upgrade(fn(&upgrade_resource_state::Request, &mut upgrade_resource_state::Response)),
    UpgradeIdentity(fn(&mut upgrade_resource_identity::Response)),
    Generate(fn(&mut generate_resource_config::Response)),
}

/// What a fault that counts remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<BTreeSet<String>>);

impl Memory {
    fn is_new(&self, what: String) -> bool {
        self.0.lock().unwrap().insert(what)
    }

    fn count(&self) -> usize {
        let mut all = self.0.lock().unwrap();
        let next = all.len();
        all.insert(next.to_string());
        next
    }

    fn forget(&self, what: &str) {
        self.0.lock().unwrap().remove(what);
    }
}

/// The fault that breaks a rule. No rule is left out: this would not compile.
#[allow(clippy::too_many_lines, reason = "a table")]
pub(crate) fn fault(rule: Rule) -> Fault {
    match rule {
        Rule::SchemaMissing => Fault::Schemas(|it| it.provider = None),
        Rule::SchemaMode => Fault::Thing(|it| attribute(it, "size").required = true),
        Rule::SchemaType => Fault::Thing(|it| attribute(it, "note").r#type.clear()),
        Rule::SchemaName => Fault::Thing(|it| "count".clone_into(&mut attribute(it, "note").name)),
        Rule::SchemaDeprecation => {
            Fault::Thing(|it| "why".clone_into(&mut attribute(it, "note").deprecation_message))
        }
        Rule::SchemaSet => Fault::Thing(|it| {
            let parts = attribute(it, "parts").nested_type.as_mut().unwrap();
            parts.nesting = p6::schema::object::NestingMode::Set.into();
            parts.attributes[1].write_only = true;
        }),
        Rule::SchemaWriteOnly => Fault::Thing(|it| attribute(it, "token").computed = true),
        Rule::SchemaNesting => {
            Fault::Thing(|it| attribute(it, "part").nested_type.as_mut().unwrap().nesting = 0)
        }
        Rule::SchemaBlock => {
            Fault::Thing(|it| it.block_types.push(p6::schema::NestedBlock::default()))
        }
        Rule::SchemaId => Fault::Thing(|it| attribute(it, "id").sensitive = true),
        Rule::IdentitySchema => {
            Fault::Identity(|it| it.identity_attributes[0].r#type = br#""dynamic""#.to_vec())
        }
        Rule::CallSucceeds => Fault::CallFails,
        Rule::ValueFits => Fault::Plan(|_, _, it| {
            // An empty map is no object of the schema.
            it.planned_state = Some(DynamicValue { msgpack: vec![0x80], json: Vec::new() });
        }),
        Rule::NoError => Fault::Plan(|_, _, it| it.diagnostics.push(error())),
        Rule::PlanConfigured => Fault::Plan(|_, _, it| planned(it, "name", "changed".into())),
        Rule::PlanNotComputed => Fault::Plan(|_, _, it| planned(it, "old", Value::from(7))),
        Rule::PlanPresence => Fault::Plan(|_, _, it| planned(it, "part", Value::Null)),
        Rule::PlanCount => Fault::Plan(|_, _, it| {
            planned(it, "parts", value(&json!([{"key": "k", "condition": "new"}])));
        }),
        Rule::PlanKeys => Fault::Plan(|_, _, it| {
            planned(it, "by_name", value(&json!({"other": {"key": "k", "condition": "new"}})));
        }),
        Rule::PlanNestedUnknown => Fault::Plan(|_, _, it| planned(it, "part", Value::unknown())),
        Rule::PlanWriteOnly => Fault::Plan(|_, _, it| planned(it, "token", "leak".into())),
        Rule::PlanReplacePath => Fault::Plan(|_, _, it| it.requires_replace.push(path("nope"))),
        Rule::PlanDestroy => Fault::Plan(|_, request, it| {
            if is_null(request.proposed_new_state.as_ref()) {
                it.planned_state.clone_from(&request.prior_state);
            }
        }),
        Rule::PlanDeferral => Fault::Plan(|_, _, it| it.deferred = Some(p6::Deferred::default())),
        Rule::PlanRepeats => Fault::Plan(|memory, _, it| {
            it.planned_private = format!("{{\"n\":{}}}", memory.count()).into_bytes();
        }),
        Rule::PlanEmpty => Fault::Plan(|_, _, it| planned(it, "revision", Value::unknown())),
        Rule::FinalPlan => Fault::Plan(|_, request, it| {
            let guess = if is_whole(request) { 7 } else { 8 };
            planned(it, "revision", Value::from(guess));
        }),
        Rule::FinalAction => Fault::Plan(|_, request, it| {
            if is_whole(request) && !is_null(request.prior_state.as_ref()) {
                it.requires_replace.push(path("revision"));
            }
        }),
        Rule::ApplyKeepsPlan => Fault::Apply(|_, _, it| applied(it, "name", "changed".into())),
        Rule::ApplyKnown => Fault::Apply(|_, _, it| applied(it, "revision", Value::unknown())),
        Rule::ApplyPresent => Fault::Apply(|_, request, it| {
            if !is_null(request.planned_state.as_ref()) {
                it.new_state = None;
            }
        }),
        Rule::ApplyWriteOnly => Fault::Apply(|_, _, it| applied(it, "token", "leak".into())),
        Rule::ApplyRefinement => Fault::Plan(|_, request, it| {
            if is_null(request.prior_state.as_ref()) {
                let prefix = Some("other-".to_owned());
                planned(it, "id", Value::Unknown(Refinement { prefix, ..Refinement::default() }));
            }
        }),
        Rule::ApplyDestroyed => Fault::Apply(|_, request, it| {
            if is_null(request.planned_state.as_ref()) {
                it.new_state.clone_from(&request.prior_state);
            }
        }),
        Rule::ReadKnown => Fault::Read(|_, it| read(it, "revision", Value::unknown())),
        Rule::ReadWriteOnly => Fault::Read(|_, it| read(it, "token", "leak".into())),
        Rule::ReadPresent => Fault::Read(|_, it| it.new_state = None),
        Rule::ReadSteady => Fault::Read(|_, it| read(it, "revision", Value::from(99))),
        Rule::ReadPrivate => Fault::Read(|_, it| it.private.clear()),
        Rule::IdentityPresent => Fault::Apply(|_, _, it| it.new_identity = None),
        Rule::IdentityKnown => Fault::Apply(|_, _, it| {
            it.new_identity = identity::<ThingIdentity>(&json!({"name": "?"}));
        }),
        Rule::IdentitySteady => Fault::Read(|_, it| {
            it.new_identity = identity::<ThingIdentity>(&json!({"name": "another"}));
        }),
        Rule::ImportOne => Fault::Import(|_, it| {
            it.imported_resources.extend(it.imported_resources.clone());
        }),
        Rule::ImportType => Fault::Import(|_, it| it.imported_resources[0].type_name.clear()),
        Rule::ImportKnown => Fault::Import(|_, it| {
            set(&mut it.imported_resources[0].state, "revision", Value::unknown());
        }),
        Rule::ImportIdentity => Fault::Import(|_, it| it.imported_resources[0].identity = None),
        Rule::ImportPresent => Fault::ReadOfImport(|it| it.new_state = None),
        Rule::ImportSteady => Fault::ReadOfImport(|it| read(it, "size", Value::from(99))),
        Rule::UpgradeFaithful => {
            Fault::Upgrade(|_, it| set(&mut it.upgraded_state, "revision", Value::from(99)))
        }
        Rule::UpgradeLenient => Fault::Upgrade(|request, it| {
            let raw = request.raw_state.as_ref().unwrap();
            if String::from_utf8_lossy(&raw.json).contains("attribute_of_another_time") {
                it.diagnostics.push(error());
            }
        }),
        Rule::UpgradeNewer => Fault::Upgrade(|_, it| it.diagnostics.clear()),
        Rule::IdentityUpgradeFaithful => Fault::UpgradeIdentity(|it| {
            it.upgraded_identity = identity::<ThingIdentity>(&json!({"name": "another"}));
        }),
        Rule::IdentityUpgradeNewer => Fault::UpgradeIdentity(|it| it.diagnostics.clear()),
        Rule::GeneratedConfig => Fault::Generate(|it| set(&mut it.config, "id", "thing".into())),
        Rule::NullIsEmpty => Fault::Plan(|_, request, it| {
            let prior = prior(request, "list");
            if is_whole(request) && prior != config(request, "list") {
                planned(it, "revision", Value::unknown());
            }
        }),
        Rule::SetOrder => Fault::Plan(|_, request, it| {
            let prior = prior(request, "labels");
            if is_whole(request) && prior != config(request, "labels") {
                planned(it, "revision", Value::unknown());
            }
        }),
        Rule::DestroyAlone => Fault::Apply(|_, request, it| {
            if is_null(request.planned_state.as_ref()) && request.planned_private.is_empty() {
                it.diagnostics.push(error());
            }
        }),
        Rule::CreateAgain => Fault::Apply(|memory, request, it| {
            if is_null(request.planned_state.as_ref()) {
                memory.forget("created");
            } else if is_null(request.prior_state.as_ref()) && !memory.is_new("created".to_owned())
            {
                it.diagnostics.push(error());
            }
        }),
        Rule::UpdateAgain => Fault::Apply(|memory, request, it| {
            let update =
                !is_null(request.prior_state.as_ref()) && !is_null(request.planned_state.as_ref());
            let from = || format!("{:?}", decoded::<ThingModel>(request.prior_state.as_ref()));
            // What Terraform did before is another life.
            if is_null(request.planned_state.as_ref()) {
                memory.0.lock().unwrap().clear();
            } else if update && !memory.is_new(from()) {
                it.diagnostics.push(error());
            }
        }),
    }
}

fn attribute<'a>(block: &'a mut p6::schema::Block, name: &str) -> &'a mut p6::schema::Attribute {
    block.attributes.iter_mut().find(|attribute| attribute.name == name).unwrap()
}

fn error() -> p6::Diagnostic {
    let severity = p6::diagnostic::Severity::Error.into();
    p6::Diagnostic { severity, summary: "no".to_owned(), ..p6::Diagnostic::default() }
}

fn path(name: &str) -> AttributePath {
    use attribute_path::{Step, step::Selector};
    AttributePath { steps: vec![Step { selector: Some(Selector::AttributeName(name.to_owned())) }] }
}

fn is_null(message: Option<&DynamicValue>) -> bool {
    decoded::<ThingModel>(message).is_null()
}

fn config(request: &plan_resource_change::Request, name: &str) -> Value {
    part(request.config.as_ref(), name)
}

fn prior(request: &plan_resource_change::Request, name: &str) -> Value {
    part(request.prior_state.as_ref(), name)
}

fn part(message: Option<&DynamicValue>, name: &str) -> Value {
    match decoded::<ThingModel>(message) {
        Value::Mapping(members) => members[name].clone(),
        _ => Value::Null,
    }
}

fn is_whole(request: &plan_resource_change::Request) -> bool {
    decoded::<ThingModel>(request.config.as_ref()).is_wholly_known()
}

/// Sets an attribute of an object, if there is one.
fn set(message: &mut Option<DynamicValue>, name: &str, to: Value) {
    if !is_null(message.as_ref()) {
        let mut members = members::<ThingModel>(message.as_ref());
        members.insert(name.to_owned(), to);
        *message = Some(encoded::<ThingModel>(&Value::Mapping(members)));
    }
}

fn planned(answer: &mut plan_resource_change::Response, name: &str, to: Value) {
    set(&mut answer.planned_state, name, to);
}

fn applied(answer: &mut apply_resource_change::Response, name: &str, to: Value) {
    set(&mut answer.new_state, name, to);
}

fn read(answer: &mut read_resource::Response, name: &str, to: Value) {
    set(&mut answer.new_state, name, to);
}
