//! Numbers of pods, resources, and who decides them.

use super::Findings;
use crate::description::{
    Autoscaling, DisruptionBudget, Kind, Probes, Process, Role, Scheduler, Strategy,
};
use crate::parts::services::HANDED_OVER;
use crate::{Cluster, description::HighAvailabilityType};

pub(super) fn check(cluster: &Cluster, found: &mut Findings) {
    job_managers(cluster, found);
    task_managers(cluster, found);
    scheduler(cluster, found);
    for role in Role::ALL {
        resources(role, cluster.process(role), found);
        probes(cluster, role, found);
        disruption_budget(cluster, role, found);
    }
    high_availability(cluster, found);
}

fn job_managers(cluster: &Cluster, found: &mut Findings) {
    let path = ["job_manager", "replicas"];
    let replicas = cluster.job_manager.replicas;
    found
        .invalid_if(replicas == 0, &path, || "A cluster needs at least one JobManager.".to_owned());
    found.invalid_if(replicas > 1 && cluster.high_availability.is_none(), &path, || {
        format!(
            "{replicas} JobManagers without high availability would each believe to be the leader. Set \
             high_availability, or one replica."
        )
    });
}

fn task_managers(cluster: &Cluster, found: &mut Findings) {
    let task_manager = &cluster.task_manager;
    let path = ["task_manager", "replicas"];
    found.invalid_if(task_manager.task_slots == Some(0), &["task_manager", "task_slots"], || {
        "A TaskManager needs at least one slot.".to_owned()
    });
    match (cluster.strategy, task_manager.autoscaling) {
        (Strategy::Native, autoscaling) => {
            found.invalid_if(task_manager.replicas.is_some(), &path, || {
                "With strategy native Flink makes TaskManagers as jobs need them: there is no number to set.".to_owned()
            });
            found.invalid_if(autoscaling.is_some(), &["task_manager", "autoscaling"], || {
                "With strategy native Flink makes TaskManagers as jobs need them: there is nothing to scale."
                    .to_owned()
            });
        }
        (Strategy::Standalone, Some(autoscaling)) => {
            found.invalid_if(task_manager.replicas.is_some(), &path, || {
                "The autoscaler decides the number of TaskManagers. Remove replicas, or task_manager.autoscaling."
                    .to_owned()
            });
            autoscaler(cluster, autoscaling, found);
        }
        (Strategy::Standalone, None) => {}
    }
}

fn autoscaler(cluster: &Cluster, autoscaling: Autoscaling, found: &mut Findings) {
    let Autoscaling { min, max, cpu } = autoscaling;
    found.invalid_if(min == 0, &["task_manager", "autoscaling", "min"], || {
        "The autoscaler cannot go below one TaskManager.".to_owned()
    });
    found.invalid_if(max < min, &["task_manager", "autoscaling", "max"], || {
        format!("The most TaskManagers ({max}) are fewer than the fewest ({min}).")
    });
    found.invalid_if(cpu == 0, &["task_manager", "autoscaling", "cpu"], || {
        "The CPU to aim at has to be at least 1 percent of the request.".to_owned()
    });
    let rescales = matches!(cluster.scheduler, Some(Scheduler::Adaptive | Scheduler::Reactive));
    found.invalid_if(!rescales, &["task_manager", "autoscaling"], || {
        "An autoscaler adds and removes TaskManagers, and only the adaptive scheduler changes a job with them: new \
         ones would stay idle, and a job would fail for each one that goes. Set scheduler = \"adaptive\"."
            .to_owned()
    });
}

fn scheduler(cluster: &Cluster, found: &mut Findings) {
    let is_reactive = cluster.scheduler == Some(Scheduler::Reactive);
    found.invalid_if(is_reactive && cluster.kind == Kind::Session, &["scheduler"], || {
        "Flink has reactive mode for application clusters only: a session cluster would end at its start. Set \
         scheduler = \"adaptive\": jobs then use the slots that there are, up to their parallelism."
            .to_owned()
    });
}

fn resources(role: Role, process: &Process, found: &mut Findings) {
    let of = role.attribute();
    found.invalid_if(
        process.cpu.is_some_and(|cpu| cpu.is_nan() || cpu < 0.001),
        &[of, "cpu"],
        || "The CPU has to be a positive number of cores, at least 0.001.".to_owned(),
    );
    let factors = [
        ("cpu_limit_factor", process.cpu_limit_factor),
        ("memory_limit_factor", process.memory_limit_factor),
    ];
    for (field, factor) in factors {
        if let Some(factor) = factor.filter(|factor| factor.is_nan() || *factor < 1.0) {
            found.invalid(
                &[of, field],
                format!("The limit would be below the request: {factor} is less than 1."),
            );
        }
    }
}

