//! Volumes, environment, logging files and plugins.

use super::Findings;
use super::identity::is_label;
use crate::Cluster;
use crate::description::{Mount, Process, Role, Volume};

/// Where the provider itself mounts.
const RESERVED: [&str; 5] = [
    "/opt/flink/conf",
    "/opt/flink/start",
    "/opt/flink/run",
    "/opt/flink/tls",
    "/opt/flink/pod-template",
];

pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    for (name, volume) in &cluster.volumes {
        check_volume(name, volume, found);
    }
    for role in Role::ALL {
        mounts_of(cluster, role, found);
        environment(role, cluster.process(role), found);
    }
    logging(cluster, found);
    for plugin in &cluster.plugins {
        let is_jar = plugin.strip_suffix(".jar").is_some() && !plugin.contains(['/', ';', ' ']);
        found.invalid_if(!is_jar, &["plugins"], || {
            format!(
                "{plugin:?} is not the name of a jar in the image's /opt/flink/opt, such as \
                 \"flink-s3-fs-presto-1.20.1.jar\"."
            )
        });
    }
}

fn check_volume(name: &str, volume: &Volume, found: &mut Findings) {
    let path = ["volumes", name];
    found.invalid_if(!is_label(name) || name.len() > 63, &path, || {
        format!("{name:?} cannot be the name of a volume: lower-case letters, digits and hyphens, at most 63.")
    });
    found.invalid_if(volume.mounts.is_empty(), &path, || {
        format!("The volume {name:?} is mounted nowhere. Add a mount, or remove the volume.")
    });
    for mount in &volume.mounts {
        let at = &mount.path;
        found.invalid_if(!at.starts_with('/') || at.contains(':'), &path, || {
            format!(
                "The mount path {at:?} of the volume {name:?} has to be absolute, without a colon."
            )
        });
        found.invalid_if(RESERVED.contains(&at.trim_end_matches('/')), &path, || {
            format!("The provider itself mounts {at}: the volume {name:?} cannot be there.")
        });
    }
}

/// Paths that two volumes of one process have.
fn mounts_of(cluster: &Cluster, role: Role, found: &mut Findings) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for (name, volume) in &cluster.volumes {
        let here = volume.mounts.iter().filter(|mount| role.is_among(mount.on));
        for Mount { path, .. } in here {
            let path = path.trim_end_matches('/');
            if let Some((first, _)) = seen.iter().find(|(_, taken)| *taken == path) {
                let text = format!(
                    "The volumes {first:?} and {name:?} are both mounted at {path} in the {}.",
                    role.component()
                );
                found.invalid(&["volumes", name], text);
            }
            seen.push((name, path));
        }
    }
}

fn environment(role: Role, process: &Process, found: &mut Findings) {
    let names = process.env.keys().map(|name| ("env", name));
    for (field, name) in names.chain(process.env_secrets.keys().map(|name| ("env_secrets", name))) {
        let is_name = !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        found.invalid_if(!is_name, &[role.attribute(), field, name], || {
            format!("{name:?} cannot be the name of an environment variable.")
        });
    }
    for name in process.env_secrets.keys().filter(|name| process.env.contains_key(*name)) {
        let text = format!("The environment variable {name:?} is set by env and by env_secrets.");
        found.invalid(&[role.attribute(), "env_secrets", name], text);
    }
}

fn logging(cluster: &Cluster, found: &mut Findings) {
    for name in cluster.log_configuration.keys() {
        let is_key = !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let is_ours = matches!(name.as_str(), "config.yaml" | "flink-conf.yaml");
        found.invalid_if(!is_key || is_ours, &["log_configuration", name], || {
            format!("{name:?} cannot be the name of a logging file, such as \"log4j-console.properties\".")
        });
    }
}
