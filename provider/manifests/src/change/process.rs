//! The part of the table that both processes have.

use super::Change;
use crate::description::{Process, Role};

pub(super) fn fill(role: Role, old: &Process, new: &Process, change: &mut Change) {
    let Process {
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
    } = new;
    let of = role.attribute();
    change.restart(&[of, "cpu"], &old.cpu, cpu);
    change.restart(&[of, "memory"], &old.memory, memory);
    change.restart(&[of, "cpu_limit_factor"], &old.cpu_limit_factor, cpu_limit_factor);
    change.restart(&[of, "memory_limit_factor"], &old.memory_limit_factor, memory_limit_factor);
    change.restart(&[of, "ephemeral_storage"], &old.ephemeral_storage, ephemeral_storage);
    change.restart(&[of, "env"], &old.env, env);
    change.restart(&[of, "env_secrets"], &old.env_secrets, env_secrets);
    change.restart(&[of, "env_from"], &old.env_from, env_from);
    change.restart(&[of, "node_selector"], &old.node_selector, node_selector);
    change.restart(&[of, "tolerations"], &old.tolerations, tolerations);
    change.restart(&[of, "affinity"], &old.affinity, affinity);
    change.restart(&[of, "topology_spread"], &old.topology_spread, topology_spread);
    change.restart(&[of, "priority_class"], &old.priority_class, priority_class);
    change.restart(&[of, "labels"], &old.labels, labels);
    change.restart(&[of, "annotations"], &old.annotations, annotations);
    change.restart(&[of, "pod_template"], &old.pod_template, pod_template);
    change.restart(&[of, "probes"], &old.probes, probes);
    change.restart(
        &[of, "termination_grace_period"],
        &old.termination_grace_period,
        termination_grace_period,
    );
    change.in_place(&[of, "disruption_budget"], &old.disruption_budget, disruption_budget);
}
