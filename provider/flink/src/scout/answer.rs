//! What the scout throws, found in the error that Flink makes of it.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Told;
use crate::Error;

const BEGIN: &str = "<<terraform-scout ";
const END: &str = " terraform-scout>>";

/// What came back from a question.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// The scout's answer.
    Json(Value),
    /// The JobManager no longer has the scout's jar.
    JarIsGone,
    /// No answer, for this reason.
    Nothing(String),
}

/// What the error says, when it is the scout who speaks.
pub(super) fn spoken(error: &Error) -> Option<Spoken> {
    let causes = error.causes()?.all();
    let messages = || causes.iter().map(|cause| cause.message.as_str());
    if let Some(json) = messages().find_map(between_marks) {
        return Some(match serde_json::from_str(json) {
            Ok(value) => Spoken::Json(value),
            Err(reason) => Spoken::Nothing(format!("the scout's answer is broken: {reason}")),
        });
    }
    let gone = messages()
        .any(|message| message.contains("Jar file ") && message.contains(" does not exist"));
    gone.then_some(Spoken::JarIsGone)
}

fn between_marks(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(BEGIN)?;
    rest.split_once(END).map(|(json, _)| json)
}

impl Spoken {
    /// Reads the answer to the question that is answered under `name`.
    pub(super) fn read<T: DeserializeOwned>(self, name: &str) -> Told<T> {
        let mut value = match self {
            Self::Json(value) => value,
            Self::JarIsGone => {
                return Told::CannotTell("the JobManager lost the scout's jar".to_owned());
            }
            Self::Nothing(reason) => return Told::CannotTell(reason),
        };
        if let Some(reason) = value.get("cannotTell").and_then(Value::as_str) {
            return Told::CannotTell(reason.to_owned());
        }
        match value.get_mut(name).map(Value::take) {
            None => Told::CannotTell("the scout answered another question".to_owned()),
            Some(answer) => match serde_json::from_value(answer) {
                Ok(known) => Told::Known(known),
                Err(reason) => {
                    Told::CannotTell(format!("the scout's answer is not understood: {reason}"))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests;
