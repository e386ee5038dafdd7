//! An upgrade of a job on a cluster of the provider's, through the API server's Service proxy: inside
//! the provider, and by the same calls, bare, through the same proxy.

use crate::figure::{Figure, Goal, Unit};
use crate::ground::Ground;
use crate::samples::Samples;
use crate::upgrade::{Floor, Upgrader, new_jar};
use acceptance_tests::Outcome;
use acceptance_tests::clients::plugin::{ClientIdentity, Object, Plugin, Provider, Trust};
use acceptance_tests::folders;
use serde_json::json;

const CLUSTER: &str = "orders";
/// The first is not counted: classes are loaded and connections made in it.
const ROUNDS: usize = 8;

/// Upgrades in turns, and the proof that none of them lost or doubled anything.
pub(super) async fn figures(ground: &Ground) -> Outcome<Vec<Figure>> {
    make_cluster(ground).await?;
    let cluster = format!("{}/{CLUSTER}#1", ground.namespace.name());
    let more = json!({ "cluster": cluster });
    let mut by_provider =
        Upgrader::start(ground.counting("checked")?, &ground.provider(), &more).await?;
    let floor = ground.counting("floor")?;
    let bare = Floor::start(floor, ground.rest(CLUSTER)?, ground.savepoints()).await?;
    let mut by_calls = bare.with_checks().await?;

    let (mut provider, mut calls) = (Samples::default(), Samples::default());
    let jars = tempfile::tempdir()?;
    for round in 0..ROUNDS {
        let jar = new_jar(jars.path(), round)?;
        let taken = (by_provider.upgrade(&jar).await?, by_calls.upgrade(&jar).await?);
        if round > 0 {
            provider.push_time(taken.0);
            calls.push_time(taken.1);
        }
    }
    by_provider.counting.prove().await?;
    by_calls.counting.prove().await?;
    let ratio = provider.over(&calls);
    let figure = |name, unit, goal, samples| Figure { name, unit, goal, samples };
    Ok(vec![
        figure(
            "upgrade through service_proxy by the provider",
            Unit::Seconds,
            Goal::None,
            provider,
        ),
        figure(
            "upgrade through service_proxy by the same calls, bare",
            Unit::Seconds,
            Goal::None,
            calls,
        ),
        figure(
            "provider over the same calls, bare, service_proxy",
            Unit::Ratio,
            Goal::AtMost(1.25),
            ratio,
        ),
    ])
}

async fn make_cluster(ground: &Ground) -> Outcome {
    let plugin = Plugin::start(&folders::provider(), Trust::Mutual(&ClientIdentity::new()?))?;
    let mut provider = Provider::over(plugin.connect().await?).await?;
    provider.configure(&ground.provider()).await?;
    let mut clusters = provider.resource("flink_cluster")?;
    let plan = clusters.plan(&Object::none(), &ground.cluster(CLUSTER, &json!({}))?).await?;
    clusters.apply(plan).await.map(drop)
}
