//! Whether a plan is one that the configuration allows.

use crate::{
    path::Path,
    schema::Nesting,
    value::{Value, equivalent},
};

use super::{
    rule::{Rule, Violation},
    shape::{Part, PartKind, element, member},
};

/// The three values of one place.
#[derive(Clone, Copy)]
struct Views<'a> {
    prior: &'a Value,
    config: &'a Value,
    planned: &'a Value,
}

/// What a plan does that the configuration does not allow.
pub(super) fn broken(
    parts: &[Part],
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<Violation> {
    let mut found = Vec::new();
    of_object(parts, Views { prior, config, planned }, &Path::root(), &mut found);
    found
}

fn of_object(parts: &[Part], views: Views<'_>, path: &Path, found: &mut Vec<Violation>) {
    if views.planned.is_null() != views.config.is_null() {
        found.push(Violation::new(Rule::PlanPresence, path.to_string()));
    }
    if views.planned.is_null() || views.config.is_null() {
        return;
    }
    for part in parts {
        let views = Views {
            prior: member(views.prior, &part.name),
            config: member(views.config, &part.name),
            planned: member(views.planned, &part.name),
        };
        of_part(part, views, &path.child(&part.name), found);
    }
}

fn of_part(part: &Part, views: Views<'_>, path: &Path, found: &mut Vec<Violation>) {
    let Views { prior, config, planned } = views;
    let of = part.of();
    if part.write_only {
        if !planned.is_null() {
            found.push(Violation::new(Rule::PlanWriteOnly, path.to_string()));
        }
        return;
    }
    let as_configured = equivalent(planned, config, &of);
    let as_it_was = equivalent(planned, prior, &of) && !prior.is_null() && !config.is_null();
    if as_configured || as_it_was || (part.computed && config.is_null()) {
        return;
    }
    match &part.kind {
        PartKind::Nested(nesting, parts) => of_nested((*nesting, parts), views, path, found),
        PartKind::Plain(_) if config.is_null() => {
            found.push(Violation::new(Rule::PlanNotComputed, path.to_string()));
        }
        PartKind::Plain(_) => found.push(Violation::new(Rule::PlanConfigured, path.to_string())),
    }
}

fn of_nested(
    (nesting, parts): (Nesting, &[Part]),
    views: Views<'_>,
    path: &Path,
    found: &mut Vec<Violation>,
) {
    let Views { prior, config, planned } = views;
    if planned.is_null() != config.is_null() {
        found.push(Violation::new(Rule::PlanPresence, path.to_string()));
    } else if planned.is_unknown() && !config.is_unknown() {
        found.push(Violation::new(Rule::PlanNestedUnknown, path.to_string()));
    } else if config.is_unknown() {
        found.push(Violation::new(Rule::PlanConfigured, path.to_string()));
    } else {
        match (nesting, config, planned) {
            (Nesting::Single, _, _) => of_object(parts, views, path, found),
            (Nesting::List, Value::Sequence(configured), Value::Sequence(plan)) => {
                of_count(configured.len(), plan.len(), path, found);
                for (index, (config, planned)) in configured.iter().zip(plan).enumerate() {
                    let views = Views { prior: element(prior, index), config, planned };
                    of_object(parts, views, &path.index(index), found);
                }
            }
            (Nesting::Set, Value::Sequence(configured), Value::Sequence(plan)) => {
                of_count(configured.len(), plan.len(), path, found);
            }
            (Nesting::Map, Value::Mapping(configured), Value::Mapping(plan)) => {
                if !configured.keys().eq(plan.keys()) {
                    found.push(Violation::new(Rule::PlanKeys, path.to_string()));
                }
                for (key, config) in configured {
                    let views = Views {
                        prior: member(prior, key),
                        config,
                        planned: plan.get(key).unwrap_or(config),
                    };
                    of_object(parts, views, &path.key(key), found);
                }
            }
            _ => found.push(Violation::new(Rule::PlanConfigured, path.to_string())),
        }
    }
}

fn of_count(configured: usize, planned: usize, path: &Path, found: &mut Vec<Violation>) {
    if configured != planned {
        let detail = format!("{path}: {planned} planned, {configured} configured");
        found.push(Violation::new(Rule::PlanCount, detail));
    }
}
