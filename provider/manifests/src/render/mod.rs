//! A description becomes the objects of its strategy and what both share.

use flink::configuration::Configuration;

use crate::description::Strategy;
use crate::parts::{availability, identity, ingress, network_policy, permit};
use crate::{Cluster, Invalid, Object, Warning, checks, configuration, native, standalone};

/// A cluster's objects, and what there is to say about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// In the order of applying.
    pub objects: Vec<Object>,
    /// The configuration that Flink reads, `${NAME}` not yet replaced.
    pub configuration: Configuration,
    /// What works and may surprise.
    pub warnings: Vec<Warning>,
}

/// The objects of a cluster.
///
/// # Errors
/// Everything that is wrong with the description.
pub fn render(cluster: &Cluster) -> Result<Rendered, Vec<Invalid>> {
    let (mut invalid, mut warnings) = checks::description(cluster);
    let (configuration, more) = match configuration::effective(cluster) {
        Ok(effective) if invalid.is_empty() => effective,
        Ok(_) => return Err(invalid),
        Err(more) => {
            invalid.extend(more);
            return Err(invalid);
        }
    };
    warnings.extend(more);
    let objects = objects(cluster, &configuration)?;
    let (invalid, more) = checks::rendered(cluster, &configuration, &objects);
    warnings.extend(more);
    if invalid.is_empty() {
        Ok(Rendered { objects, configuration, warnings })
    } else {
        Err(invalid)
    }
}

/// What the strategy makes, between what its pods need and what leads to them.
fn objects(cluster: &Cluster, configuration: &Configuration) -> Result<Vec<Object>, Vec<Invalid>> {
    let memory = configuration::memory(cluster, configuration)?;
    let mut objects = needed(cluster);
    objects.extend(permit::given(cluster));
    match cluster.strategy {
        Strategy::Standalone => {
            objects.extend(standalone::objects(cluster, configuration, &memory)?);
        }
        Strategy::Native => objects.extend(native::objects(cluster, configuration)?),
    }
    objects.extend(ingress::object(cluster));
    Ok(objects)
}

/// What the pods need, whoever makes them.
pub(crate) fn needed(cluster: &Cluster) -> Vec<Object> {
    let mut objects = identity::objects(cluster);
    objects.extend(network_policy::object(cluster));
    objects.extend(availability::disruption_budgets(cluster));
    objects
}

#[cfg(test)]
mod tests;
