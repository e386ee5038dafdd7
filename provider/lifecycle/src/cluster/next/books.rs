//! Who says which field, by the API server's books: what is ours to say is taken over there from
//! whoever said it before, so that what we do not say any more goes.
//!
//! Two cases. An imported cluster was made by Flink's own client; what that client said is ours
//! from the first apply on. And a list of ports has the number for its key: a port that somebody
//! gave another number is another entry to the API server, which then refuses ours beside it.

use std::collections::BTreeSet;

use manifests::Object;
use serde_json::{Map, Value, json};

use super::{Need, ours, perform, stuck};
use crate::cluster::{
    goal::{Bring, Conflicts, Id},
    health::text,
    observed::Objects,
    problem::{Conflict, Problem},
    step::{Step, TakeOver},
};
use crate::json::at;

/// Takes over one object's fields, while there is one that needs it.
pub(super) fn take_over(goal: &Bring, objects: &Objects) -> Need<()> {
    let mut conflicts = Vec::new();
    for object in &goal.desired.objects {
        let id = Id::of(object);
        let Some(live) = objects.get(&id) else { continue };
        let books = Books { manager: &goal.manager, entries: entries(live) };
        let taken = if ours::is_ours(&goal.name, live) {
            let moved = moved_ports(object, live);
            let others = books.others_who_say(&moved);
            if goal.conflicts == Conflicts::Refuse {
                conflicts.extend(others.into_iter().map(|manager| conflict(&id, manager)));
                continue;
            }
            books.taken(|entry| ports_of(entry, &moved))
        } else {
            books.taken(said_by_the_maker)
        };
        if let Some(managed_fields) = taken {
            let resource_version = text(live, "/metadata/resourceVersion").to_owned();
            let step = TakeOver { id, resource_version, managed_fields };
            return perform(Step::TakeOver(Box::new(step)));
        }
    }
    if conflicts.is_empty() { Ok(()) } else { stuck(Problem::Conflicts { conflicts }) }
}

fn conflict(id: &Id, manager: String) -> Conflict {
    Conflict { object: id.clone(), manager, field: ".spec.ports".to_owned() }
}

fn entries(live: &Value) -> &[Value] {
    let entries = at(live, "/metadata/managedFields").and_then(Value::as_array);
    entries.map_or(&[], Vec::as_slice)
}

/// Who says which field of an object.
struct Books<'a> {
    /// Who we are.
    manager: &'a str,
    entries: &'a [Value],
}

impl Books<'_> {
    fn is_ours(&self, entry: &Value) -> bool {
        entry["manager"] == self.manager && entry["operation"] == "Apply"
    }

    /// The books after these fields of others have become ours; `None` where there are none.
    fn taken(&self, which: impl Fn(&Value) -> Option<Value>) -> Option<Vec<Value>> {
        let (mut left, mut taken) = (Vec::new(), json!({}));
        for entry in self.entries {
            let fields = which(entry).filter(|_| !self.is_ours(entry));
            let Some(fields) = fields else {
                left.push(entry.clone());
                continue;
            };
            let rest = without(&entry["fieldsV1"], &fields);
            if rest.as_object().is_some_and(|rest| !rest.is_empty()) {
                let mut entry = entry.clone();
                entry["fieldsV1"] = rest;
                left.push(entry);
            }
            unite(&mut taken, &fields);
        }
        if taken == json!({}) {
            return None;
        }
        match left.iter_mut().find(|entry| self.is_ours(entry)) {
            Some(ours) => unite(&mut ours["fieldsV1"], &taken),
            None => left.push(self.entry(&taken)),
        }
        Some(left)
    }

    fn entry(&self, fields: &Value) -> Value {
        let api_version = self.entries.first().map(|entry| entry["apiVersion"].clone());
        json!({
            "manager": self.manager,
            "operation": "Apply",
            "apiVersion": api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": fields,
        })
    }

    /// Who but us says something of these ports.
    fn others_who_say(&self, ports: &BTreeSet<i64>) -> BTreeSet<String> {
        let others = self.entries.iter().filter(|entry| !self.is_ours(entry));
        let others = others.filter(|entry| ports_of(entry, ports).is_some());
        others.map(|entry| text(entry, "/manager").to_owned()).collect()
    }
}

/// All that the client has said which made the object: it is the one that gave it the label
/// `type`, which nobody edits. What others added stays theirs.
fn said_by_the_maker(entry: &Value) -> Option<Value> {
    let is_whole = entry["operation"] == "Update" && entry.get("subresource").is_none();
    let fields = entry.get("fieldsV1").filter(|_| is_whole)?;
    at(fields, "/f:metadata/f:labels/f:type").map(|_| fields.clone())
}

/// The numbers of a Service's ports that are called like one of ours and have another number.
fn moved_ports(object: &Object, live: &Value) -> BTreeSet<i64> {
    if object.kind != "Service" {
        return BTreeSet::new();
    }
    let ports = |body: &Value| body["spec"]["ports"].as_array().cloned().unwrap_or_default();
    let wanted = ports(&object.body);
    let is_moved = |port: &Value| {
        let same = |field: &str| wanted.iter().any(|wanted| wanted[field] == port[field]);
        same("name") && !same("port")
    };
    ports(live).iter().filter(|port| is_moved(port)).filter_map(|it| it["port"].as_i64()).collect()
}

/// What an entry of the books says of these ports.
fn ports_of(entry: &Value, ports: &BTreeSet<i64>) -> Option<Value> {
    if entry.get("subresource").is_some() {
        return None;
    }
    let said = at(entry, "/fieldsV1/f:spec/f:ports")?.as_object()?;
    let is_one = |key: &str| {
        let key = key.strip_prefix("k:").and_then(|key| serde_json::from_str::<Value>(key).ok());
        key.and_then(|key| key["port"].as_i64()).is_some_and(|port| ports.contains(&port))
    };
    let said: Map<String, Value> = said
        .iter()
        .filter(|(key, _)| is_one(key))
        .map(|(key, fields)| (key.clone(), fields.clone()))
        .collect();
    (!said.is_empty()).then(|| json!({ "f:spec": { "f:ports": said } }))
}

/// Adds fields to fields.
fn unite(fields: &mut Value, more: &Value) {
    let (Some(fields), Some(more)) = (fields.as_object_mut(), more.as_object()) else { return };
    for (key, more) in more {
        unite(fields.entry(key.clone()).or_insert_with(|| json!({})), more);
    }
}

/// Fields without others.
fn without(fields: &Value, less: &Value) -> Value {
    let (Some(fields), Some(less)) = (fields.as_object(), less.as_object()) else {
        return fields.clone();
    };
    let rest = fields.iter().filter_map(|(key, inner)| match less.get(key) {
        None => Some((key.clone(), inner.clone())),
        Some(gone) => {
            let rest = without(inner, gone);
            let is_empty = rest.as_object().is_none_or(Map::is_empty);
            (!is_empty).then_some((key.clone(), rest))
        }
    });
    Value::Object(rest.collect())
}

#[cfg(test)]
mod tests;
