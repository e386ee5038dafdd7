//! How Flink's client itself writes its configuration file.
//!
//! We write the same options so that nothing is lost; the client loses some.

use flink::configuration::{Configuration, file};

/// What the pods read of a configuration that Flink's client has written.
///
/// # Errors
/// A configuration that its writer dies of: it nests keys, and a key cannot be
/// both a value and a map.
pub(crate) fn written(file: &str, configuration: &Configuration) -> Result<Configuration, String> {
    if file == file::FLINK_CONF {
        let line = |(key, value): (&String, &String)| format!("{key}: {value}\n");
        let text: String = configuration.iter().map(line).collect();
        return file::parse(file, &text).map_err(|error| error.to_string());
    }
    let clash = configuration.keys().find(|key| {
        let below = format!("{key}.");
        configuration.keys().any(|other| other.starts_with(&below))
    });
    match clash {
        Some(key) => Err(format!("{key} is a value and a map")),
        // Where it splits a key, an end without a name is none.
        None => Ok(configuration
            .iter()
            .map(|(key, value)| (key.trim_end_matches('.').to_owned(), value.clone()))
            .collect()),
    }
}
