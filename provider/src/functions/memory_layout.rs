//! `provider::flink::memory_layout`.

use std::collections::BTreeMap;

use lifecycle::flink::{
    configuration::defaults,
    memory::{self, JobManager, TaskManager},
};
use terraform::{
    resource::{Function, FunctionError, Parameter},
    value::{Number, Type, Value},
};

use super::{configuration, version, wrong};

/// How Flink divides the memory of its processes.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemoryLayout;

/// The parts of a JobManager, as the function names them.
const JOB_MANAGER: [&str; 6] = ["heap", "off_heap", "metaspace", "overhead", "flink", "process"];

/// The parts of a TaskManager.
const TASK_MANAGER: [&str; 10] = [
    "framework_heap",
    "task_heap",
    "managed",
    "framework_off_heap",
    "task_off_heap",
    "network",
    "metaspace",
    "overhead",
    "flink",
    "process",
];

impl Function for MemoryLayout {
    const NAME: &'static str = "memory_layout";
    const SUMMARY: &'static str = "How Flink divides the memory of its processes";
    const DESCRIPTION: &'static str = "Computes what a JobManager and a TaskManager of a Flink version make of the memory options in a configuration, as Flink itself computes it. Returns an object with `job_manager` (`heap`, `off_heap`) and `task_manager` (`framework_heap`, `task_heap`, `managed`, `framework_off_heap`, `task_off_heap`, `network`); both have `metaspace`, `overhead`, the totals `flink` and `process`, all in bytes, `pod_mebibytes` (what a container asks for on Kubernetes) and `jvm_arguments`. Where no option decides the size, the sizes of Flink's distribution count: 1600m and 1728m. A configuration that Flink would refuse is an error with the numbers.";

    fn parameters() -> Vec<Parameter> {
        vec![super::CONFIGURATION.parameter(), super::FLINK_VERSION.parameter()]
    }

    fn returns() -> Type {
        let object = |parts: &[&str]| {
            let parts = parts.iter().map(|part| ((*part).to_owned(), Type::Number));
            let more = [
                ("pod_mebibytes".to_owned(), Type::Number),
                ("jvm_arguments".to_owned(), Type::String),
            ];
            Type::Object(parts.chain(more).collect())
        };
        Type::Object(BTreeMap::from([
            ("job_manager".to_owned(), object(&JOB_MANAGER)),
            ("task_manager".to_owned(), object(&TASK_MANAGER)),
        ]))
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let mut configuration = configuration(&arguments)?;
        let version = version(&arguments)?;
        defaults::complete(&mut configuration, version);
        let refused = |process: &str, error: &memory::Error| {
            wrong(0, format!("Flink {version} would not start the {process}. {error}"))
        };
        let job_manager = memory::job_manager(&configuration, version)
            .map_err(|error| refused("JobManager", &error))?;
        let task_manager = memory::task_manager(&configuration, version)
            .map_err(|error| refused("TaskManager", &error))?;
        Ok(Value::Mapping(BTreeMap::from([
            ("job_manager".to_owned(), job_manager_value(&job_manager)),
            ("task_manager".to_owned(), task_manager_value(&task_manager)),
        ])))
    }
}

fn job_manager_value(it: &JobManager) -> Value {
    let sizes = [it.heap, it.off_heap, it.metaspace, it.overhead, it.flink(), it.process()];
    object(&JOB_MANAGER, &sizes, it.pod_mebibytes(), &it.jvm_arguments())
}

fn task_manager_value(it: &TaskManager) -> Value {
    let sizes = [
        it.framework_heap,
        it.task_heap,
        it.managed,
        it.framework_off_heap,
        it.task_off_heap,
        it.network,
        it.metaspace,
        it.overhead,
        it.flink(),
        it.process(),
    ];
    object(&TASK_MANAGER, &sizes, it.pod_mebibytes(), &it.jvm_arguments())
}

fn object(names: &[&str], sizes: &[u64], pod: u64, arguments: &str) -> Value {
    let sizes = names.iter().zip(sizes).map(|(name, size)| ((*name).to_owned(), number(*size)));
    let more = [
        ("pod_mebibytes".to_owned(), number(pod)),
        ("jvm_arguments".to_owned(), Value::from(arguments)),
    ];
    Value::Mapping(sizes.chain(more).collect())
}

/// Flink counts no further than an `i64`.
fn number(bytes: u64) -> Value {
    Value::Number(Number::Integer(i64::try_from(bytes).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(pairs: &[(&str, &str)], version: &str) -> Result<Value, FunctionError> {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), Value::from(*value));
        let configuration = Value::Mapping(pairs.iter().map(pair).collect());
        MemoryLayout.call(vec![configuration, Value::from(version)])
    }

    fn part<'a>(layout: &'a Value, process: &str, name: &str) -> &'a Value {
        let Value::Mapping(processes) = layout else { panic!("{layout:?}") };
        let Value::Mapping(parts) = &processes[process] else { panic!("{layout:?}") };
        &parts[name]
    }

    #[test]
    fn the_parts_are_told_and_the_distributions_sizes_count_where_nothing_is_set() {
        let sizes = [("taskmanager.memory.process.size", "4g")];
        let layout = called(&sizes, "2.3.0").expect("a layout");
        assert_eq!(part(&layout, "job_manager", "heap"), &number(1 << 30));
        assert_eq!(part(&layout, "task_manager", "managed"), &number(1_438_814_063));
        assert_eq!(part(&layout, "task_manager", "pod_mebibytes"), &number(4096));
        assert_eq!(
            part(&layout, "job_manager", "jvm_arguments"),
            &Value::from("-Xmx1073741824 -Xms1073741824 -XX:MaxMetaspaceSize=268435456")
        );
    }

    #[test]
    fn what_flink_would_refuse_is_an_error_with_the_numbers() {
        let sizes = [("jobmanager.memory.process.size", "400m")];
        let error = called(&sizes, "1.20").expect_err("too little");
        assert!(error.text.starts_with("Flink 1.20.0 would not start the JobManager. "));
        assert!(error.text.contains("400 MiB"), "{}", error.text);
        let error = called(&[], "latest").expect_err("no version");
        assert_eq!(error.argument, Some(1));
    }
}
