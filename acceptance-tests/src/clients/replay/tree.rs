//! Values as JSON that can also say *unknown*.

use crate::failure::Outcome;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use terraform::value::{Type, Value, json as known};

fn unknown() -> Json {
    json!({ "unknown": true })
}

/// A value of a type. What is unknown in part is so at its attributes.
pub(super) fn read(tree: &Json, of: &Type) -> Outcome<Value> {
    if *tree == unknown() {
        return Ok(Value::unknown());
    }
    let (Json::Object(members), Type::Object(attributes)) = (tree, of) else {
        return Ok(known::from_json(tree, of)?);
    };
    let attribute = |(name, of): (&String, &Type)| {
        Ok((name.clone(), read(members.get(name).unwrap_or(&Json::Null), of)?))
    };
    attributes.iter().map(attribute).collect::<Outcome<BTreeMap<_, _>>>().map(Value::Mapping)
}

/// The same, the other way.
pub(super) fn write(value: &Value, of: &Type) -> Outcome<Json> {
    if value.is_unknown() {
        return Ok(unknown());
    }
    let (Value::Mapping(members), Type::Object(attributes)) = (value, of) else {
        return Ok(known::to_json(value, of)?);
    };
    let attribute = |(name, of): (&String, &Type)| Ok((name.clone(), write(&members[name], of)?));
    attributes.iter().map(attribute).collect::<Outcome<serde_json::Map<_, _>>>().map(Json::Object)
}

#[cfg(test)]
mod tests {
    use super::{read, write};
    use serde_json::json;
    use std::collections::BTreeMap;
    use terraform::value::Type;

    #[test]
    fn an_object_with_an_unknown_attribute_comes_back_as_it_was() {
        let attributes = [("a", Type::String), ("b", Type::Number), ("c", Type::Bool)];
        let of = Type::Object(attributes.map(|(name, of)| (name.to_owned(), of)).into());
        let tree = json!({ "a": { "unknown": true }, "b": 1, "c": null });
        assert_eq!(write(&read(&tree, &of).unwrap(), &of).unwrap(), tree);
        assert_eq!(
            read(&json!(null), &Type::Object(BTreeMap::new())).unwrap(),
            terraform::value::Value::Null
        );
    }
}