/// The container of strategy native is the one that Flink's client makes.
fn probes(cluster: &Cluster, role: Role, found: &mut Findings) {
    let are_written = cluster.process(role).probes != Probes::default();
    let is_native = cluster.strategy == Strategy::Native;
    found.invalid_if(is_native && are_written, &[role.attribute(), "probes"], || {
        "With strategy native the container has no checks, as Flink's own client makes it. Write them into \
         pod_template, or choose standalone."
            .to_owned()
    });
}

/// A budget that lets nobody go stops the drain of a node for ever; and the one
/// for native TaskManagers has no number that percentages could be of.
fn disruption_budget(cluster: &Cluster, role: Role, found: &mut Findings) {
    let Some(budget) = &cluster.process(role).disruption_budget else { return };
    let path = [role.attribute(), "disruption_budget"];
    let (DisruptionBudget::MinAvailable(value) | DisruptionBudget::MaxUnavailable(value)) = budget;
    let digits = value.strip_suffix('%').unwrap_or(value);
    found.invalid_if(digits.parse::<u32>().is_err(), &path, || {
        format!("{value:?} is neither a number of pods nor a percentage such as \"50%\".")
    });
    let made_by_flink = cluster.strategy == Strategy::Native && role == Role::TaskManager;
    let is_count = matches!(budget, DisruptionBudget::MinAvailable(value) if !value.ends_with('%'));
    found.invalid_if(made_by_flink && !is_count, &path, || {
        "With strategy native Flink makes the TaskManagers, and Kubernetes does not know how many there should be: \
         only min_available as a number can be kept."
            .to_owned()
    });
    let replicas = match role {
        Role::JobManager => Some(cluster.job_manager.replicas),
        Role::TaskManager => cluster.task_manager.replicas,
    };
    if replicas.is_some_and(|replicas| lets_nobody_go(budget, replicas)) {
        found.warn(&path, "The budget lets no pod go: the drain of a node with one of them waits until it is changed.");
    }
}

fn lets_nobody_go(budget: &DisruptionBudget, replicas: u32) -> bool {
    match budget {
        DisruptionBudget::MinAvailable(value) => {
            value == "100%" || value.parse::<u32>().is_ok_and(|stay| stay >= replicas)
        }
        DisruptionBudget::MaxUnavailable(value) => matches!(value.as_str(), "0" | "0%"),
    }
}

fn high_availability(cluster: &Cluster, found: &mut Findings) {
    let Some(high_availability) = &cluster.high_availability else { return };
    let is_native = cluster.strategy == Strategy::Native;
    let path = ["high_availability", "cluster_id"];
    found.invalid_if(is_native && high_availability.cluster_id.is_some(), &path, || {
        "With strategy native Flink takes the name of the cluster. Remove cluster_id, or choose standalone."
            .to_owned()
    });
    let account = &cluster.service_account;
    let on_kubernetes = high_availability.r#type == HighAvailabilityType::Kubernetes;
    if on_kubernetes && account.name == "default" && !account.create {
        found.warn(
            &["service_account"],
            "High availability on Kubernetes keeps ConfigMaps, which the account \"default\" may not do unless \
             somebody has allowed it: the JobManager then ends at its start. Set service_account.create, or the name \
             of an account that may.",
        );
    }
    if let HighAvailabilityType::ZooKeeper { quorum, path_root: _ } = &high_availability.r#type {
        found.invalid_if(
            quorum.trim().is_empty(),
            &["high_availability", "zookeeper_quorum"],
            || "ZooKeeper is found by its quorum, for example \"zookeeper:2181\".".to_owned(),
        );
        if is_native && cluster.job_manager.replicas > 1 && cluster.flink_version >= HANDED_OVER {
            found.warn(
                &["job_manager", "replicas"],
                "Jobs may not start: from Flink 2.1 on a JobManager that does not lead hands a jar over by the \
                 leader's host name, which no other pod resolves, and with ZooKeeper nobody outside knows which one \
                 leads. Set one replica, strategy = \"standalone\", or type = \"kubernetes\".",
            );
        }
    }
}
