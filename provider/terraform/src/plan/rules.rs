//! The rules that a schema sets for a configuration.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Mode},
    value::Value,
};

use super::{
    modifiers::cut_at_set,
    walk::{Beside, Site, transform},
};

/// What a configuration does wrong by its schema. What is not known yet is not judged.
pub fn broken_rules(attributes: &[Attribute], config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let beside = Beside { prior: &Value::Null, config: &Value::Null };
    transform(attributes, config.clone(), beside, &mut |site, value| {
        judge(site, &value, &mut found);
        value
    });
    // An element of a set has no path that a client could follow.
    let addressable = |diagnostic: Diagnostic| {
        let path = cut_at_set(attributes, &diagnostic.path);
        diagnostic.at(path)
    };
    found.into_iter().map(addressable).collect()
}

fn judge(site: &Site<'_>, value: &Value, found: &mut Diagnostics) {
    let Site { attribute, path, .. } = site;
    match (attribute.mode, value) {
        (Mode::Required, Value::Null) => found.push(missing(path)),
        (_, Value::Null) => {}
        (Mode::Computed, _) => found.push(set_by_provider(path)),
        (Mode::Required | Mode::Optional | Mode::OptionalComputed, value) => {
            found.extend(attribute.deprecated.map(|message| deprecated(message, path)));
            attribute.judge(value, path, found);
        }
    }
}

fn missing(path: &Path) -> Diagnostic {
    let detail = format!("The argument {path} is required, but no definition was found.");
    Diagnostic::error("Missing required argument", detail).at(path.clone())
}

fn set_by_provider(path: &Path) -> Diagnostic {
    let detail = format!("The value of {path} is decided by the provider. Remove it.");
    Diagnostic::error("Value for unconfigurable attribute", detail).at(path.clone())
}

fn deprecated(message: &str, path: &Path) -> Diagnostic {
    Diagnostic::warning("Attribute Deprecated", message).at(path.clone())
}
