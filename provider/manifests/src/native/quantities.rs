//! CPU and memory of the main container.

use flink::configuration::value::java_double;

use super::options::Reader;
use crate::template::Resources;

/// The JobManager's resources; `mebibytes` is the size of its process.
pub(super) fn job_manager(reader: &Reader<'_>, mebibytes: u64) -> Resources {
    let cpu = reader.double("kubernetes.jobmanager.cpu.amount", 1.0);
    Resources {
        cpu: java_double(cpu),
        cpu_limit: java_double(cpu * factor(reader, "kubernetes.jobmanager.cpu.limit-factor")),
        memory: format!("{mebibytes}Mi"),
        memory_limit: format!(
            "{}Mi",
            times(mebibytes, factor(reader, "kubernetes.jobmanager.memory.limit-factor"))
        ),
    }
}

fn factor(reader: &Reader<'_>, key: &str) -> f64 {
    let factor = reader.double(key, 1.0);
    if factor < 1.0 {
        reader.refuse(
            key,
            format!("{key} is {factor}: a limit below the request. It has to be at least 1."),
        );
    }
    factor
}

/// The product without what is behind its point, as Java casts it to an `int`.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a pod's mebibytes are far below 2^53, and the cast is the rule of Flink"
)]
pub(super) fn times(mebibytes: u64, factor: f64) -> u64 {
    (mebibytes as f64 * factor) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_cut_off_and_not_rounded() {
        for (mebibytes, factor, limit) in
            [(2000, 1.3, 2600), (1621, 1.0, 1621), (1600, 1.5, 2400), (1001, 1.999, 2000)]
        {
            assert_eq!(times(mebibytes, factor), limit, "{mebibytes} × {factor}");
        }
    }
}
