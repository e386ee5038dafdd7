//! What an option takes.

use std::fmt;

use crate::Version;
use crate::configuration::value;

/// What an option takes. `Display` says it to a user, with examples where the spelling is special.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number with single precision.
    Float,
    /// A number with double precision.
    Double,
    /// A whole number with a unit of time.
    Duration,
    /// A whole number with a unit of memory.
    MemorySize,
    /// Any text.
    Text,
    /// One of some names, in any case.
    Enum(Vec<&'static str>),
    /// Texts by text.
    Map,
    /// Several of a kind.
    List(Box<Self>),
}

impl Kind {
    /// As the table spells it.
    pub(super) fn read(text: &'static str) -> Self {
        if let Some(names) = text.strip_prefix("enum:") {
            return Self::Enum(names.split('|').collect());
        }
        if let Some(element) = text.strip_prefix("list:") {
            return Self::List(Box::new(Self::read(element)));
        }
        match text {
            "bool" => Self::Boolean,
            "int" => Self::Integer,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            "duration" => Self::Duration,
            "memory" => Self::MemorySize,
            "map" => Self::Map,
            _ => Self::Text,
        }
    }

    /// Whether Flink can read a value as this.
    pub fn accepts(&self, text: &str, version: Version) -> bool {
        match self {
            Self::Boolean => value::boolean(text).is_some(),
            Self::Integer => value::int(text).is_some(),
            Self::Long => value::long(text).is_some(),
            Self::Float => value::float(text).is_some(),
            Self::Double => value::double(text).is_some(),
            Self::Duration => value::duration(text, version).is_some(),
            Self::MemorySize => value::memory_size(text).is_some(),
            Self::Text => true,
            Self::Enum(names) => names.iter().any(|name| name.eq_ignore_ascii_case(text)),
            Self::Map => value::map(text, version).is_some(),
            Self::List(element) if **element == Self::Map => value::maps(text, version).is_some(),
            Self::List(element) => value::list(text, version)
                .is_some_and(|elements| elements.iter().all(|it| element.accepts(it, version))),
        }
    }

    /// Whether two values mean the same to Flink; false where one cannot be read.
    pub fn same(&self, one: &str, two: &str, version: Version) -> bool {
        /// Whether both can be read, as the same.
        fn equal<T: PartialEq>(read: impl Fn(&str) -> Option<T>, one: &str, two: &str) -> bool {
            read(one).is_some_and(|one| read(two) == Some(one))
        }
        let same = match self {
            Self::Boolean => equal(value::boolean, one, two),
            Self::Integer => equal(value::int, one, two),
            Self::Long => equal(value::long, one, two),
            Self::Float => equal(value::float, one, two),
            Self::Double => equal(value::double, one, two),
            Self::Duration => equal(|text| value::duration(text, version), one, two),
            Self::MemorySize => equal(value::memory_size, one, two),
            Self::Text => false,
            Self::Enum(_) => one.eq_ignore_ascii_case(two),
            Self::Map => equal(|text| value::map(text, version), one, two),
            Self::List(element) if **element == Self::Map => {
                equal(|text| value::maps(text, version), one, two)
            }
            Self::List(_) => equal(|text| value::list(text, version), one, two),
        };
        same || one == two
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("true or false"),
            Self::Integer => f.write_str("a whole number"),
            Self::Long => f.write_str("a whole number (64 bit)"),
            Self::Float | Self::Double => f.write_str("a number, such as 0.4"),
            Self::Duration => f.write_str(
                "a duration: a whole number and one unit of d, h, min, s, ms, µs, ns, such as \
                 90 s; without a unit it is milliseconds",
            ),
            Self::MemorySize => f.write_str(
                "a memory size: a whole number and a binary unit of b, k, m, g, t, such as 1536m; \
                 without a unit it is bytes",
            ),
            Self::Text => f.write_str("any text"),
            Self::Enum(names) => write!(f, "one of {}", names.join(", ")),
            Self::Map => {
                f.write_str("a map: key:value,key:value, in quotes where a text holds ':' or ','")
            }
            Self::List(element) if **element == Self::Map => {
                f.write_str("a list of maps: key:value,key:value;key:value")
            }
            Self::List(element) if **element == Self::Text => {
                f.write_str("a list: a;b, in quotes where a text holds ';'")
            }
            Self::List(element) => write!(f, "a list, with ';' between; each is {element}"),
        }
    }
}
