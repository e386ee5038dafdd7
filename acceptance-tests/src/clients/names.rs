//! The bridge's names of attributes: `flink_configuration` is `flinkConfiguration` there.

use serde_json::Value as Json;

/// The attributes of a job that are maps: their keys are the user's, and stay as they are.
const MAPS: [&str; 2] = ["flink_configuration", "restart_trigger"];

/// One name as the bridge writes it.
pub(super) fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |joined, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        joined + &initial.to_uppercase() + rest
    })
}

/// Attributes with all their names as the bridge writes them.
pub(super) fn camel_attributes(attributes: &Json) -> Json {
    let Json::Object(members) = attributes else {
        return attributes.clone();
    };
    let renamed = members.iter().map(|(name, value)| {
        let is_map = MAPS.contains(&name.as_str());
        (camel(name), if is_map { value.clone() } else { camel_attributes(value) })
    });
    renamed.collect()
}

#[cfg(test)]
mod tests {
    use super::camel_attributes;
    use serde_json::json;

    #[test]
    fn attributes_are_renamed_and_the_users_keys_are_not() {
        let written = json!({
            "jar": { "entry_class": "a_b" }, "flink_configuration": { "a_b": "c_d" }, "args": ["e_f"]
        });
        let renamed = json!({
            "jar": { "entryClass": "a_b" }, "flinkConfiguration": { "a_b": "c_d" }, "args": ["e_f"]
        });
        assert_eq!(camel_attributes(&written), renamed);
    }
}
