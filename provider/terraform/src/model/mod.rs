//! Typed models: one struct is the schema, the decoder and the encoder of a block.
//!
//! ```text
//! #[derive(Model)] ─▶ fields(): a table ─▶ attributes() · decode() · encode()
//! ```
//!
//! What a model cannot hold (a list of which only some elements are known, more digits than an
//! `f64` has) is not lost on the way back: see [`encode_over`].

mod attr;
mod field;
mod joined;
mod over;

use crate::{
    diagnostics::Diagnostic,
    path::Path,
    schema::{Attribute, Change},
    value::Value,
};

pub use attr::Attr;
pub use derive::Model;
pub use field::Field;
pub use joined::Joined;
pub use over::encode_over;

/// A struct whose fields are the attributes of a block or a nested object. Use `#[derive(Model)]`.
///
/// Two models with sets can be equal by meaning and not by `==`: compare with [`changes`].
///
/// # Example
/// ```
/// use terraform::{
///     model::{Attr, Model, changes},
///     schema::OnChange,
///     validate,
/// };
///
/// /// A jar that holds the job.
/// #[derive(Clone, Debug, PartialEq, Model)]
/// struct Jar {
///     /// Path of the file.
///     #[attr(required, on_change = "upgrade", validate = [validate::non_empty])]
///     path: Attr<String>,
/// }
///
/// let jar = |path: &str| Jar { path: Attr::Known(path.to_owned()) };
/// let changes = changes(&jar("a.jar"), &jar("b.jar"));
/// assert_eq!(changes[0].path.to_string(), "path");
/// assert_eq!(changes[0].class, OnChange::Upgrade);
/// ```
pub trait Model: Clone + std::fmt::Debug + PartialEq + Send + Sync + 'static {
    /// The table of its fields. Everything else follows from it.
    fn fields() -> Fields<Self>;

    /// The attributes in the order of the struct's fields.
    fn attributes() -> Vec<Attribute> {
        Self::fields().columns.iter().map(|column| (column.attribute)()).collect()
    }

    /// Reads an object; a null object has every attribute null, an unknown one every attribute unknown.
    ///
    /// An attribute that the object does not have is null: not every client sends all.
    ///
    /// # Errors
    /// The first attribute that does not fit, with its path.
    fn decode(value: &Value, path: &Path) -> Result<Self, Box<Diagnostic>> {
        if !matches!(value, Value::Mapping(_) | Value::Null | Value::Unknown(_)) {
            return Err(field::mismatch("an object", value, path));
        }
        let fields = Self::fields();
        let mut model = (fields.null)();
        for column in fields.columns {
            (column.read)(&mut model, value.member(column.name), &path.child(column.name))?;
        }
        Ok(model)
    }

    /// The object that [`Model::decode`] would read back as this one.
    fn encode(&self) -> Value {
        let columns = Self::fields().columns.iter();
        Value::Mapping(
            columns.map(|column| (column.name.to_owned(), (column.write)(self))).collect(),
        )
    }
}

/// The fields of a model.
#[derive(Debug)]
pub struct Fields<M: 'static> {
    /// The model of which every attribute is null.
    pub null: fn() -> M,
    /// The fields in the order of the struct.
    pub columns: &'static [Column<M>],
}

/// One field of a model.
#[derive(Debug)]
pub struct Column<M> {
    /// The attribute's name.
    pub name: &'static str,
    /// What the schema says of it.
    pub attribute: fn() -> Attribute,
    /// Sets the field to what the value, which stands at the path, says.
    pub read: fn(&mut M, &Value, &Path) -> Result<(), Box<Diagnostic>>,
    /// The value of the field.
    pub write: fn(&M) -> Value,
}

/// A block without attributes.
impl Model for () {
    fn fields() -> Fields<Self> {
        Fields { null: || (), columns: &[] }
    }
}

/// What differs between two models of one resource, by meaning, in the order of the schema.
pub fn changes<M: Model>(prior: &M, planned: &M) -> Vec<Change> {
    crate::schema::changes(&prior.encode(), &planned.encode(), &M::attributes())
}

#[cfg(test)]
mod tests;
