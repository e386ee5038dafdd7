//! How long one look serves: a refresh reads a thousand resources one after another, and whoever
//! began with one look goes on with it.

use std::time::Duration;

use tokio::time::Instant;

/// How long after it last served a look serves again: the resources of one refresh follow one another
/// more quickly.
const PAUSE: Duration = Duration::from_secs(20);
/// How old a look may be, however often it serves.
const OLDEST: Duration = Duration::from_mins(1);

/// When something was looked at, and when that last served.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Freshness {
    taken: Instant,
    served: Instant,
}

impl Freshness {
    /// Of what is looked at now.
    pub(crate) fn at(now: Instant) -> Self {
        Self { taken: now, served: now }
    }

    /// Whether the look still serves; if so, it has served now.
    pub(crate) fn serves(&mut self, now: Instant) -> bool {
        let serves =
            now.duration_since(self.served) < PAUSE && now.duration_since(self.taken) < OLDEST;
        if serves {
            self.served = now;
        }
        serves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn one_look_serves_all_that_a_refresh_reads_one_after_another() {
        let start = Instant::now();
        let mut look = Freshness::at(start);
        for seconds in 1..60 {
            assert!(look.serves(start + seconds * SECOND), "{seconds}");
        }
        assert!(!look.serves(start + OLDEST), "it is a minute old");
    }

    #[test]
    fn whoever_comes_later_looks_anew() {
        let start = Instant::now();
        let mut look = Freshness::at(start);
        assert!(look.serves(start + 19 * SECOND));
        assert!(!look.serves(start + 39 * SECOND));
        assert!(!look.serves(start + 40 * SECOND), "having been asked for does not renew it");
    }
}
