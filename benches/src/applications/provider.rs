//! The upgrade by the provider.

use super::described;
use super::silence::{self, Silence};
use crate::ground::Ground;
use acceptance_tests::clients::plugin::{
    ClientIdentity, Object, Plugin, Provider, Resource, Trust,
};
use acceptance_tests::counting::Counting;
use acceptance_tests::{Outcome, folders};
use serde_json::json;
use std::time::Duration;

const NAME: &str = "upgraded";
/// No upgrade has this number.
const START: usize = usize::MAX;

/// A job with a cluster of its own that the provider upgrades.
pub(super) struct Upgrader<'a> {
    pub(super) counting: Counting,
    ground: &'a Ground,
    image: &'a str,
    jobs: Resource,
    job: Object,
    _plugin: Plugin,
}

impl<'a> Upgrader<'a> {
    pub(super) async fn start(ground: &'a Ground, image: &'a str) -> Outcome<Self> {
        let plugin = Plugin::start(&folders::provider(), Trust::Mutual(&ClientIdentity::new()?))?;
        let mut provider = Provider::over(plugin.connect().await?).await?;
        provider.configure(&ground.provider()).await?;
        let (jobs, counting) = (provider.resource("flink_job")?, ground.counting(NAME)?);
        let job = Object::none();
        let mut upgrader = Self { counting, ground, image, jobs, job, _plugin: plugin };
        upgrader.apply(START).await?;
        Ok(upgrader)
    }

    /// For how long it wrote nothing.
    pub(super) async fn upgrade(&mut self, round: usize) -> Outcome<Duration> {
        silence::ended(&self.counting).await?;
        let silence = Silence::of(&self.counting)?;
        self.apply(round).await?;
        silence::ended(&self.counting).await?;
        silence.longest()
    }

    async fn apply(&mut self, round: usize) -> Outcome {
        let config = json!({
            "name": NAME,
            "jar": { "uri": "local:///opt/flink/usrlib/app.jar" },
            "args": self.counting.arguments(&[]),
            "parallelism": self.counting.splits,
            "application": described(self.ground, (NAME, self.image, round))?,
        });
        let plan = self.jobs.plan(&self.job, &config).await?;
        self.job = self.jobs.apply(plan).await?;
        Ok(())
    }
}
