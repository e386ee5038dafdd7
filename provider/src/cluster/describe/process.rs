//! The processes of a description.

use manifests::description::{
    Autoscaling, DisruptionBudget, EnvFrom, JobManager, Probe, Probes, Process, SecretKey,
    TaskManager, Toleration, TopologySpread,
};
use terraform::model::{Attr, Joined};

use super::{list_of, map, number, pascal, text, yaml};
use crate::cluster::model::{self, JobManagerOwn, TaskManagerOwn};

pub(super) fn job_manager(wanted: &Attr<model::JobManager>) -> JobManager {
    let usual = JobManager::default();
    let Some(Joined { shared, own: JobManagerOwn { replicas } }) = wanted.known() else {
        return usual;
    };
    JobManager { replicas: number(replicas).unwrap_or(usual.replicas), process: process(shared) }
}

pub(super) fn task_manager(wanted: &Attr<model::TaskManager>) -> TaskManager {
    let Some(Joined { shared, own }) = wanted.known() else { return TaskManager::default() };
    let TaskManagerOwn { replicas, task_slots, autoscaling } = own;
    TaskManager {
        replicas: number(replicas),
        task_slots: number(task_slots),
        autoscaling: autoscaling.known().and_then(self::autoscaling),
        process: process(shared),
    }
}

fn autoscaling(wanted: &model::Autoscaling) -> Option<Autoscaling> {
    let model::Autoscaling { min, max, cpu } = wanted;
    Some(Autoscaling { min: number(min)?, max: number(max)?, cpu: number(cpu)? })
}

fn process(wanted: &model::Process) -> Process {
    let model::Process {
        cpu,
        memory,
        cpu_limit_factor,
        memory_limit_factor,
        ephemeral_storage,
        env,
        env_secrets,
        env_from,
        node_selector,
        tolerations,
        affinity,
        topology_spread,
        priority_class,
        labels,
        annotations,
        pod_template,
        probes,
        termination_grace_period,
        disruption_budget,
    } = wanted;
    let secrets = env_secrets.known().into_iter().flatten();
    Process {
        cpu: cpu.known().copied(),
        memory: text(memory),
        cpu_limit_factor: cpu_limit_factor.known().copied(),
        memory_limit_factor: memory_limit_factor.known().copied(),
        ephemeral_storage: text(ephemeral_storage),
        env: map(env),
        env_secrets: secrets.map(|(name, key)| (name.clone(), secret_key(key))).collect(),
        env_from: env_from.known().into_iter().flatten().filter_map(source).collect(),
        node_selector: map(node_selector),
        tolerations: list_of(tolerations, toleration),
        affinity: yaml(affinity),
        topology_spread: list_of(topology_spread, spread),
        priority_class: text(priority_class),
        labels: map(labels),
        annotations: map(annotations),
        pod_template: yaml(pod_template),
        probes: probes.known().map(self::probes).unwrap_or_default(),
        termination_grace_period: number(termination_grace_period),
        disruption_budget: disruption_budget.known().and_then(budget),
    }
}

pub(super) fn secret_key(wanted: &model::SecretKey) -> SecretKey {
    let model::SecretKey { secret, key } = wanted;
    SecretKey { secret: text(secret).unwrap_or_default(), key: text(key).unwrap_or_default() }
}

fn source(wanted: &model::EnvFrom) -> Option<EnvFrom> {
    let model::EnvFrom { secret, config_map } = wanted;
    text(secret).map(EnvFrom::Secret).or_else(|| text(config_map).map(EnvFrom::ConfigMap))
}

fn toleration(wanted: &model::Toleration) -> Toleration {
    let model::Toleration { key, operator, value, effect, toleration_seconds } = wanted;
    Toleration {
        key: text(key),
        operator: text(operator).map(|word| pascal(&word)),
        value: text(value),
        effect: text(effect).map(|word| pascal(&word)),
        toleration_seconds: toleration_seconds.known().copied(),
    }
}

fn spread(wanted: &model::TopologySpread) -> TopologySpread {
    let model::TopologySpread { topology_key, max_skew, when_unsatisfiable } = wanted;
    TopologySpread {
        topology_key: text(topology_key).unwrap_or_default(),
        max_skew: number(max_skew).unwrap_or(1),
        when_unsatisfiable: pascal(
            when_unsatisfiable.known().map_or("schedule_anyway", String::as_str),
        ),
    }
}

fn probes(wanted: &model::Probes) -> Probes {
    let usual = Probes::default();
    let model::Probes { liveness, readiness, startup } = wanted;
    Probes {
        liveness: probe(liveness, usual.liveness),
        readiness: probe(readiness, usual.readiness),
        startup: probe(startup, usual.startup),
    }
}

fn probe(wanted: &Attr<model::Probe>, usual: Option<Probe>) -> Option<Probe> {
    let Some(wanted) = wanted.known() else { return usual };
    let model::Probe { enabled, period_seconds, failure_threshold, timeout_seconds } = wanted;
    let usual = usual?;
    (*enabled != Attr::Known(false)).then(|| Probe {
        period_seconds: number(period_seconds).unwrap_or(usual.period_seconds),
        failure_threshold: number(failure_threshold).unwrap_or(usual.failure_threshold),
        timeout_seconds: number(timeout_seconds).unwrap_or(usual.timeout_seconds),
    })
}

fn budget(wanted: &model::DisruptionBudget) -> Option<DisruptionBudget> {
    let model::DisruptionBudget { min_available, max_unavailable } = wanted;
    text(min_available)
        .map(DisruptionBudget::MinAvailable)
        .or_else(|| text(max_unavailable).map(DisruptionBudget::MaxUnavailable))
}
