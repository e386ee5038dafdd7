//! Waiting for something to become true, with an end.

use crate::failure::{Failure, Outcome};
use std::future::Future;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(100);

/// Asks again and again until `look` sees something.
///
/// # Errors
/// Nothing was seen within `limit`; the text names `what` was waited for.
pub async fn until<T, F, L>(what: &str, limit: Duration, look: L) -> Outcome<T>
where
    L: FnMut() -> F,
    F: Future<Output = Option<T>>,
{
    every(PAUSE, what, limit, look).await
}

/// The same with a pause of one's own between two looks, for looks that cost.
pub async fn every<T, F, L>(pause: Duration, what: &str, limit: Duration, mut look: L) -> Outcome<T>
where
    L: FnMut() -> F,
    F: Future<Output = Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return Ok(seen);
        }
        if start.elapsed() > limit {
            return Err(Failure::new(format!("waited {limit:?} in vain: {what}")));
        }
        tokio::time::sleep(pause).await;
    }
}
