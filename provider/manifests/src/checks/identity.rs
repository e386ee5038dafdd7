//! Names and version.

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
pub(crate) fn is_label(text: &str) -> bool {
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
