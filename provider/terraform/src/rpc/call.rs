//! What every call has: a span, and a net under it.

use std::{
    any::Any,
    future::Future,
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU64, Ordering},
};

use futures_util::FutureExt;
use tracing::Span;

use crate::diagnostics::{Diagnostic, Diagnostics};

/// Why a call has no answer of its own.
#[derive(Debug)]
pub(super) enum Failure {
    /// It said so, before it did anything.
    Told(Diagnostics),
    /// It panicked; what it had done by then is not known.
    Panicked(Diagnostic),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Told(diagnostics)
    }
}

impl Failure {
    /// What to tell the user.
    pub(super) fn diagnostics(self) -> Diagnostics {
        match self {
            Self::Told(diagnostics) => diagnostics,
            Self::Panicked(diagnostic) => diagnostic.into(),
        }
    }
}

/// Runs a call with a net under it.
pub(super) async fn guarded<T>(
    call: impl Future<Output = Result<T, Diagnostics>>,
) -> Result<T, Failure> {
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(answer) => answer.map_err(Failure::Told),
        Err(panic) => Err(Failure::Panicked(panicked(panic.as_ref()))),
    }
}

/// As [`guarded`], where the state of an object is not at stake.
pub(super) async fn guarded_diagnostics(
    call: impl Future<Output = Result<Diagnostics, Diagnostics>>,
) -> Diagnostics {
    guarded(call).await.unwrap_or_else(Failure::diagnostics)
}

/// The diagnostic of a panic.
fn panicked(panic: &(dyn Any + Send)) -> Diagnostic {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Diagnostic::error(
        "The provider panicked",
        format!(
            "{text}\n\nThe best known state is recorded. This is a bug in the provider, which \
             should be reported in the provider's own issue tracker, with the log that \
             TF_LOG=debug prints."
        ),
    )
}

/// The span of one call; logs inside it say which call and which type they belong to.
pub(super) fn span(rpc: &'static str, type_name: &str) -> Span {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    let number = CALLS.fetch_add(1, Ordering::Relaxed);
    // At the level that is always on: lines of whatever level are to say where they belong.
    tracing::error_span!("rpc", tf_rpc = rpc, tf_req_id = number, tf_resource_type = type_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_failure_with_its_text() {
        let call = async { if true { panic!("slot {}", 7) } else { Ok(()) } };
        let Err(Failure::Panicked(told)) = guarded(call).await else { panic!("not caught") };
        assert!(told.detail.starts_with("slot 7\n"), "{}", told.detail);
    }
}
