//! The memory model against Flink's own answers.
//!
//! Reads every JSON file below `FLINK_MEMORY_CASES`, or below `tests/memory-cases`. A file is a list
//! of cases `{name, config, jobmanager, taskmanager}`; the Flink version is the one in its name. A
//! process is `{error}` or its sizes in bytes, and what else Flink answered.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use flink::Version;
use flink::configuration::Configuration;
use flink::memory::{self, JobManager, TaskManager};
use serde_json::{Map, Value};

#[test]
fn sizes_are_those_of_flink_to_the_byte() {
    let folder = env::var_os("FLINK_MEMORY_CASES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/memory-cases"),
        PathBuf::from,
    );
    let mut cases = 0;
    let mut differing = 0;
    for file in json_files(&folder) {
        let version = version_of(&file);
        let text = fs::read_to_string(&file).expect("a file");
        let json: Value = serde_json::from_str(&text).expect("JSON");
        for case in cases_of(&json) {
            cases += 1;
            let differences = compare(&case, version);
            differing += usize::from(!differences.is_empty());
            for difference in differences {
                println!("{} of {version}: {difference}", name_of(&case));
            }
        }
    }
    println!("{cases} cases, {differing} differ");
    assert!(cases > 0, "no case below {}", folder.display());
    assert_eq!(differing, 0, "cases that differ");
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder with cases");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let is_json = |path: &Path| path.extension().is_some_and(|it| it == "json");
    let each = |path: PathBuf| if path.is_dir() { json_files(&path) } else { vec![path] };
    paths.into_iter().flat_map(each).filter(|path| is_json(path)).collect()
}

/// The version in the name of the file, or of a folder that it is in.
fn version_of(file: &Path) -> Version {
    let parts = file.iter().rev().filter_map(|part| part.to_str());
    let words = parts.flat_map(|part| part.trim_end_matches(".json").split(['-', '_']));
    let version = words.filter(|word| word.starts_with(|it: char| it.is_ascii_digit()));
    let mut version = version.filter_map(|word| word.parse().ok());
    version.next().expect("a version in the name")
}

/// The cases of a file: a list, or an object that holds one.
fn cases_of(json: &Value) -> Vec<Map<String, Value>> {
    let list = json.as_array().or_else(|| json.get("cases")?.as_array()).expect("a list of cases");
    list.iter().map(|case| case.as_object().expect("a case").clone()).collect()
}

fn name_of(case: &Map<String, Value>) -> &str {
    case.get("name").and_then(Value::as_str).unwrap_or("a case")
}

fn compare(case: &Map<String, Value>, version: Version) -> Vec<String> {
    let configuration = configuration_of(case);
    let mut differences = Vec::new();
    if let Some(recorded) = process(case, "jobmanager") {
        let answer = memory::job_manager(&configuration, version);
        let told = answer.map(|it| job_manager(&it)).map_err(|error| error.to_string());
        differences.extend(difference("jobmanager", recorded, told));
    }
    if let Some(recorded) = process(case, "taskmanager") {
        let compare = |configuration: &Configuration| {
            let answer = memory::task_manager(configuration, version);
            let told = answer.map(|it| task_manager(&it)).map_err(|error| error.to_string());
            difference("taskmanager", recorded, told)
        };
        let found = compare(&configuration);
        let unmapped = without_old_heap(&configuration);
        differences.extend(found.filter(|_| unmapped.is_none_or(|it| compare(&it).is_some())));
    }
    let is_recorded = ["jobmanager", "taskmanager"].iter().any(|it| process(case, it).is_some());
    assert!(is_recorded, "a case without an answer");
    differences
}

/// What Flink answered for a process.
fn process<'a>(case: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    case.get(name).filter(|answer| answer.is_object())
}

