//! Panics, told in a way that clients understand.
//!
//! A panic inside [`catch`] is an answer: the process lives on, and so does the state. Any other
//! is written to standard error as Go writes it, the only form that Terraform shows its user.

use std::{
    any::Any,
    backtrace::Backtrace,
    cell::RefCell,
    fmt::{self, Display},
    future::Future,
    io::Write as _,
    panic::{AssertUnwindSafe, PanicHookInfo},
};

use futures_util::FutureExt as _;
use tracing::error;

/// What is known of a panic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crash {
    /// What the code said.
    pub message: String,
    /// File and line; empty if [`install`] has not been called.
    pub place: String,
    trace: String,
}

impl Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, place, trace } = self;
        write!(f, "panic: {message} at {place}\n\n{trace}")
    }
}

tokio::task_local! {
    /// Set while a call is under way whose panic is caught.
    static CAUGHT: RefCell<Option<Crash>>;
}

/// Runs a call; a panic in it is logged and returned. Tasks that it spawns are not part of it.
pub async fn catch<F: Future>(call: F) -> Result<F::Output, Crash> {
    let guarded = async {
        let outcome = AssertUnwindSafe(call).catch_unwind().await;
        outcome.map_err(|payload| {
            let noted = CAUGHT.with(RefCell::take);
            noted.unwrap_or_else(|| Crash { message: message(&*payload), ..Crash::default() })
        })
    };
    let outcome = CAUGHT.scope(RefCell::new(None), guarded).await;
    if let Err(Crash { message, place, trace }) = &outcome {
        error!(place, trace, "a call panicked: {message}");
    }
    outcome
}

/// Makes this process tell its panics so. Lasts.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let crash = crash(info);
        let noted = CAUGHT.try_with(|slot| *slot.borrow_mut() = Some(crash.clone()));
        if noted.is_err() {
            // If standard error is gone, there is nobody left to tell.
            let _ = writeln!(std::io::stderr().lock(), "{crash}");
        }
    }));
}

fn crash(info: &PanicHookInfo<'_>) -> Crash {
    let place = info.location().map(|at| format!("{}:{}", at.file(), at.line()));
    Crash {
        message: message(info.payload()),
        place: place.unwrap_or_default(),
        trace: Backtrace::force_capture().to_string(),
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_begins_as_clients_look_for_it() {
        let crash = Crash {
            message: "no such thing".to_owned(),
            place: "src/job.rs:12".to_owned(),
            trace: "0: main".to_owned(),
        };
        assert_eq!(crash.to_string(), "panic: no such thing at src/job.rs:12\n\n0: main");
    }

    #[tokio::test]
    async fn a_caught_panic_is_an_answer_with_its_message() {
        let literal = catch(async { panic!("no such thing") }).await;
        let written = catch(async { panic!("no such {}", "job") }).await;
        let message = |outcome: Result<(), Crash>| outcome.expect_err("panicked").message;
        assert_eq!(
            (message(literal), message(written)),
            ("no such thing".to_owned(), "no such job".to_owned())
        );
        assert_eq!(catch(async { 1 }).await, Ok(1));
    }
}
