//! What the modifiers of an attribute do to a plan.

use crate::{
    path::{Path, Step},
    schema::{Attribute, Kind, Modifier, Nesting, OnChange},
    value::{Type, Value, means_same},
};

use super::walk::{Beside, Site, transform};

/// An unknown attribute keeps its prior value, if a modifier says so and the configuration says nothing.
pub(super) fn keep_state(site: &Site<'_>, value: Value) -> Value {
    let open = value.is_unknown() && site.config.is_null() && site.existed;
    let keeps = site.attribute.modifiers.iter().any(|modifier| match modifier {
        Modifier::UseStateForUnknown => true,
        Modifier::UseNonNullStateForUnknown => !site.prior.is_null(),
        Modifier::RequiresReplace
        | Modifier::RequiresReplaceIfConfigured
        | Modifier::RequiresReplaceIf(_) => false,
    });
    if open && keeps { site.prior.clone() } else { value }
}

/// The attributes whose planned change replaces the object. None on create.
pub fn replaced_paths(
    attributes: &[Attribute],
    prior: &Value,
    config: &Value,
    planned: &Value,
) -> Vec<Path> {
    let mut paths = Vec::new();
    if prior.is_null() || planned.is_null() {
        return paths;
    }
    transform(attributes, planned.clone(), Beside { prior, config }, &mut |site, value| {
        let changed = !means_same(site.prior, &value, &site.attribute.kind.implied_type());
        if changed && replaces(site, &value) {
            paths.push(site.path.clone());
        }
        value
    });
    normalised(attributes, paths)
}

fn replaces(site: &Site<'_>, planned: &Value) -> bool {
    let by_class = site.attribute.on_change == Some(OnChange::Replace);
    by_class
        || site.attribute.modifiers.iter().any(|modifier| match modifier {
            Modifier::RequiresReplace => true,
            Modifier::RequiresReplaceIfConfigured => !site.config.is_null(),
            Modifier::RequiresReplaceIf(says) => says(site.prior, planned),
            Modifier::UseStateForUnknown | Modifier::UseNonNullStateForUnknown => false,
        })
}

/// The paths in order, each once, cut at sets, whose elements cannot be addressed.
pub fn normalised(attributes: &[Attribute], paths: Vec<Path>) -> Vec<Path> {
    let mut paths: Vec<Path> =
        paths.into_iter().map(|path| cut_at_set(attributes, &path)).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The path as far as a client can follow it: elements of sets cannot be addressed.
pub(super) fn cut_at_set(attributes: &[Attribute], path: &Path) -> Path {
    let (mut inside, mut kept) = (Some(attributes), Path::root());
    for step in path.steps() {
        kept = match step {
            Step::Attribute(name) => kept.child(name),
            Step::Key(key) => kept.key(key),
            Step::Index(index) => kept.index(usize::try_from(*index).unwrap_or_default()),
        };
        let (Step::Attribute(name), Some(around)) = (step, inside) else { continue };
        match around.iter().find(|attribute| attribute.name == name).map(|found| &found.kind) {
            Some(Kind::Nested(Nesting::Set, _) | Kind::Plain(Type::Set(_))) => break,
            Some(Kind::Nested(_, nested)) => inside = Some(nested),
            Some(Kind::Plain(_)) | None => inside = None,
        }
    }
    kept
}
