//! What a plan of fifty clusters with twenty jobs each asks when nothing has changed, and what it
//! costs. One job is started for real; a [`StandIn`] answers for Kubernetes and the JobManagers in it.

mod stand_in;
mod state;

use crate::figure::{Figure, Goal, Unit};
use crate::many::cpu_of_children;
use crate::samples::Samples;
use acceptance_tests::counting::Counting;
use acceptance_tests::flink::{Cluster, Setup};
use acceptance_tests::jars::Jar;
use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome};
use serde_json::Value as Json;
use stand_in::StandIn;
use state::One;
use std::fs;

const CLUSTERS: usize = 50;
const JOBS: usize = 20;
const NAMESPACE: &str = "bench";
const ROUNDS: usize = 3;
const STATE: &str = "terraform.tfstate";

/// Plans that find nothing to do.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let (workspace, stand_in) = fleet().await?;
    let (mut kubernetes, mut rest, mut cpu) =
        (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..ROUNDS {
        stand_in.forget();
        let before = cpu_of_children()?;
        workspace.plan().await?.expect(0)?;
        cpu.push_time(cpu_of_children()?.saturating_sub(before));
        let calls = stand_in.calls();
        kubernetes.push(f64::from(calls.kubernetes) / f64::from(u32::try_from(CLUSTERS)?));
        rest.push(f64::from(calls.rest.values().copied().max().unwrap_or_default()));
    }
    let figure = |name, unit, goal, samples| Figure { name, unit, goal, samples };
    let most = Goal::AtMost(2.0);
    Ok(vec![
        figure("plan of 50 clusters of 20 jobs, CPU", Unit::Seconds, Goal::None, cpu),
        figure("its Kubernetes calls for each cluster", Unit::Calls, most, kubernetes),
        figure("its REST calls, the most for a cluster", Unit::Calls, most, rest),
    ])
}

/// A workspace whose state holds all clusters and jobs, and what answers for them.
async fn fleet() -> Outcome<(Workspace, StandIn)> {
    let (one, state, hcl) = one_job().await?;
    let (jobs, known) = one.all(&state)?;
    let stand_in = StandIn::start().await?;
    let workspace = Workspace::new("http://unused")?;
    workspace.write("provider.tf", &PROVIDER.replace("HOST", &stand_in.url()))?;
    workspace.configure(&clusters())?;
    workspace.apply().await?.expect(0)?;
    stand_in.knows(&known);
    let state = fs::read_to_string(workspace.path().join(STATE))?;
    let mut state: Json = serde_json::from_str(&state)?;
    let resources = state["resources"].as_array_mut();
    resources.ok_or_else(|| Failure::new("no clusters in the state"))?.push(jobs);
    workspace.write(STATE, &state.to_string())?;
    workspace.configure(&(clusters() + &one.configuration(&hcl)))?;
    Ok((workspace, stand_in))
}

/// A job that runs, its state and its configuration.
async fn one_job() -> Outcome<(One, Json, String)> {
    let cluster = Cluster::start(Setup::default()).await?;
    let workspace = Workspace::new(&cluster.url())?;
    let counting = Counting::on(&cluster, "one")?;
    let hcl = counting.resource(Jar::V1, &[], "")?;
    workspace.configure(&hcl)?;
    workspace.apply().await?.expect(0)?;
    let state = fs::read_to_string(workspace.path().join(STATE))?;
    let one = One { url: cluster.url(), name: counting.name.clone() };
    Ok((one, serde_json::from_str(&state)?, hcl))
}

fn clusters() -> String {
    format!(
        r#"resource "flink_cluster" "it" {{
  count         = {CLUSTERS}
  namespace     = {NAMESPACE:?}
  name          = "c-${{count.index}}"
  flink_version = "1.20"
  image         = "flink:1.20"
}}

"#
    )
}

const PROVIDER: &str = r#"terraform {
  required_providers {
    flink = { source = "terraform-provider-flink/flink" }
  }
}

provider "flink" {
  access     = "service_proxy"
  kubernetes = { host = "HOST" }
}
"#;
