//! Ways through JSON.

use serde_json::Value;

/// What lies at a path such as `/metadata/name`, whose keys need no escapes:
/// [`Value::pointer`] copies each key to look for them.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').skip(1).try_fold(value, |value, key| match value {
        Value::Object(object) => object.get(key),
        Value::Array(all) => all.get(key.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_leads_where_a_pointer_does() {
        let value = json!({ "a": { "b": [{ "c": 1 }], "f:x": true } });
        for path in ["", "/a", "/a/b/0/c", "/a/b/1/c", "/a/f:x", "/a/b/c", "/z", "/a/f:x/y"] {
            assert_eq!(at(&value, path), value.pointer(path), "{path}");
        }
    }
}
