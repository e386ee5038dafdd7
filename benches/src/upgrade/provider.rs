//! An upgrade as a client of the provider sees it: from the call to its answer.

use acceptance_tests::clients::plugin::{
    ClientIdentity, Object, Plugin, Provider, Resource, Trust,
};
use acceptance_tests::counting::Counting;
use acceptance_tests::jars::Jar;
use acceptance_tests::{Outcome, folders};
use serde_json::{Value as Json, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// A job that is upgraded by the provider.
pub(crate) struct Upgrader {
    pub(crate) counting: Counting,
    jobs: Resource,
    more: Json,
    job: Object,
    _plugin: Plugin,
}

impl Upgrader {
    /// Starts a provider configured like this, and by it the job, which has `more` attributes.
    pub(crate) async fn start(counting: Counting, config: &Json, more: &Json) -> Outcome<Self> {
        let plugin = Plugin::start(&folders::provider(), Trust::Mutual(&ClientIdentity::new()?))?;
        let mut provider = Provider::over(plugin.connect().await?).await?;
        provider.configure(config).await?;
        let jobs = provider.resource("flink_job")?;
        let job = Object::none();
        let mut upgrader = Self { counting, jobs, more: more.clone(), job, _plugin: plugin };
        upgrader.upgrade(&Jar::V1.path()?).await?;
        Ok(upgrader)
    }

    /// What the change itself takes; the plan before it is not counted.
    pub(crate) async fn upgrade(&mut self, jar: &Path) -> Outcome<Duration> {
        let mut config = json!({
            "name": self.counting.name,
            "jar": { "path": jar },
            "args": self.counting.arguments(&[]),
            "parallelism": self.counting.splits,
        });
        for (key, value) in self.more.as_object().into_iter().flatten() {
            config[key] = value.clone();
        }
        let plan = self.jobs.plan(&self.job, &config).await?;
        let start = Instant::now();
        self.job = self.jobs.apply(plan).await?;
        Ok(start.elapsed())
    }
}
