//! The Rust types that an attribute can have.

use std::collections::BTreeMap;

use crate::{
    diagnostics::Diagnostic,
    model::{Attr, Model},
    path::Path,
    schema::{Kind, Nesting},
    value::{Number, Type, Value},
};

/// A Rust type that an attribute can have: decoded from and encoded to [`Value`].
///
/// Implemented for `String`, `bool`, `i64`, `f64`, `Vec<T>`, `BTreeMap<String, T>`
/// and every [`Model`] (a nested object). A `Vec` or map of models is a nested list or map.
#[diagnostic::on_unimplemented(
    message = "an attribute cannot be of type `{Self}`",
    label = "neither a plain type nor a model",
    note = "plain types are `String`, `bool`, `i64`, `f64`, `Vec<_>` and `BTreeMap<String, _>`; a nested object derives `Model`"
)]
pub trait Field: Sized {
    /// What the schema says of an attribute of this type.
    fn kind() -> Kind;

    /// Reads a value that is neither null nor unknown.
    ///
    /// # Errors
    /// What does not fit, with its path below `path`.
    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>>;

    /// The value that [`Field::decode`] would read back as this one.
    fn encode(&self) -> Value;

    /// Whether all of a value is known that this type needs to hold it.
    fn is_known(value: &Value) -> bool {
        !value.is_unknown()
    }

    /// Reads a value in whatever state it is. One that is known in part is unknown as a whole.
    ///
    /// # Errors
    /// What does not fit, with its path below `path`.
    fn read(value: &Value, path: &Path) -> Result<Attr<Self>, Box<Diagnostic>> {
        if value.is_null() {
            Ok(Attr::Null)
        } else if Self::is_known(value) && !value.is_unknown() {
            Self::decode(value, path).map(Attr::Known)
        } else {
            Ok(Attr::Unknown)
        }
    }
}

impl Field for String {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::String(text) = value else { return Err(mismatch("a string", value, path)) };
        Ok(text.clone())
    }

    fn encode(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Field for bool {
    fn kind() -> Kind {
        Kind::Plain(Type::Bool)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::Bool(truth) = value else { return Err(mismatch("true or false", value, path)) };
        Ok(*truth)
    }

    fn encode(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Field for i64 {
    fn kind() -> Kind {
        Kind::Plain(Type::Number)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::Number(number) = value else { return Err(mismatch("a number", value, path)) };
        number.as_i64().ok_or_else(|| mismatch("a whole number of at most 64 bits", value, path))
    }

    fn encode(&self) -> Value {
        Value::Number(Number::Integer(*self))
    }
}

impl Field for f64 {
    fn kind() -> Kind {
        Kind::Plain(Type::Number)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::Number(number) = value else { return Err(mismatch("a number", value, path)) };
        Ok(number.to_f64())
    }

    fn encode(&self) -> Value {
        Value::Number(Number::from_shortest(*self))
    }
}

impl<T: Field> Field for Vec<T> {
    fn kind() -> Kind {
        collection::<T>(Nesting::List, Type::List)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::Sequence(elements) = value else { return Err(mismatch("a list", value, path)) };
        let numbered = elements.iter().enumerate();
        numbered.map(|(index, element)| T::decode(element, &path.index(index))).collect()
    }

    fn encode(&self) -> Value {
        Value::Sequence(self.iter().map(T::encode).collect())
    }

    fn is_known(value: &Value) -> bool {
        let Value::Sequence(elements) = value else { return !value.is_unknown() };
        elements.iter().all(T::is_known)
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn kind() -> Kind {
        collection::<T>(Nesting::Map, Type::Map)
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        let Value::Mapping(elements) = value else { return Err(mismatch("a map", value, path)) };
        let read = |(key, element): (&String, &Value)| {
            Ok((key.clone(), T::decode(element, &path.key(key))?))
        };
        elements.iter().map(read).collect()
    }

    fn encode(&self) -> Value {
        let encoded = self.iter().map(|(key, element)| (key.clone(), element.encode()));
        Value::Mapping(encoded.collect())
    }

    fn is_known(value: &Value) -> bool {
        let Value::Mapping(elements) = value else { return !value.is_unknown() };
        elements.values().all(T::is_known)
    }
}

/// A nested object. Its attributes have states of their own, so it is known although they may not be.
impl<M: Model> Field for M {
    fn kind() -> Kind {
        Kind::Nested(Nesting::Single, M::attributes())
    }

    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        <M as Model>::decode(value, path)
    }

    fn encode(&self) -> Value {
        Model::encode(self)
    }

    fn is_known(_value: &Value) -> bool {
        true
    }
}

/// A collection of `T`: nested when `T` is one object, else plain.
fn collection<T: Field>(nesting: Nesting, plain: fn(Box<Type>) -> Type) -> Kind {
    match T::kind() {
        Kind::Nested(Nesting::Single, attributes) => Kind::Nested(nesting, attributes),
        kind @ (Kind::Plain(_) | Kind::Nested(..)) => {
            Kind::Plain(plain(Box::new(kind.implied_type())))
        }
    }
}

/// A value of another type than the schema says. The value itself is not shown: it may be a secret.
#[allow(clippy::unnecessary_box_returns, reason = "every caller returns it in an error")]
pub(super) fn mismatch(wanted: &str, found: &Value, path: &Path) -> Box<Diagnostic> {
    let found = match found {
        Value::Null => "null",
        Value::Unknown(_) => "a value that is not known yet",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "another number",
        Value::String(_) => "a string",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map or an object",
        Value::Dynamic(_) => "a value of an open type",
    };
    let summary = format!("\"{path}\" must be {wanted}");
    let detail = format!("It is {found}, and {wanted} is needed here.");
    Box::new(Diagnostic::error(summary, detail).at(path.clone()))
}
