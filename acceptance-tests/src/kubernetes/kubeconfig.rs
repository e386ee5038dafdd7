//! How a client is told of a cluster and who it is there.

use crate::failure::{Failure, Outcome};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A kubeconfig of one cluster, one user and one context, all of it in the document itself.
#[derive(Clone, Debug)]
pub struct Kubeconfig {
    document: Value,
}

impl Kubeconfig {
    /// For the server at `url` whose certificate `authority` (PEM) has signed.
    pub fn new(url: &str, authority: &str, user: &Value) -> Self {
        let cluster = json!({
            "server": url,
            "certificate-authority-data": BASE64.encode(authority.as_bytes()),
        });
        Self {
            document: json!({
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{ "name": "test", "cluster": cluster }],
                "users": [{ "name": "test", "user": user }],
                "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test" } }],
                "current-context": "test",
            }),
        }
    }

    /// A minified and flattened document of kubectl's.
    pub(super) fn of(document: Value) -> Self {
        Self { document }
    }

    /// A user who shows a client certificate.
    pub fn certificate(certificate: &str, key: &str) -> Value {
        json!({
            "client-certificate-data": BASE64.encode(certificate.as_bytes()),
            "client-key-data": BASE64.encode(key.as_bytes()),
        })
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The API server's URL.
    pub fn server(&self) -> Outcome<&str> {
        let server = self.document["clusters"][0]["cluster"]["server"].as_str();
        server.ok_or_else(|| Failure::new("the kubeconfig names no server"))
    }

    /// The certificate authority's PEM.
    pub fn authority(&self) -> Outcome<String> {
        let data = &self.document["clusters"][0]["cluster"]["certificate-authority-data"];
        let data = data.as_str().ok_or_else(|| Failure::new("the kubeconfig has no authority"))?;
        let decoded = BASE64.decode(data.as_bytes());
        let decoded = decoded.map_err(|error| Failure::new(format!("no base64: {error}")))?;
        Ok(String::from_utf8(decoded)?)
    }

    /// The entry of its user.
    pub fn user(&self) -> &Value {
        &self.document["users"][0]["user"]
    }

    /// The same cluster and user at another address.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        self.document["clusters"][0]["cluster"]["server"] = url.into();
        self
    }

    /// The same cluster for another user.
    #[must_use]
    pub fn with_user(mut self, user: Value) -> Self {
        self.document["users"][0]["user"] = user;
        self
    }

    /// Writes it; JSON is YAML.
    pub fn write(&self, path: &Path) -> Outcome {
        Ok(fs::write(path, serde_json::to_vec_pretty(&self.document)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::Kubeconfig;
    use serde_json::json;

    #[test]
    fn an_address_and_a_user_are_changed_by_themselves() {
        let first = Kubeconfig::new("https://a:1", "PEM", &json!({ "token": "one" }));
        let other = first.clone().at("https://b:2").with_user(json!({ "token": "two" }));
        assert_eq!(first.server().unwrap(), "https://a:1");
        assert_eq!(other.server().unwrap(), "https://b:2");
        assert_eq!(other.authority().unwrap(), "PEM");
        assert_eq!(other.user()["token"], "two");
    }
}
