//! The embedded scout is the one that its source makes.
//!
//! Without a Flink at hand the sources are compared with the hash in the jar's
//! manifest; the acceptance tests build the jar anew and compare its bytes.

use std::fs;
use std::path::{Path, PathBuf};

use flink::scout::JAR;
use sha2::{Digest, Sha256};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scout")
}

fn hash_of_sources() -> String {
    let sources = fs::read_dir(folder().join("src/scout")).expect("sources");
    let mut files: Vec<PathBuf> = sources.map(|entry| entry.expect("a source").path()).collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in &files {
        hash.update(fs::read(file).expect("a source"));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

/// The manifest as text; the jar is not compressed, and long lines go on after
/// a line break and a space.
fn manifest() -> String {
    String::from_utf8_lossy(JAR).replace("\r\n ", "")
}

#[test]
fn the_embedded_scout_is_built_from_its_source() {
    let expected = format!("Sources-Sha256: {}", hash_of_sources());
    assert!(
        manifest().contains(&expected),
        "scout.jar is older than its source: run scout/build.sh"
    );
}

#[test]
fn the_embedded_scout_is_small() {
    assert!(JAR.len() < 32 * 1024, "{} bytes", JAR.len());
}
