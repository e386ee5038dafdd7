//! Rules over several attributes of a block.
//!
//! They take the block's configuration and the paths of the attributes. While one of the
//! attributes is unknown, only what is certain whatever it becomes is refused.

use crate::{
    diagnostics::{Diagnostic, Diagnostics},
    path::{Path, Step},
    value::Value,
};

/// At most one of the attributes is set.
pub fn conflicting(config: &Value, paths: &[Path], out: &mut Diagnostics) {
    let found = Found::of(config, paths);
    if let [_, .., last] = found.set[..] {
        let detail = format!(
            "{} are set, and they exclude each other. Keep one of them.",
            names(&found.set)
        );
        out.push(Diagnostic::error("Conflicting configuration arguments", detail).at(last.clone()));
    }
}

/// One of the attributes is set, and no other.
pub fn exactly_one_of(config: &Value, paths: &[Path], out: &mut Diagnostics) {
    conflicting(config, paths, out);
    at_least_one_of(config, paths, out);
}

/// One of the attributes is set, or more.
pub fn at_least_one_of(config: &Value, paths: &[Path], out: &mut Diagnostics) {
    let found = Found::of(config, paths);
    if found.set.is_empty() && found.unknown.is_empty() {
        let wanted = names(&found.null);
        let detail = format!("None of {wanted} is set, and one of them is needed.");
        out.push(missing(detail, paths));
    }
}

/// All of the attributes are set, or none.
pub fn required_together(config: &Value, paths: &[Path], out: &mut Diagnostics) {
    let found = Found::of(config, paths);
    if !found.set.is_empty() && !found.null.is_empty() {
        let detail = format!(
            "{} cannot be without {}. Set all of them, or none.",
            names(&found.set),
            names(&found.null)
        );
        out.push(missing(detail, &[found.set[0].clone()]));
    }
}

fn missing(detail: String, paths: &[Path]) -> Diagnostic {
    let at = paths.first().map_or_else(Path::root, closest_shown);
    Diagnostic::error("Missing configuration argument", detail).at(at)
}

/// A top-level attribute, or the object around a deeper one: what is missing has no line to point at.
fn closest_shown(path: &Path) -> Path {
    path.parent().filter(|parent| !parent.is_root()).unwrap_or_else(|| path.clone())
}

/// The attributes by the state that they are in.
struct Found<'a> {
    set: Vec<&'a Path>,
    null: Vec<&'a Path>,
    unknown: Vec<&'a Path>,
}

impl<'a> Found<'a> {
    fn of(config: &Value, paths: &'a [Path]) -> Self {
        let mut found = Self { set: Vec::new(), null: Vec::new(), unknown: Vec::new() };
        for path in paths {
            match at(config, path) {
                Value::Null => found.null.push(path),
                Value::Unknown(_) => found.unknown.push(path),
                Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Sequence(_)
                | Value::Mapping(_)
                | Value::Dynamic(_) => found.set.push(path),
            }
        }
        found
    }
}

/// The value at a path: null where there is none, unknown inside of what is unknown.
fn at<'a>(root: &'a Value, path: &Path) -> &'a Value {
    path.steps().iter().fold(root, |value, step| match step {
        Step::Attribute(name) | Step::Key(name) => value.member(name),
        Step::Index(index) => {
            usize::try_from(*index).map_or(&Value::Null, |index| value.element(index))
        }
    })
}

/// `"a", "b" and "c"`.
fn names(paths: &[&Path]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("\"{path}\"")).collect();
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        one => one.concat(),
    }
}
