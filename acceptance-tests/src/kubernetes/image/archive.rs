//! An image in the form that containerd imports: pure but for the last step.

use super::layers::Layer;
use crate::failure::Outcome;
use crate::fetch;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Command;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIGURATION: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

/// What an image is made of.
#[derive(Debug)]
pub(super) struct Image {
    /// The whole name with its registry.
    pub(super) name: String,
    pub(super) configuration: Value,
    /// The lowest first.
    pub(super) layers: Vec<Layer>,
}

/// A layer's digest and size, as a manifest tells them.
struct Blob {
    digest: String,
    size: u64,
}

impl Image {
    /// Lays out all but the layers: containerd is given those as snapshots, and any digest will do
    /// for their names.
    pub(super) fn lay_out(&self, folder: &Path) -> Outcome {
        let named = |layer: &Layer| Blob { digest: sha256(layer.key.as_bytes()), size: 1 };
        self.write(folder, &self.layers.iter().map(named).collect::<Vec<_>>())
    }

    /// The name of each layer's snapshot: its own digest with those below it.
    pub(super) fn chain(&self) -> Vec<String> {
        let mut chain: Vec<String> = Vec::new();
        for layer in &self.layers {
            let digest = format!("sha256:{}", sha256(layer.key.as_bytes()));
            let next = match chain.last() {
                None => digest,
                Some(below) => format!("sha256:{}", sha256(format!("{below} {digest}").as_bytes())),
            };
            chain.push(next);
        }
        chain
    }

    /// Packs all of it into one archive.
    pub(super) fn pack(&self, place: &Path) -> Outcome {
        let folder = tempfile::tempdir_in(place.parent().unwrap_or(place))?;
        let blobs = folder.path().join("blobs/sha256");
        fs::create_dir_all(&blobs)?;
        let mut packed = Vec::new();
        for layer in &self.layers {
            let part = blobs.join("part");
            let mut tar = Command::new("tar");
            tar.args(["--sort=name", "--mtime=@0", "-C"]).arg(&layer.folder).arg("-cf").arg(&part);
            fetch::succeed(tar.arg("."))?;
            let (digest, size) = digest_of(&part)?;
            fs::rename(&part, blobs.join(&digest))?;
            packed.push(Blob { digest, size });
        }
        self.write(folder.path(), &packed)?;
        let mut tar = Command::new("tar");
        fetch::succeed(tar.arg("-C").arg(folder.path()).arg("-cf").arg(place).arg("."))
    }

    fn write(&self, folder: &Path, layers: &[Blob]) -> Outcome {
        let blobs = folder.join("blobs/sha256");
        fs::create_dir_all(&blobs)?;
        let configuration = store(&blobs, CONFIGURATION, &self.configuration(layers))?;
        let described: Vec<Value> = layers.iter().map(Blob::described).collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": configuration,
            "layers": described,
        });
        let mut manifest = store(&blobs, MANIFEST, &manifest)?;
        manifest["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        manifest["annotations"] = json!({ "io.containerd.image.name": self.name });
        let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
        fs::write(folder.join("index.json"), serde_json::to_vec(&index)?)?;
        fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#)?;
        Ok(())
    }

    fn configuration(&self, layers: &[Blob]) -> Value {
        let digests: Vec<String> =
            layers.iter().map(|layer| format!("sha256:{}", layer.digest)).collect();
        json!({
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": self.configuration,
            "rootfs": { "type": "layers", "diff_ids": digests },
        })
    }
}

impl Blob {
    fn described(&self) -> Value {
        json!({
            "mediaType": LAYER,
            "digest": format!("sha256:{}", self.digest),
            "size": self.size,
        })
    }
}

/// Writes a document under its digest; gives what refers to it.
fn store(blobs: &Path, media_type: &str, content: &Value) -> Outcome<Value> {
    let bytes = serde_json::to_vec(content)?;
    let digest = sha256(&bytes);
    fs::write(blobs.join(&digest), &bytes)?;
    let digest = format!("sha256:{digest}");
    Ok(json!({ "mediaType": media_type, "digest": digest, "size": bytes.len() }))
}

/// The digest of some bytes, in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The digest of a file, and its size.
fn digest_of(path: &Path) -> Outcome<(String, u64)> {
    let mut file = File::open(path)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((hexadecimal(&hash.finalize()), size));
        }
        hash.update(&buffer[..count]);
        size += count as u64;
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
