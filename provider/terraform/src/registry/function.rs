//! A function behind its name.

use crate::{
    resource::{Function, FunctionError, Parameter},
    value::{Type, Value},
};

/// A function, its type erased.
pub(crate) trait AnyFunction: Send + Sync {
    /// What it does, in one line.
    fn summary(&self) -> &'static str;
    /// What it does, in Markdown.
    fn description(&self) -> &'static str;
    /// Its parameters.
    fn parameters(&self) -> Vec<Parameter>;
    /// The type of its result.
    fn returns(&self) -> Type;
    /// Its result. Arguments that may not be null have been checked.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

struct Entry<F>(F);

/// Hides the type of a function.
pub(super) fn erased<F: Function>(function: F) -> Box<dyn AnyFunction> {
    Box::new(Entry(function))
}

impl<F: Function> AnyFunction for Entry<F> {
    fn summary(&self) -> &'static str {
        F::SUMMARY
    }

    fn description(&self) -> &'static str {
        F::DESCRIPTION
    }

    fn parameters(&self) -> Vec<Parameter> {
        F::parameters()
    }

    fn returns(&self) -> Type {
        F::returns()
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let parameters = F::parameters();
        if arguments.len() != parameters.len() {
            let (wanted, got) = (parameters.len(), arguments.len());
            let text = format!("{} takes {wanted} arguments, not {got}", F::NAME);
            return Err(FunctionError { text, argument: None });
        }
        let mut pairs = parameters.iter().zip(&arguments);
        match pairs.position(|(parameter, value)| value.is_null() && !parameter.nullable) {
            Some(position) => Err(FunctionError {
                text: "argument must not be null".to_owned(),
                argument: i64::try_from(position).ok(),
            }),
            None => self.0.call(arguments),
        }
    }
}
