//! `#[derive(Model)]`: one struct is the schema, the descriptions, the decoder, the encoder and the change classes.
//!
//! ```text
//! struct ─parse▶ Vec<Field> ─emit▶ fn fields() -> Fields<Self>
//! ```
//!
//! The derive writes one plain function, a table of the fields. What is done with the table
//! (schema, decoding, encoding) is ordinary code in `terraform::model`, not generated.

mod description;
mod emit;
mod field;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct of `Attr<_>` fields a `terraform::model::Model`.
///
/// Each field has a doc comment, which is the attribute's description, and `#[attr(…)]` with
///
/// | words | meaning |
/// |---|---|
/// | `required`, `optional`, `computed`, `optional, computed` | who sets it; exactly one of these four |
/// | `default = EXPR` | its value when the configuration does not say (optional and computed only) |
/// | `one_of = ["a", "b"]` | the texts that are allowed |
/// | `validate = [PATH, …]` | rules on its known value, each a `terraform::schema::Validator` |
/// | `on_change = "none" \| "in_place" \| "rescale" \| "upgrade" \| "replace"` | what a change of it causes; without it, what the attribute around it says |
/// | `modifier = UseStateForUnknown` | a `terraform::schema::Modifier`; may be repeated |
/// | `same = PATH` | whether two spellings mean the same |
/// | `sensitive`, `write_only`, `deprecated = "why"` | as in Terraform |
/// | `set` | a `Vec` without order; a `Vec` or map of models is a nested list or map without a word |
#[proc_macro_derive(Model, attributes(attr))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    field::of_struct(&input)
        .map_or_else(syn::Error::into_compile_error, |fields| emit::model(&input.ident, &fields))
        .into()
}
