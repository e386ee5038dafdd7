//! The words inside `#[attr(…)]`, and which of them go together.

use syn::{
    Attribute, Error, Expr, ExprArray, Ident, LitStr, Result, Token, bracketed,
    meta::ParseNestedMeta, punctuated::Punctuated, spanned::Spanned,
};

const KNOWN: &str = "required, optional, computed, default, one_of, validate, on_change, modifier, \
                     same, sensitive, write_only, deprecated, set";

/// Who sets an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Required,
    Optional,
    Computed,
    OptionalComputed,
}

/// What `#[attr(…)]` says of one field.
pub(crate) struct Words {
    pub(crate) mode: Mode,
    pub(crate) default: Option<Expr>,
    pub(crate) one_of: Option<ExprArray>,
    pub(crate) validate: Vec<Expr>,
    pub(crate) on_change: Option<Ident>,
    pub(crate) modifiers: Vec<Expr>,
    pub(crate) same: Option<Expr>,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) deprecated: Option<Expr>,
    pub(crate) set: bool,
}

/// The words as they were read, before it is known whether they go together.
#[derive(Default)]
struct Raw {
    seen: Vec<String>,
    default: Option<Expr>,
    one_of: Option<ExprArray>,
    validate: Vec<Expr>,
    on_change: Option<Ident>,
    modifiers: Vec<Expr>,
    same: Option<Expr>,
    deprecated: Option<Expr>,
}

impl Words {
    /// Reads the words and checks that they go together.
    pub(crate) fn read(attribute: &Attribute) -> Result<Self> {
        let mut raw = Raw::default();
        attribute.parse_nested_meta(|word| raw.take(&word))?;
        let mode = raw.mode(attribute)?;
        if let Some(default) = &raw.default
            && mode != Mode::OptionalComputed
        {
            let message =
                "a default needs `optional, computed`: it is a value that the user did not set";
            return Err(Error::new(default.span(), message));
        }
        Ok(Self {
            mode,
            sensitive: raw.has("sensitive"),
            write_only: raw.has("write_only"),
            set: raw.has("set"),
            default: raw.default,
            one_of: raw.one_of,
            validate: raw.validate,
            on_change: raw.on_change,
            modifiers: raw.modifiers,
            same: raw.same,
            deprecated: raw.deprecated,
        })
    }
}

impl Raw {
    fn take(&mut self, word: &ParseNestedMeta<'_>) -> Result<()> {
        let name = word.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if self.has(&name) && name != "modifier" {
            return Err(word.error(format!("`{name}` is said twice")));
        }
        match name.as_str() {
            "required" | "optional" | "computed" | "sensitive" | "write_only" | "set" => {}
            "default" => self.default = Some(word.value()?.parse()?),
            "one_of" => self.one_of = Some(word.value()?.parse()?),
            "validate" => self.validate = list(word)?,
            "on_change" => self.on_change = Some(on_change(&word.value()?.parse()?)?),
            "modifier" => self.modifiers.push(word.value()?.parse()?),
            "same" => self.same = Some(word.value()?.parse()?),
            "deprecated" => self.deprecated = Some(word.value()?.parse()?),
            unknown => {
                return Err(word.error(format!("unknown word `{unknown}`; known are {KNOWN}")));
            }
        }
        self.seen.push(name);
        Ok(())
    }

    fn has(&self, word: &str) -> bool {
        self.seen.iter().any(|seen| seen == word)
    }

    fn mode(&self, attribute: &Attribute) -> Result<Mode> {
        let wrong = |message| Err(Error::new_spanned(attribute, message));
        match (self.has("required"), self.has("optional"), self.has("computed")) {
            (true, false, false) => Ok(Mode::Required),
            (false, true, false) => Ok(Mode::Optional),
            (false, false, true) => Ok(Mode::Computed),
            (false, true, true) => Ok(Mode::OptionalComputed),
            (false, false, false) => {
                wrong("say `required`, `optional`, `computed` or `optional, computed`")
            }
            (true, true, _) => wrong("`required` and `optional` exclude each other"),
            (true, false, true) => wrong("`required` and `computed` exclude each other"),
        }
    }
}

fn list(word: &ParseNestedMeta<'_>) -> Result<Vec<Expr>> {
    let input = word.value()?;
    let content;
    bracketed!(content in input);
    Ok(Punctuated::<Expr, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// The variant of `OnChange` that a word stands for.
fn on_change(word: &LitStr) -> Result<Ident> {
    let variant = match word.value().as_str() {
        "none" => "None",
        "in_place" => "InPlace",
        "rescale" => "Rescale",
        "upgrade" => "Upgrade",
        "replace" => "Replace",
        _ => {
            let message = "a change causes `none`, `in_place`, `rescale`, `upgrade` or `replace`";
            return Err(Error::new(word.span(), message));
        }
    };
    Ok(Ident::new(variant, word.span()))
}
