//! A job with a cluster of its own, for tests.

use terraform::model::Attr;

use super::model::OwnCluster;
use crate::{
    cluster::model::ClusterSpec,
    job::model::{Jar, JobModel},
};

/// `orders` in namespace `flink`, standalone, with image `orders:1`.
pub(in crate::job) fn job() -> JobModel {
    let known = |text: &str| Attr::Known(text.to_owned());
    JobModel {
        name: known("orders"),
        jar: Attr::Known(Jar { uri: known("local:///opt/orders.jar"), ..Jar::default() }),
        application: Attr::Known(OwnCluster::from(ClusterSpec {
            name: known("orders"),
            namespace: known("flink"),
            strategy: known("standalone"),
            flink_version: known("1.20"),
            image: known("orders:1"),
            ..ClusterSpec::default()
        })),
        ..JobModel::default()
    }
}

/// How the cluster of such a job is described.
pub(in crate::job) fn spec(job: &mut JobModel) -> &mut ClusterSpec {
    match &mut job.application {
        Attr::Known(spec) => spec,
        Attr::Null | Attr::Unknown => panic!("a cluster of its own"),
    }
}
