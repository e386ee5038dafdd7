//! What is wrong with a description, or worth a word, and where.

use std::fmt;

/// Something in a description that cannot be rendered, or would not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The attribute: names of attributes, keys of maps, indices of lists
    /// (`["job_manager", "memory"]`, `["flink_configuration", "rest.port"]`).
    pub path: Vec<String>,
    /// What is wrong and what to do: sentences for the user, no secrets.
    pub text: String,
}

/// Something that works and may surprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The attribute, as in [`Invalid::path`].
    pub path: Vec<String>,
    /// What to know: sentences for the user.
    pub text: String,
}

impl Invalid {
    /// This text about the attribute at this path.
    pub fn at(path: &[&str], text: impl Into<String>) -> Self {
        Self { path: path.iter().map(|&part| part.to_owned()).collect(), text: text.into() }
    }
}

impl Warning {
    /// This text about the attribute at this path.
    pub fn at(path: &[&str], text: impl Into<String>) -> Self {
        Self { path: path.iter().map(|&part| part.to_owned()).collect(), text: text.into() }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.join("."), self.text)
    }
}

impl std::error::Error for Invalid {}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.join("."), self.text)
    }
}
