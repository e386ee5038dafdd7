//! Which options hold secrets.

/// Parts of a key that make Flink hide the value (`GlobalConfiguration.SENSITIVE_KEYS` of 2.3,
/// which has those of all versions before).
const PARTS: [&str; 11] = [
    "password",
    "secret",
    "fs.azure.account.key",
    "apikey",
    "api-key",
    "auth-params",
    "service-key",
    "token",
    "basic-auth",
    "jaas.config",
    "http-headers",
];

/// Whether the value of an option is to be hidden: never in a text that someone reads.
pub fn is_sensitive(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("access-key")
        || key.contains("access.key")
        || PARTS.iter().any(|part| key.contains(part))
}

#[cfg(test)]
mod tests {
    use super::is_sensitive;

    #[test]
    fn secrets_are_known_by_their_keys() {
        for key in [
            "s3.secret-key",
            "s3.access-key",
            "fs.s3a.access.key",
            "security.ssl.rest.keystore-password",
            "fs.azure.account.key.x.blob.core.windows.net",
            "metrics.reporter.dghttp.apikey",
            "MY.PASSWORD",
        ] {
            assert!(is_sensitive(key), "{key}");
        }
        for key in ["s3.endpoint", "state.backend.type", "security.ssl.rest.keystore"] {
            assert!(!is_sensitive(key), "{key}");
        }
    }
}
