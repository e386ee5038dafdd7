//! Why a configuration of memory is refused.

use std::fmt;

use super::amount::{Part, Readable, Source};
use crate::Version;
use crate::configuration::options::Kind;

/// Why Flink would refuse to start a process, with the numbers and the options. `Display` is the
/// diagnosis.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// A value cannot be read.
    Unreadable {
        /// The key as it is set.
        key: String,
        /// The value.
        value: String,
        /// What is accepted.
        accepts: Kind,
        /// The version that reads it.
        version: Version,
    },
    /// Nothing decides the size.
    NotDecided {
        /// The options of which one is needed.
        keys: [&'static str; 2],
    },
    /// A number of slots or cores that is not positive.
    NotPositive {
        /// The option.
        key: &'static str,
        /// The number.
        number: String,
    },
    /// A fraction outside of 0 to 1, where 1 is outside.
    Fraction {
        /// The option.
        key: &'static str,
        /// The number.
        fraction: f32,
    },
    /// A minimum above its maximum.
    Bounds {
        /// The lower bound.
        minimum: Part,
        /// The upper bound.
        maximum: Part,
    },
    /// The parts are more than the whole.
    DoesNotFit {
        /// The whole.
        whole: Part,
        /// Its parts.
        parts: Vec<Part>,
    },
    /// The parts are all set, and their sum is not what is set for the whole.
    DoesNotAddUp {
        /// The whole.
        whole: Part,
        /// Its parts.
        parts: Vec<Part>,
    },
    /// What is left for a part is not within the bounds set for it.
    OutOfBounds {
        /// The part.
        part: Part,
        /// The lower and the upper bound.
        bounds: Box<[Part; 2]>,
    },
    /// More bytes than Flink can count.
    TooLarge {
        /// The option.
        key: &'static str,
    },
}

impl Error {
    /// The options involved, those that are set first.
    pub fn keys(&self) -> Vec<&str> {
        match self {
            Self::Unreadable { key, .. } => vec![key],
            Self::NotDecided { keys } => keys.to_vec(),
            Self::NotPositive { key, .. } | Self::Fraction { key, .. } | Self::TooLarge { key } => {
                vec![key]
            }
            Self::Bounds { minimum, maximum } => in_order(&[minimum, maximum]),
            Self::DoesNotFit { whole, parts } | Self::DoesNotAddUp { whole, parts } => {
                in_order(&[whole].into_iter().chain(parts).collect::<Vec<_>>())
            }
            Self::OutOfBounds { part, bounds } => {
                let [minimum, maximum] = bounds.as_ref();
                in_order(&[part, minimum, maximum])
            }
        }
    }
}

fn in_order<'a>(parts: &[&'a Part]) -> Vec<&'a str> {
    let of = |is_set: bool| {
        let parts = parts.iter().filter(move |part| (part.source == Source::Set) == is_set);
        parts.map(|part| part.key)
    };
    let mut keys: Vec<_> = Vec::new();
    for key in of(true).chain(of(false)) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { key, value, accepts, version } => {
                write!(f, "{value:?} is no value for {key:?}. Flink {version} takes {accepts}.")
            }
            Self::NotDecided { keys: [process, flink] } => write!(
                f,
                "Nothing says how much memory the process has, and Flink has no default. Set \
                 {process:?} (all of it, which is what the container gets) or {flink:?}."
            ),
            Self::NotPositive { key, number } => {
                write!(f, "{key:?} is {number}. It has to be more than 0.")
            }
            Self::Fraction { key, fraction } => {
                write!(f, "{key:?} is {fraction}. It has to be at least 0 and less than 1.")
            }
            Self::Bounds { minimum, maximum } => write!(
                f,
                "The lower bound is above the upper one: {minimum}, {maximum}. Lower {:?} or raise \
                 {:?}.",
                minimum.key, maximum.key
            ),
            Self::DoesNotFit { whole, parts } => does_not_fit(f, whole, parts),
            Self::DoesNotAddUp { whole, parts } => write!(
                f,
                "{} make {}, but {whole}. Leave one of them out, so that it follows from the \
                 others, or set sizes that add up.",
                Sum(parts),
                Readable(total(parts))
            ),
            Self::OutOfBounds { part, bounds: between } => out_of_bounds(f, part, between),
            Self::TooLarge { key } => {
                write!(f, "{key:?} leads to more bytes than Flink can count (2^63).")
            }
        }
    }
}

fn does_not_fit(f: &mut fmt::Formatter<'_>, whole: &Part, parts: &[Part]) -> fmt::Result {
    let total = total(parts);
    let short = total.saturating_sub(whole.bytes);
    write!(
        f,
        "The parts do not fit: {} make {}, but {whole}: {} too little. ",
        Sum(parts),
        Readable(total),
        Readable(short)
    )?;
    match whole.source {
        Source::Set | Source::Default => {
            write!(f, "Raise {:?} by that much, or lower a part.", whole.key)
        }
        Source::Derived => write!(
            f,
            "It is what the metaspace and overhead of the JVM leave of {:?}: raise that, or lower \
             a part.",
            whole.key
        ),
    }
}

fn out_of_bounds(
    f: &mut fmt::Formatter<'_>,
    part: &Part,
    [minimum, maximum]: &[Part; 2],
) -> fmt::Result {
    let Part { name, key, bytes, source: _ } = part;
    write!(
        f,
        "{} are left for {name} ({key:?}), which is not between {minimum} and {maximum}. Change \
         the sizes that leave so much, or the bound.",
        Readable(*bytes)
    )
}

fn total(parts: &[Part]) -> u64 {
    parts.iter().fold(0, |sum, part| sum.saturating_add(part.bytes))
}

/// Parts with a plus between them.
struct Sum<'a>(&'a [Part]);

impl fmt::Display for Sum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.0.iter().enumerate() {
            let plus = if at == 0 { "" } else { " + " };
            write!(f, "{plus}{part}")?;
        }
        Ok(())
    }
}
