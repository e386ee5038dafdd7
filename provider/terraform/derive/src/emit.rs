//! The one function that the derive writes.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::{field::Field, words::Mode};

/// `impl Model`, whose one function is the table of the fields.
pub(crate) fn model(ident: &Ident, fields: &[Field]) -> TokenStream {
    let idents = fields.iter().map(|field| &field.ident);
    let columns = fields.iter().map(column);
    quote! {
        #[automatically_derived]
        impl ::terraform::model::Model for #ident {
            fn fields() -> ::terraform::model::Fields<Self> {
                const COLUMNS: &[::terraform::model::Column<#ident>] = &[#(#columns),*];
                ::terraform::model::Fields {
                    null: || #ident { #(#idents: ::terraform::model::Attr::Null),* },
                    columns: COLUMNS,
                }
            }
        }
    }
}

fn column(field: &Field) -> TokenStream {
    let Field { ident, name, inner, .. } = field;
    let attribute = attribute(field);
    // The span makes the compiler point at a type that cannot be an attribute's.
    let read = quote_spanned! {inner.span()=>
        |model, value, path| <#inner as ::terraform::model::Field>::read(value, path)
            .map(|attribute| model.#ident = attribute)
    };
    quote! {
        ::terraform::model::Column {
            name: #name,
            attribute: || #attribute,
            read: #read,
            write: |model| ::terraform::model::Attr::encode(&model.#ident),
        }
    }
}

/// The expression that makes the schema's attribute.
fn attribute(field: &Field) -> TokenStream {
    let Field { name, description, inner, words, .. } = field;
    let mode = match words.mode {
        Mode::Required => quote!(Required),
        Mode::Optional => quote!(Optional),
        Mode::Computed => quote!(Computed),
        Mode::OptionalComputed => quote!(OptionalComputed),
    };
    let settings = settings(field);
    let unordered = words.set.then(|| quote!(attribute.kind = attribute.kind.unordered();));
    if settings.is_empty() && unordered.is_none() {
        return quote! {
            ::terraform::schema::Attribute::of::<#inner>(#name, #description, ::terraform::schema::Mode::#mode)
        };
    }
    quote! {{
        let mut attribute = ::terraform::schema::Attribute::of::<#inner>(
            #name, #description, ::terraform::schema::Mode::#mode,
        );
        #(#settings)*
        #unordered
        attribute
    }}
}

/// One statement for each word that sets something.
fn settings(field: &Field) -> Vec<TokenStream> {
    let Field { inner, words, .. } = field;
    let mut settings = Vec::new();
    if words.sensitive {
        settings.push(quote!(attribute.sensitive = true;));
    }
    if words.write_only {
        settings.push(quote!(attribute.write_only = true;));
    }
    settings.extend(words.deprecated.iter().map(|why| quote!(attribute.deprecated = Some(#why);)));
    settings.extend(words.same.iter().map(|same| quote!(attribute.same = Some(#same);)));
    settings.extend(
        words.on_change.iter().map(
            |class| quote!(attribute.on_change = Some(::terraform::schema::OnChange::#class);),
        ),
    );
    settings.extend(words.default.iter().map(|default| {
        quote_spanned! {default.span()=>
            let default: #inner = ::core::convert::Into::into(#default);
            attribute.default = Some(::terraform::model::Field::encode(&default));
        }
    }));
    settings.extend(words.one_of.iter().map(|allowed| {
        quote! {
            attribute.validators.push(|value, path, out| {
                ::terraform::validate::one_of(&#allowed, value, path, out);
            });
        }
    }));
    settings.extend(words.validate.iter().map(|rule| quote!(attribute.validators.push(#rule);)));
    settings.extend(words.modifiers.iter().map(
        |modifier| quote!(attribute.modifiers.push(::terraform::schema::Modifier::#modifier);),
    ));
    settings
}
