//! `CallFunction`.

use proto::tfplugin6::{
    self as p6,
    call_function::{Request, Response},
};

use crate::{
    diagnostics::Diagnostics,
    registry::AnyFunction,
    resource::{FunctionError, Provider},
    value::Value,
};

use super::{
    Service,
    call::{Failure, guarded},
    wire,
};

/// Computes a function. It is called before the provider is configured, too.
pub(super) async fn call<P: Provider>(service: &Service<P>, request: Request) -> Response {
    let Some(function) = service.catalog().functions.get(request.name.as_str()) else {
        return failed(format!("there is no function {}", request.name), None);
    };
    let called = guarded(async { Ok(computed(function.as_ref(), &request)) }).await;
    match called {
        Ok(Ok(result)) => Response { result: Some(result), error: None },
        Ok(Err(FunctionError { text, argument })) => failed(text, argument),
        Err(failure) => failed(text_of(failure), None),
    }
}

fn computed(
    function: &dyn AnyFunction,
    request: &Request,
) -> Result<p6::DynamicValue, FunctionError> {
    let parameters = function.parameters();
    let mut arguments: Vec<Value> = Vec::new();
    for (position, argument) in request.arguments.iter().enumerate() {
        let Some(parameter) = parameters.get(position) else { break };
        let decoded = wire::decode_as(Some(argument), &parameter.kind);
        arguments.push(decoded.map_err(|wrong| FunctionError {
            text: first_text(wrong),
            argument: i64::try_from(position).ok(),
        })?);
    }
    let result = function.call(arguments)?;
    wire::encode_as(&result, &function.returns())
        .map_err(|wrong| FunctionError { text: first_text(wrong), argument: None })
}

fn failed(text: String, argument: Option<i64>) -> Response {
    let error = p6::FunctionError { text, function_argument: argument };
    Response { result: None, error: Some(error) }
}

fn text_of(failure: Failure) -> String {
    first_text(failure.diagnostics())
}

fn first_text(diagnostics: Diagnostics) -> String {
    diagnostics
        .into_iter()
        .next()
        .map(|first| format!("{}: {}", first.summary, first.detail))
        .unwrap_or_default()
}
