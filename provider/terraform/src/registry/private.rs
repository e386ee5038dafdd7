//! Hidden state as the client stores it: one JSON object, in which keys with a dot in front are the framework's.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::resource::Private;

/// Hidden state of one resource, the framework's part apart from the provider's.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stored {
    reserved: BTreeMap<String, Json>,
    pub(crate) private: Private,
}

impl Stored {
    /// Reads what the client kept. It is a cache: nothing and nonsense alike read as empty.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let all: BTreeMap<String, Json> = serde_json::from_slice(bytes).unwrap_or_default();
        let (reserved, private) = all.into_iter().partition(|(key, _)| key.starts_with('.'));
        Self { reserved, private: Private(private) }
    }

    /// What the client shall keep: the provider's new part beside the framework's.
    pub(crate) fn write(&self, private: Private) -> Vec<u8> {
        let mut all = self.reserved.clone();
        all.extend(private.0.into_iter().filter(|(key, _)| !key.starts_with('.')));
        if all.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&all).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frameworks_keys_are_hidden_and_kept() {
        let stored = Stored::read(br#"{".timeouts":1,"uid":"x"}"#);
        assert_eq!(stored.private.get::<String>("uid").as_deref(), Some("x"));
        assert_eq!(stored.private.0.len(), 1);
        assert_eq!(stored.write(Private::default()), br#"{".timeouts":1}"#);
    }

    #[test]
    fn a_provider_cannot_write_the_frameworks_keys() {
        let mut private = Private::default();
        private.set(".timeouts", &1);
        assert!(Stored::default().write(private).is_empty());
    }

    #[test]
    fn nothing_and_nonsense_read_as_empty() {
        assert_eq!(Stored::read(b""), Stored::default());
        assert_eq!(Stored::read(b"\xff not json"), Stored::default());
    }
}
