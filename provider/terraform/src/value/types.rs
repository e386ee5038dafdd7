//! The types that a schema speaks of, and their JSON form.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use thiserror::Error;

/// The type of an attribute, a function's parameter or a dynamic value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// A number of any precision.
    Number,
    /// `true` or `false`.
    Bool,
    /// Left open: each value carries its own.
    Dynamic,
    /// Ordered elements of one type.
    List(Box<Self>),
    /// Distinct elements of one type, in no order.
    Set(Box<Self>),
    /// Elements of one type by name.
    Map(Box<Self>),
    /// A fixed number of elements, each of its own type.
    Tuple(Vec<Self>),
    /// Attributes, each of its own type.
    Object(BTreeMap<String, Self>),
}

/// A JSON text is not a type.
#[derive(Debug, Error)]
pub enum NotAType {
    /// It is no JSON at all.
    #[error("failed to read the type's JSON")]
    NotJson(#[source] serde_json::Error),
    /// It is JSON of another form.
    #[error("{0} is not a type")]
    WrongForm(Json),
}

impl Type {
    /// The compact JSON form: `"string"`, `["list","string"]`, `["object",{"a":"bool"}]`.
    pub fn to_json(&self) -> String {
        self.as_json().to_string()
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// It is no JSON, or JSON of another form.
    pub fn from_json(text: &[u8]) -> Result<Self, NotAType> {
        Self::of_json(&serde_json::from_slice(text).map_err(NotAType::NotJson)?)
    }

    fn as_json(&self) -> Json {
        match self {
            Self::String => json!("string"),
            Self::Number => json!("number"),
            Self::Bool => json!("bool"),
            Self::Dynamic => json!("dynamic"),
            Self::List(element) => json!(["list", element.as_json()]),
            Self::Set(element) => json!(["set", element.as_json()]),
            Self::Map(element) => json!(["map", element.as_json()]),
            Self::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Self::as_json).collect::<Json>()])
            }
            Self::Object(attributes) => {
                let attributes = attributes.iter().map(|(name, of)| (name.clone(), of.as_json()));
                json!(["object", attributes.collect::<Json>()])
            }
        }
    }

    pub(super) fn of_json(json: &Json) -> Result<Self, NotAType> {
        let wrong = || NotAType::WrongForm(json.clone());
        let boxed = |json| Self::of_json(json).map(Box::new);
        if let Json::String(name) = json {
            return Self::of_name(name).ok_or_else(wrong);
        }
        let parts = json.as_array().map(Vec::as_slice).ok_or_else(wrong)?;
        match parts {
            [Json::String(name), element] if name == "list" => boxed(element).map(Self::List),
            [Json::String(name), element] if name == "set" => boxed(element).map(Self::Set),
            [Json::String(name), element] if name == "map" => boxed(element).map(Self::Map),
            [Json::String(name), Json::Array(elements)] if name == "tuple" => {
                elements.iter().map(Self::of_json).collect::<Result<_, _>>().map(Self::Tuple)
            }
            // A third part names optional attributes; for a value it says nothing.
            [Json::String(name), Json::Object(attributes), ..] if name == "object" => {
                let read = |(name, of): (&String, &Json)| Ok((name.clone(), Self::of_json(of)?));
                attributes.iter().map(read).collect::<Result<_, _>>().map(Self::Object)
            }
            _ => Err(wrong()),
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        match name {
            "string" => Some(Self::String),
            "number" => Some(Self::Number),
            "bool" => Some(Self::Bool),
            "dynamic" => Some(Self::Dynamic),
            _ => None,
        }
    }

    /// Whether values are lists, sets or maps.
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// The type for a person, with its article.
    pub(super) fn friendly_name(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a bool",
            Self::Dynamic => "a value with its type",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
            Self::Map(_) => "a map",
            Self::Tuple(_) => "a tuple",
            Self::Object(_) => "an object",
        }
    }
}
