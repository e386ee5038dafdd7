//! A function of the provider.

use crate::value::{Type, Value};

/// A function that computes and nothing else.
pub trait Function: Send + Sync + 'static {
    /// Its name, without the provider.
    const NAME: &'static str;
    /// What it does, in one line.
    const SUMMARY: &'static str;
    /// What it does, in Markdown.
    const DESCRIPTION: &'static str;

    /// Names, descriptions and types of its parameters.
    fn parameters() -> Vec<Parameter>;
    /// The type of its result.
    fn returns() -> Type;
    /// Computes the result.
    ///
    /// # Errors
    /// A text, and the position of the argument it is about.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in Markdown.
    pub description: &'static str,
    /// Its type.
    pub kind: Type,
    /// Whether null may be passed.
    pub nullable: bool,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, for the user.
    pub text: String,
    /// The position of the argument, from 0.
    pub argument: Option<i64>,
}
