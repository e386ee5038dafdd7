//! The volumes of a description.

use std::collections::BTreeMap;

use manifests::description::{Keys, Mount, On, Volume, VolumeSource};
use terraform::model::Attr;

use super::{is, list_of, map, pascal, text};
use crate::cluster::model;

/// The volumes by name. One of no kind was refused when the configuration was validated.
pub(super) fn volumes(wanted: &Attr<BTreeMap<String, model::Volume>>) -> BTreeMap<String, Volume> {
    let all = wanted.known().into_iter().flatten();
    all.filter_map(|(name, volume)| Some((name.clone(), self::volume(volume)?))).collect()
}

fn volume(wanted: &model::Volume) -> Option<Volume> {
    let model::Volume {
        mounts,
        persistent_volume_claim,
        ephemeral,
        host_path,
        empty_dir,
        secret,
        config_map,
    } = wanted;
    let source = persistent_volume_claim
        .known()
        .map(claim)
        .or_else(|| ephemeral.known().map(self::ephemeral))
        .or_else(|| host_path.known().map(self::host_path))
        .or_else(|| empty_dir.known().map(self::empty_dir))
        .or_else(|| secret.known().map(self::secret))
        .or_else(|| config_map.known().map(self::config_map))?;
    Some(Volume { source, mounts: list_of(mounts, mount) })
}

fn mount(wanted: &model::Mount) -> Mount {
    let model::Mount { path, sub_path, read_only, on } = wanted;
    Mount {
        path: text(path).unwrap_or_default(),
        sub_path: text(sub_path),
        read_only: is(*read_only),
        on: match on.known().map(String::as_str) {
            Some("job_manager") => On::JobManager,
            Some("task_manager") => On::TaskManager,
            Some(_) | None => On::Both,
        },
    }
}

fn claim(wanted: &model::PersistentVolumeClaim) -> VolumeSource {
    let model::PersistentVolumeClaim { claim, read_only } = wanted;
    VolumeSource::PersistentVolumeClaim {
        claim: text(claim).unwrap_or_default(),
        read_only: is(*read_only),
    }
}

fn ephemeral(wanted: &model::Ephemeral) -> VolumeSource {
    let model::Ephemeral { storage_class, size, access_modes } = wanted;
    let modes = access_modes.known().map(|modes| modes.iter().map(|mode| pascal(mode)).collect());
    VolumeSource::Ephemeral {
        storage_class: text(storage_class),
        size: text(size).unwrap_or_default(),
        access_modes: modes.unwrap_or_else(|| vec!["ReadWriteOnce".to_owned()]),
    }
}

fn host_path(wanted: &model::HostPath) -> VolumeSource {
    let model::HostPath { path, r#type } = wanted;
    VolumeSource::HostPath {
        path: text(path).unwrap_or_default(),
        r#type: text(r#type).map(|word| pascal(&word)),
    }
}

fn empty_dir(wanted: &model::EmptyDir) -> VolumeSource {
    let model::EmptyDir { size_limit, medium } = wanted;
    VolumeSource::EmptyDir {
        size_limit: text(size_limit),
        medium: text(medium).filter(|word| word == "memory").map(|word| pascal(&word)),
    }
}

fn secret(wanted: &model::SecretVolume) -> VolumeSource {
    let model::SecretVolume { name, items, default_mode, optional } = wanted;
    VolumeSource::Secret(keys(name, items, default_mode, *optional))
}

fn config_map(wanted: &model::ConfigMapVolume) -> VolumeSource {
    let model::ConfigMapVolume { name, items, default_mode, optional } = wanted;
    VolumeSource::ConfigMap(keys(name, items, default_mode, *optional))
}

fn keys(
    name: &Attr<String>,
    items: &Attr<BTreeMap<String, String>>,
    default_mode: &Attr<String>,
    optional: Attr<bool>,
) -> Keys {
    Keys {
        name: text(name).unwrap_or_default(),
        items: map(items),
        default_mode: default_mode.known().and_then(|mode| u32::from_str_radix(mode, 8).ok()),
        optional: is(optional),
    }
}
