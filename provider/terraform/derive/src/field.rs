//! A struct as the list of its attributes, or the first thing that is wrong with it, at its place.

use syn::{
    Attribute, Data, DeriveInput, Error, Field as SynField, Fields, GenericArgument, Ident,
    PathArguments, Result, Type, ext::IdentExt, spanned::Spanned,
};

use crate::{description, words::Words};

/// One attribute of the schema.
pub(crate) struct Field {
    /// The field of the struct.
    pub(crate) ident: Ident,
    /// The attribute's name.
    pub(crate) name: String,
    /// What the user reads of it.
    pub(crate) description: String,
    /// `T` of `Attr<T>`.
    pub(crate) inner: Type,
    /// What `#[attr(…)]` says.
    pub(crate) words: Words,
}

/// The attributes of a struct with named fields.
pub(crate) fn of_struct(input: &DeriveInput) -> Result<Vec<Field>> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "a model is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(input.ident.span(), "a model has named fields, its attributes"));
    };
    if !input.generics.params.is_empty() {
        return Err(Error::new(input.generics.span(), "a model has no parameters"));
    }
    all(fields.named.iter().map(of_field))
}

/// All the fields, or all that is wrong with them.
fn all(fields: impl Iterator<Item = Result<Field>>) -> Result<Vec<Field>> {
    let (mut good, mut wrong) = (Vec::new(), None::<Error>);
    for field in fields {
        match (field, &mut wrong) {
            (Ok(field), _) => good.push(field),
            (Err(error), Some(wrong)) => wrong.combine(error),
            (Err(error), None) => wrong = Some(error),
        }
    }
    wrong.map_or(Ok(good), Err)
}

fn of_field(field: &SynField) -> Result<Field> {
    let ident = field.ident.clone().ok_or_else(|| Error::new(field.span(), "a name is missing"))?;
    let description = description::of(&field.attrs);
    if description.is_empty() {
        let message = "a doc comment is missing: it is the description that the user reads";
        return Err(Error::new(ident.span(), message));
    }
    Ok(Field {
        name: ident.unraw().to_string(),
        inner: inner_type(&field.ty)?,
        words: Words::read(attr_of(field, &ident)?)?,
        description,
        ident,
    })
}

fn attr_of<'a>(field: &'a SynField, ident: &Ident) -> Result<&'a Attribute> {
    field.attrs.iter().find(|attribute| attribute.path().is_ident("attr")).ok_or_else(|| {
        Error::new(
            ident.span(),
            "`#[attr(…)]` is missing: say `required`, `optional` or `computed`",
        )
    })
}

/// `T` of `Attr<T>`.
fn inner_type(outer: &Type) -> Result<Type> {
    let wrong = || Error::new_spanned(outer, "the type of an attribute is `Attr<…>`");
    let Type::Path(path) = outer else { return Err(wrong()) };
    let last = path.path.segments.last().ok_or_else(wrong)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Err(wrong()) };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if last.ident == "Attr" => Ok(inner.clone()),
        _ => Err(wrong()),
    }
}
