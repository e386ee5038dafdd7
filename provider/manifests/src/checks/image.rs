//! The image: its name and tag, and whether what the configuration asks of it can be in it.

use flink::Version;
use flink::configuration::{Configuration, options};

use super::Findings;
use crate::Cluster;
use crate::configuration::path_of;
use crate::description::Role;

/// What the official images are called.
const OFFICIAL: [&str; 3] = ["flink", "library/flink", "apache/flink"];

/// The registry that a name without one means.
const USUAL_REGISTRY: &str = "docker.io/";

/// The variable by which the official image's entry point is told of plugins.
const PLUGINS: &str = "ENABLE_BUILT_IN_PLUGINS";

/// Stores by the schemes of their URIs, and how the names of their plugins begin.
const STORES: [(&[&str], &str); 4] = [
    (&["s3", "s3a", "s3p"], "flink-s3-fs-"),
    (&["gs"], "flink-gs-fs-"),
    (&["abfs", "abfss", "wasb", "wasbs"], "flink-azure-fs-"),
    (&["oss"], "flink-oss-fs-"),
];

pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    let image = cluster.image.name.as_str();
    found.invalid_if(image.is_empty() || image.contains(char::is_whitespace), &["image"], || {
        format!("{image:?} is not the name of an image.")
    });
    moving(image, found);
    plugins(cluster, found);
    let Some(tagged) = version_of_tag(image) else { return };
    let version = cluster.flink_version;
    if line(tagged) != line(version) {
        let text = format!(
            "The tag of the image {image:?} says Flink {}.{} and flink_version says {}.{}. The configuration is \
             written for the latter; a key that the image's version does not know has no effect there.",
            tagged.major, tagged.minor, version.major, version.minor
        );
        found.warn(&["flink_version"], text);
    }
}

/// A tag whose very purpose is to move.
fn moving(image: &str, found: &mut Findings) {
    let (name, digest) = image.split_once('@').unwrap_or((image, ""));
    let tag = tag_of(name);
    if image.is_empty() || !digest.is_empty() || tag.is_some_and(|tag| tag != "latest") {
        return;
    }
    let what = tag.map_or("no tag, which means \"latest\"", |_| "the tag \"latest\"");
    let text = format!(
        "The image {image:?} has {what}: which Flink runs changes with the next pod that starts, without a plan. Name \
         a version, or a digest (@sha256:…)."
    );
    found.warn(&["image"], text);
}

/// An image has the plugins of its own version, and its entry point ends where one is missing.
fn plugins(cluster: &Cluster, found: &mut Findings) {
    let image = version_of_tag(&cluster.image.name);
    for plugin in &cluster.plugins {
        let Some(version) = version_of_plugin(plugin) else { continue };
        let fits = match image.filter(|_| is_exact(&cluster.image.name)) {
            Some(image) => version == image,
            None => line(version) == line(image.unwrap_or(cluster.flink_version)),
        };
        if !fits {
            let Version { major, minor, patch } = image.unwrap_or(cluster.flink_version);
            let of = if is_exact(&cluster.image.name) {
                format!("{major}.{minor}.{patch}")
            } else {
                format!("{major}.{minor}")
            };
            let text = format!(
                "The plugin {plugin:?} is of Flink {version}, the image of {of}. An image has the plugins of its own \
                 version in /opt/flink/opt; a container that does not find one ends at its start."
            );
            found.warn(&["plugins"], text);
        }
    }
}

/// The official image reaches no store unless a plugin is enabled.
pub(super) fn stores(cluster: &Cluster, configuration: &Configuration, found: &mut Findings) {
    let is_told_otherwise = cluster.pod_template.is_some()
        || Role::ALL.into_iter().map(|role| cluster.process(role)).any(|process| {
            process.pod_template.is_some()
                || process.env.contains_key(PLUGINS)
                || !process.env_from.is_empty()
        });
    if !is_official(&cluster.image.name) || is_told_otherwise {
        return;
    }
    let options = options::of(cluster.flink_version);
    for key in ["high-availability.storageDir", "state.checkpoints.dir", "state.savepoints.dir"] {
        let key = options.get(key).map_or(key, |option| option.key);
        let Some((spelled, directory)) = options.read(configuration, key) else { continue };
        let Some(prefix) = plugin_of(directory) else { continue };
        if cluster.plugins.iter().any(|plugin| plugin.starts_with(prefix)) {
            continue;
        }
        let path = path_of(cluster, spelled);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let text = format!(
            "Nothing enables a plugin for {directory:?}. The image {:?} has it in /opt/flink/opt and does not load it \
             by itself: name the jar that starts with {prefix:?} in plugins.",
            cluster.image.name
        );
        found.warn(&path, text);
    }
}

fn plugin_of(uri: &str) -> Option<&'static str> {
    let (scheme, _) = uri.split_once("://")?;
    STORES.iter().find(|(schemes, _)| schemes.contains(&scheme)).map(|(_, prefix)| *prefix)
}

fn is_official(image: &str) -> bool {
    let image = image.strip_prefix(USUAL_REGISTRY).unwrap_or(image);
    let image = image.split('@').next().unwrap_or(image);
    OFFICIAL.contains(&tag_of(image).map_or(image, |tag| &image[..image.len() - tag.len() - 1]))
}

/// The tag of a name without a digest.
fn tag_of(name: &str) -> Option<&str> {
    name.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'))
}

/// The version that the tag of an official image, or of one named like it, starts with.
fn version_of_tag(image: &str) -> Option<Version> {
    let name = image.split('@').next()?;
    let tag = tag_of(name)?;
    let repository = name[..name.len() - tag.len() - 1].rsplit('/').next()?;
    if repository.contains("flink") { tag.parse().ok() } else { None }
}

/// Whether the tag of an image names the bug-fix release, too.
fn is_exact(image: &str) -> bool {
    let tag = image.split('@').next().and_then(tag_of).unwrap_or_default();
    tag.split('-').next().unwrap_or_default().split('.').count() > 2
}

/// The version at the end of the name of one of Flink's own jars.
fn version_of_plugin(plugin: &str) -> Option<Version> {
    plugin.strip_prefix("flink-")?.strip_suffix(".jar")?.rsplit_once('-')?.1.parse().ok()
}

fn line(version: Version) -> (u16, u16) {
    (version.major, version.minor)
}
