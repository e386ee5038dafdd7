//! The identifiers that Flink uses, each a type of its own.
//!
//! Flink takes 32 hexadecimal digits in either case and answers in lower case,
//! so lower case is the only form kept.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is not 32 hexadecimal digits.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{0:?} is not an id of 32 hexadecimal digits")]
pub struct NotAnId(pub String);

fn normal_form(text: &str) -> Result<String, NotAnId> {
    let hexadecimal = text.bytes().all(|b| b.is_ascii_hexdigit());
    if text.len() == 32 && hexadecimal {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(NotAnId(text.to_owned()))
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id made of these 16 bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(data_encoding::HEXLOWER.encode(&bytes))
            }

            /// The 32 digits, in lower case.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                normal_form(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id! {
    /// The id of one submission of a job.
    JobId
}
id! {
    /// The id, chosen by the client, of a savepoint, stop or checkpoint.
    TriggerId
}
id! {
    /// The id of a vertex of the job graph: that of its chain's head operator.
    VertexId
}
id! {
    /// The id under which an operator's state is kept.
    OperatorId
}

impl From<VertexId> for OperatorId {
    /// A vertex has the id of its chain's head operator.
    fn from(vertex: VertexId) -> Self {
        Self(vertex.0)
    }
}

/// The id of an uploaded jar: the last segment of the path it was stored at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JarId(String);

impl JarId {
    /// The id as Flink lists it.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_hexadecimal_digits_kept_in_lower_case() {
        let id: JobId = "ABCDEF0123456789abcdef0123456789".parse().expect("32 digits");
        assert_eq!(id.as_str(), "abcdef0123456789abcdef0123456789");
        for wrong in
            ["", "abc", "abcdef01-2345-6789-abcd-ef0123456789", "gbcdef0123456789abcdef0123456789"]
        {
            assert_eq!(wrong.parse::<JobId>(), Err(NotAnId(wrong.to_owned())));
        }
    }

    #[test]
    fn bytes_become_their_digits() {
        let bytes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255];
        assert_eq!(TriggerId::from_bytes(bytes).as_str(), "000102030405060708090a0b0c0d0eff");
    }
}
