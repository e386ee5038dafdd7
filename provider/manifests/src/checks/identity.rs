//! Names, version and image.

use flink::Version;
use flink::configuration::options;

use super::Findings;
use crate::{Cluster, names};

/// The oldest line that is supported.
const OLDEST: (u16, u16) = (1, 18);

/// The last line of Flink 1.
const LAST_OF_1: (u16, u16) = (1, 20);

pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    name(&cluster.name, found);
    let namespace = &cluster.namespace;
    found.invalid_if(!is_label(namespace) || namespace.len() > 63, &["namespace"], || {
        format!(
            "{namespace:?} is not the name of a namespace: lower-case letters, digits and hyphens, \
             at most 63, no hyphen at an end."
        )
    });
    version(cluster.flink_version, found);
    image(cluster, found);
}

/// The name is the name of a Service, which Kubernetes is strictest with, and
/// Flink appends to it.
fn name(name: &str, found: &mut Findings) {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    if !is_label(name) || !starts_well {
        let text = format!(
            "{name:?} cannot be the name of a cluster: it has to start with a lower-case letter and to consist of \
             lower-case letters, digits and hyphens, without a hyphen at its end."
        );
        found.invalid(&["name"], text);
    } else if name.len() > names::LONGEST {
        let text = format!(
            "The name {name:?} has {} characters. Flink takes {} at most, because it appends to it for the names of \
             its objects.",
            name.len(),
            names::LONGEST
        );
        found.invalid(&["name"], text);
    }
}

/// A DNS label, whatever its length and first character.
pub(super) fn is_label(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn version(version: Version, found: &mut Findings) {
    let line = (version.major, version.minor);
    if line < OLDEST || (line > LAST_OF_1 && version.major < 2) || version.major > 2 {
        let text = format!("Flink {version} is not supported: 1.18 to 1.20 and 2.x are.");
        found.invalid(&["flink_version"], text);
    } else if options::of(version).is_nearest() {
        let known = options::of(version).version();
        let text = format!(
            "Flink {version} is newer than this provider: keys and defaults are checked as of {known}."
        );
        found.warn(&["flink_version"], text);
    }
}

fn image(cluster: &Cluster, found: &mut Findings) {
    let image = &cluster.image.name;
    found.invalid_if(image.is_empty() || image.contains(char::is_whitespace), &["image"], || {
        format!("{image:?} is not the name of an image.")
    });
    let Some(tagged) = version_of_tag(image) else { return };
    let version = cluster.flink_version;
    if (tagged.major, tagged.minor) != (version.major, version.minor) {
        let text = format!(
            "The tag of the image {image:?} says Flink {}.{} and flink_version says {}.{}. The configuration is \
             written for the latter; a key that the image's version does not know has no effect there.",
            tagged.major, tagged.minor, version.major, version.minor
        );
        found.warn(&["flink_version"], text);
    }
}

/// The version that the tag of an official image, or of one named like it, starts with.
fn version_of_tag(image: &str) -> Option<Version> {
    let (name, tag) = image.split('@').next()?.rsplit_once(':')?;
    let repository = name.rsplit('/').next()?;
    if repository.contains("flink") && !tag.contains('/') { tag.parse().ok() } else { None }
}
