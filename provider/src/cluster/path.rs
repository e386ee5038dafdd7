//! From the words of a description to the path of an attribute, for diagnostics and sentences.

use terraform::{
    model::Model,
    path::Path,
    schema::{Attribute, Kind, Nesting},
    value::Type,
};

use super::model::ClusterSpec;

/// The path of what `parts` name: attributes, keys of maps, positions in lists. Where the schema
/// ends, the path does.
pub fn of(parts: &[String]) -> Path {
    below(&ClusterSpec::attributes(), parts, Path::root())
}

fn below(attributes: &[Attribute], parts: &[String], path: Path) -> Path {
    let Some((name, rest)) = parts.split_first() else { return path };
    let Some(attribute) = attributes.iter().find(|attribute| attribute.name == name) else {
        return path;
    };
    let path = path.child(name);
    match (&attribute.kind, rest.split_first()) {
        (Kind::Plain(Type::Map(_)), Some((key, _))) => path.key(key),
        (Kind::Plain(Type::List(_)), Some((index, _))) => at_index(&path, index),
        (Kind::Nested(Nesting::Single, nested), Some(_)) => below(nested, rest, path),
        (Kind::Nested(Nesting::Map, nested), Some((key, rest))) => {
            below(nested, rest, path.key(key))
        }
        (Kind::Nested(Nesting::List, nested), Some((index, rest))) => {
            below(nested, rest, at_index(&path, index))
        }
        (_, None) | (Kind::Plain(_) | Kind::Nested(Nesting::Set, _), Some(_)) => path,
    }
}

fn at_index(path: &Path, index: &str) -> Path {
    index.parse().map_or_else(|_| path.clone(), |index| path.index(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_description_are_the_path_in_the_configuration() {
        for (parts, path) in [
            (&["job_manager", "memory"][..], "job_manager.memory"),
            (&["flink_configuration", "rest.port"], "flink_configuration[\"rest.port\"]"),
            (&["volumes", "data", "mounts", "0", "path"], "volumes[\"data\"].mounts[0].path"),
            (&["task_manager", "env_from", "1", "secret"], "task_manager.env_from[1].secret"),
            (&["plugins", "2"], "plugins[2]"),
            (&["image", "name"], "image"),
            (&["nothing"], ""),
        ] {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            assert_eq!(of(&parts).to_string(), path);
        }
    }
}
