//! What a cluster is called: `namespace/name`, with its revision `namespace/name#revision`.

use std::{fmt, str::FromStr};

use terraform::{diagnostics::Diagnostics, path::Path, validate::matches, value::Value};

/// A cluster, and maybe which of its restarts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The restart; `None` means whichever there is.
    pub revision: Option<u64>,
}

/// A text that names no cluster.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{0:?} is neither namespace/name nor namespace/name#revision")]
pub struct NotAReference(pub String);

impl Reference {
    /// The cluster whichever its revision: `namespace/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let refused = || NotAReference(text.to_owned());
        let (id, revision) = match text.split_once('#') {
            Some((id, revision)) => (id, Some(revision.parse().map_err(|_| refused())?)),
            None => (text, None),
        };
        let is_label = |part: &str| {
            let inner = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
            (1..=63).contains(&part.len()) && part.bytes().all(inner)
        };
        match id.split_once('/') {
            Some((namespace, name)) if is_label(namespace) && is_label(name) => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), revision })
            }
            Some(_) | None => Err(refused()),
        }
    }
}

/// A rule: the text names a cluster.
pub fn validate(value: &Value, path: &Path, found: &mut Diagnostics) {
    let told = (
        "name a cluster",
        "Allowed: ref or id of a flink_cluster, or \"namespace/name\" of any Flink on Kubernetes. Example: \"flink/orders\".",
    );
    matches(|text| text.parse::<Reference>().is_ok(), told, value, path, found);
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)?;
        self.revision.map_or(Ok(()), |revision| write!(f, "#{revision}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_back_as_it_was_written() {
        for (text, revision) in [("flink/orders", None), ("flink/orders#12", Some(12))] {
            let read: Reference = text.parse().expect("a reference");
            assert_eq!((read.id(), read.revision), ("flink/orders".to_owned(), revision));
            assert_eq!(read.to_string(), text);
        }
        for text in [
            "",
            "orders",
            "a/b/c",
            "flink/orders#",
            "flink/orders#x",
            "/a",
            "a/",
            "A/b",
            "http://a",
        ] {
            assert_eq!(text.parse::<Reference>(), Err(NotAReference(text.to_owned())), "{text}");
        }
    }
}