fn configuration_of(case: &Map<String, Value>) -> Configuration {
    let config = case.get("config").and_then(Value::as_object).expect("a configuration");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    config.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

/// The configuration without the TaskManager's options of old, if it has any: some recordings were
/// made without the step by which Flink's client reads them.
fn without_old_heap(configuration: &Configuration) -> Option<Configuration> {
    let mut rest = configuration.clone();
    rest.retain(|key, _| !key.starts_with("taskmanager.heap."));
    (rest.len() < configuration.len()).then_some(rest)
}

/// What Flink answered and we do not, or the other way round.
fn difference(
    process: &str,
    recorded: &Value,
    told: Result<Map<String, Value>, String>,
) -> Option<String> {
    let recorded = recorded.as_object().expect("a process");
    match (recorded.get("error").filter(|error| !error.is_null()), told) {
        (Some(_), Err(_)) => None,
        (Some(error), Ok(_)) => {
            Some(format!("{process} is accepted, but Flink refuses it: {error}"))
        }
        (None, Err(error)) => Some(format!("{process} is refused, but not by Flink: {error}")),
        (None, Ok(told)) => {
            let both: Vec<_> = told.keys().filter(|field| recorded.contains_key(*field)).collect();
            assert!(!both.is_empty(), "{process} has no sizes");
            let differ = |field: &&String| !same(field, recorded.get(*field), told.get(*field));
            let field = both.into_iter().find(differ)?;
            let (flink, own) = (recorded.get(field), told.get(field));
            Some(format!("{process}.{field} is {own:?}, but {flink:?} in Flink"))
        }
    }
}

/// A number in a text, as Java or Rust writes it.
fn number(value: Option<&Value>) -> Option<f64> {
    let value = value?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Whether a field is the same; the parameters that Flink's scripts pass on are in hash order.
fn same(field: &str, one: Option<&Value>, two: Option<&Value>) -> bool {
    if field == "cpu" {
        return number(one) == number(two);
    }
    if field != "dynamicConfigs" {
        return one == two;
    }
    let sizes = |value: Option<&Value>| {
        let text = value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let pairs = text.split("-D ").map(|pair| pair.trim().to_owned());
        pairs.filter(|pair| pair.contains(".memory.")).collect::<BTreeSet<_>>()
    };
    sizes(one) == sizes(two)
}

fn job_manager(told: &JobManager) -> Map<String, Value> {
    let dynamic = [
        ("heap.size", told.heap),
        ("off-heap.size", told.off_heap),
        ("jvm-metaspace.size", told.metaspace),
        ("jvm-overhead.min", told.overhead),
        ("jvm-overhead.max", told.overhead),
    ];
    fields(
        &[
            ("jvmHeap", told.heap),
            ("offHeap", told.off_heap),
            ("totalFlink", told.flink()),
            ("metaspace", told.metaspace),
            ("overhead", told.overhead),
            ("totalProcess", told.process()),
            ("podMemoryMi", told.pod_mebibytes()),
        ],
        &[
            ("limit", Value::from(told.limits_direct_memory)),
            ("jvmArgs", Value::from(told.jvm_arguments())),
            ("dynamicConfigs", Value::from(parameters("jobmanager", &dynamic))),
        ],
    )
}

fn task_manager(told: &TaskManager) -> Map<String, Value> {
    let dynamic = [
        ("framework.heap.size", told.framework_heap),
        ("framework.off-heap.size", told.framework_off_heap),
        ("task.heap.size", told.task_heap),
        ("task.off-heap.size", told.task_off_heap),
        ("managed.size", told.managed),
        ("network.min", told.network),
        ("network.max", told.network),
        ("jvm-metaspace.size", told.metaspace),
        ("jvm-overhead.min", told.overhead),
        ("jvm-overhead.max", told.overhead),
    ];
    fields(
        &[
            ("frameworkHeap", told.framework_heap),
            ("taskHeap", told.task_heap),
            ("managed", told.managed),
            ("frameworkOffHeap", told.framework_off_heap),
            ("taskOffHeap", told.task_off_heap),
            ("network", told.network),
            ("totalFlink", told.flink()),
            ("metaspace", told.metaspace),
            ("overhead", told.overhead),
            ("totalProcess", told.process()),
            ("podMemoryMi", told.pod_mebibytes()),
        ],
        &[
            ("slots", Value::from(told.slots)),
            ("cpu", Value::from(told.cpu.to_string())),
            ("jvmArgs", Value::from(told.jvm_arguments())),
            ("dynamicConfigs", Value::from(parameters("taskmanager", &dynamic))),
        ],
    )
}

fn fields(sizes: &[(&str, u64)], others: &[(&str, Value)]) -> Map<String, Value> {
    let sizes = sizes.iter().map(|(name, size)| ((*name).to_owned(), Value::from(*size)));
    sizes.chain(others.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))).collect()
}

fn parameters(process: &str, sizes: &[(&str, u64)]) -> String {
    let pairs = sizes.iter().map(|(key, size)| format!("-D {process}.memory.{key}={size}b"));
    pairs.collect::<Vec<_>>().join(" ")
}
