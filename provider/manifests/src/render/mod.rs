//! A description becomes the objects of its strategy and what both share.

use std::collections::BTreeMap;

use crate::{Cluster, Invalid, Object, Warning, parts};

/// A cluster's objects, and what there is to say about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// In the order of applying.
    pub objects: Vec<Object>,
    /// The configuration that Flink reads, `${NAME}` not yet replaced.
    pub configuration: BTreeMap<String, String>,
    /// What works and may surprise.
    pub warnings: Vec<Warning>,
}

/// The objects of a cluster.
///
/// # Errors
/// Everything that is wrong with the description, in the order of its attributes.
pub fn render(cluster: &Cluster) -> Result<Rendered, Vec<Invalid>> {
    let objects = vec![parts::services::internal(cluster), parts::services::rest(cluster)];
    Ok(Rendered {
        objects,
        configuration: cluster.flink_configuration.clone(),
        warnings: Vec::new(),
    })
}
