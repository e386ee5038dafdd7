//! Chance that can be repeated: a seed, printed by whoever uses it, decides everything.

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

/// A generator of pseudo-random numbers (splitmix64).
#[derive(Debug)]
pub struct Dice {
    seed: u64,
    state: u64,
}

impl Dice {
    /// By the environment variable `SEED`; where it is not set, by the clock.
    pub fn new() -> Self {
        let given = env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::seeded(given.unwrap_or_else(|| u64::from(since.subsec_nanos())))
    }

    fn seeded(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// What `SEED` must be for the same numbers.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The same things in another order.
    pub fn shuffled<T>(&mut self, mut things: Vec<T>) -> Vec<T> {
        let mut shuffled = Vec::with_capacity(things.len());
        while !things.is_empty() {
            let index = usize::try_from(self.next() % things.len() as u64).unwrap_or(0);
            shuffled.push(things.swap_remove(index));
        }
        shuffled
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_gives_the_same_order() {
        let order = |seed| Dice::seeded(seed).shuffled((0..20).collect::<Vec<u32>>());
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
    }
}
