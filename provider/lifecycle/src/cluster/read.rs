//! What a cluster is now, for a refresh: the objects come from lists that
//! serve every cluster of a namespace, and only what is not well is looked at
//! more closely.

use serde_json::Value;

use crate::cluster::{
    compare::{self, Difference},
    goal::{Desired, Name, is_workload, revision, role},
    health::{self, Ask, Suspicion},
    observed::{Answer, Objects, Overview, Question},
    problem::Problem,
    world::World,
};

/// What a cluster is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Its objects that exist, whole: those that should, and others that are ours.
    pub objects: Objects,
    /// What differs from what was rendered, by meaning.
    pub differences: Vec<Difference>,
    /// The revision of its JobManager's pods.
    pub revision: Option<String>,
    /// How it is.
    pub health: Health,
}

/// How a cluster is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// It is ready.
    Ready,
    /// It is coming up or rolling: reads as what is recorded.
    Transient {
        /// In words.
        progress: String,
    },
    /// It is not well.
    Degraded {
        /// In words, each about one thing.
        ailments: Vec<String>,
    },
    /// None of what runs pods is there.
    Missing,
}

/// Tells what a cluster is, of which these objects exist.
///
/// # Guarantees
/// One REST call for a cluster whose pods are ready, and no other.
///
/// # Errors
/// More had to be asked, and nobody answers.
pub async fn read<W: World>(
    world: &W,
    name: &Name,
    desired: &Desired,
    objects: Objects,
) -> Result<Live, Problem> {
    let differences = compare::differences(name, desired, &objects);
    let workloads: Vec<&Value> =
        objects.iter().filter(|(id, _)| is_workload(&id.kind)).map(|(_, live)| live).collect();
    let job_manager = workloads.iter().find(|live| role(live) == "jobmanager");
    let revision = job_manager.and_then(|live| revision(live)).map(str::to_owned);
    let health = match job_manager {
        None => Health::Missing,
        Some(_) => health(world, &workloads).await?,
    };
    Ok(Live { objects, differences, revision, health })
}

async fn health<W: World>(world: &W, workloads: &[&Value]) -> Result<Health, Problem> {
    if workloads.iter().all(|live| health::is_rolled_out(live)) {
        return answering(world, workloads).await;
    }
    let Answer::Pods(pods) = world.ask(&Question::Pods).await? else {
        return Err(unexpected());
    };
    let mut ailments: Vec<String> = workloads
        .iter()
        .filter_map(|live| health::not_created(live))
        .map(|suspicion| suspicion.ailment.to_string())
        .collect();
    for suspicion in pods.iter().flat_map(health::suspects_of_old) {
        ailments.extend(certain(world, &suspicion).await?);
    }
    if ailments.is_empty() {
        let progress = health::progress(workloads.iter().copied(), &pods);
        return Ok(Health::Transient { progress });
    }
    Ok(Health::Degraded { ailments })
}

/// What a suspicion comes to, in words; what passes by itself is none.
async fn certain<W: World>(world: &W, suspicion: &Suspicion) -> Result<Option<String>, Problem> {
    let ailment = &suspicion.ailment;
    if !matches!(suspicion.ask, Ask::Volume | Ask::Node) {
        return Ok(Some(ailment.to_string()));
    }
    let pod = ailment.pod.clone().unwrap_or_default();
    let question = Question::Events { pod: pod.clone() };
    let Answer::Events(events) = world.ask(&question).await? else { return Err(unexpected()) };
    if suspicion.ask == Ask::Node {
        let is_coming = events.iter().any(health::brings_a_node);
        return Ok((!is_coming).then(|| ailment.to_string()));
    }
    let missing = events.iter().rfind(|event| health::misses_a_volume(event));
    Ok(missing.map(|event| format!("pod {pod}: a volume cannot be mounted: {}", event.message)))
}

/// Whether what has come up also answers.
async fn answering<W: World>(world: &W, workloads: &[&Value]) -> Result<Health, Problem> {
    let Answer::Overview(overview) = world.ask(&Question::Overview).await? else {
        return Err(unexpected());
    };
    let task_managers = workloads.iter().filter(|live| role(live) == "taskmanager");
    let wanted: u64 = task_managers.map(|live| health::replicas(live)).sum();
    Ok(match overview {
        Overview::Silent { reason } => {
            Health::Degraded { ailments: vec![format!("the JobManager does not answer: {reason}")] }
        }
        Overview::Told { task_managers } if u64::from(task_managers) < wanted => {
            let progress = format!("{task_managers} of {wanted} TaskManagers have registered");
            Health::Transient { progress }
        }
        Overview::Told { .. } => Health::Ready,
    })
}

fn unexpected() -> Problem {
    Problem::Unexpected { reason: "another answer than was asked for".to_owned() }
}
