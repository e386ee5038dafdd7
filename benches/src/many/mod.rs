//! What a plan of a thousand jobs costs when nothing has changed, beside a thousand of
//! `terraform_data`, which cost Terraform itself and nothing else, and beside a thousand of the same
//! resources under a provider that does nothing, which cost what any provider costs Terraform.
//!
//! One job is started for real; its state, with other names and ids, is the state of the thousand. A
//! [`StandIn`] answers for the JobManager that would run them, and counts what it is asked.

mod idle;
mod stand_in;
mod state;
mod watched;

use crate::figure::{Figure, Goal, Unit};
use crate::samples::Samples;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Outcome, folders};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use stand_in::StandIn;
use state::Thousand;
use std::fs;
use std::time::{Duration, Instant};
use watched::Watched;

const ROUNDS: usize = 7;
const STATE: &str = "terraform.tfstate";

/// Plans in turns.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let (jobs, stand_in) = jobs().await?;
    let watched = Watched::over(&jobs, &folders::provider())?;
    let idle = idle::workspace(&jobs)?;
    let data = data().await?;
    let (mut with_jobs, mut with_idle, mut with_data) =
        (Plans::default(), Plans::default(), Plans::default());
    let (mut calls, mut own) = (Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        stand_in.forget();
        with_jobs.plan(&jobs).await?;
        own.push_time(watched.cpu()?);
        calls.push(f64::from(u32::try_from(stand_in.calls().len())?));
        with_idle.plan(&idle).await?;
        with_data.plan(&data).await?;
    }
    let figure = |name, unit, goal, samples| Figure { name, unit, goal, samples };
    Ok(vec![
        figure("plan of 1000 flink_job, CPU", Unit::Seconds, Goal::None, with_jobs.cpu.clone()),
        figure(
            "plan of 1000 terraform_data, CPU",
            Unit::Seconds,
            Goal::None,
            with_data.cpu.clone(),
        ),
        figure("of which the provider's own, CPU", Unit::Seconds, Goal::None, own),
        figure(
            "plan of 1000 flink_job of an idle provider, CPU",
            Unit::Seconds,
            Goal::None,
            with_idle.cpu.clone(),
        ),
        figure(
            "flink_job over an idle provider's, CPU",
            Unit::Ratio,
            Goal::AtMost(1.3),
            with_jobs.cpu.over(&with_idle.cpu),
        ),
        figure(
            "flink_job over terraform_data, CPU",
            Unit::Ratio,
            Goal::AtMost(1.3),
            with_jobs.cpu.over(&with_data.cpu),
        ),
        figure(
            "flink_job over terraform_data, time",
            Unit::Ratio,
            Goal::None,
            with_jobs.time.over(&with_data.time),
        ),
        figure("REST calls of a plan of 1000 flink_job", Unit::Calls, Goal::AtMost(5.0), calls),
    ])
}

/// What plans took.
#[derive(Default)]
struct Plans {
    cpu: Samples,
    time: Samples,
}

impl Plans {
    /// One more, which must find nothing to do.
    async fn plan(&mut self, workspace: &Workspace) -> Outcome {
        let (cpu, start) = (cpu_of_children()?, Instant::now());
        workspace.plan().await?.expect(0)?;
        self.time.push_time(start.elapsed());
        self.cpu.push_time(cpu_of_children()?.saturating_sub(cpu));
        Ok(())
    }
}

/// User and system time of all processes that were started here and have ended, with theirs.
pub(crate) fn cpu_of_children() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let used = usage.user_time() + usage.system_time();
    Ok(Duration::from_micros(used.num_microseconds().try_into()?))
}

/// A workspace whose state holds a thousand jobs, and the JobManager that knows them.
async fn jobs() -> Outcome<(Workspace, StandIn)> {
    let cluster = Cluster::start(Setup::default()).await?;
    let one = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "one")?;
    one.configure(&counting.resource(Jar::V1, &[], "")?)?;
    one.apply().await?.expect(0)?;
    let state = fs::read_to_string(one.path().join(STATE))?;
    let thousand = Thousand { url: cluster.url(), name: counting.name.clone() };

    let stand_in = StandIn::start().await?;
    let many = Workspace::new(&stand_in.url())?;
    let (state, jobs) = thousand.state(&serde_json::from_str(&state)?, &stand_in.url())?;
    stand_in.knows(&jobs);
    many.write(STATE, &state.to_string())?;
    many.configure(&thousand.configuration(&counting.resource(Jar::V1, &[], "")?))?;
    Ok((many, stand_in))
}

async fn data() -> Outcome<Workspace> {
    let workspace = Workspace::new("http://127.0.0.1:1")?;
    // The provider must not be started at all.
    fs::remove_file(workspace.path().join("provider.tf"))?;
    workspace.configure(
        "resource \"terraform_data\" \"it\" {\n  count = 1000\n  input = \"job-${count.index}\"\n}\n",
    )?;
    workspace.apply().await?.expect(0)?;
    Ok(workspace)
}
