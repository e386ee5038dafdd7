//! What an error of the client means: nobody there, not let in, refused, or
//! not to be understood.

use std::error::Error as _;

use flink::{Error, Kind};

use crate::job::{step::Effect, world::WorldError};

/// Why there is no answer.
#[expect(clippy::needless_pass_by_value, reason = "errors are handed over by map_err")]
pub(super) fn world(error: Error) -> WorldError {
    let reason = text(&error);
    match error.kind {
        // TLS that cannot be agreed on, or a way that is not set up: as a
        // refusal, asking again does not help.
        Kind::Unauthorized { .. } | Kind::Forbidden { .. } | Kind::Unusable { .. } => {
            WorldError::AccessDenied { reason }
        }
        Kind::Unavailable { .. }
        | Kind::TimedOut { .. }
        | Kind::Interrupted { .. }
        | Kind::NoService { .. } => WorldError::Unreachable { reason },
        Kind::NotFound { .. }
        | Kind::NoSuchEndpoint
        | Kind::DuplicateJob
        | Kind::AlreadyEnded { .. }
        | Kind::Refused { .. }
        | Kind::Redirected { .. }
        | Kind::NotFlink { .. }
        | Kind::UnknownFormat { .. }
        | Kind::UnreadableFile { .. } => WorldError::Unexpected { reason },
    }
}

/// A refusal is an effect; everything else is no answer.
pub(super) fn refused(error: Error) -> Result<Effect, WorldError> {
    match error.causes().map(flink::Causes::summary) {
        Some(cause) => Ok(Effect::Rejected { cause }),
        None => Err(world(error)),
    }
}

/// The error with everything beneath it, on one line.
pub(super) fn text(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
