use super::{Error, job_manager, task_manager, task_manager_cpu};
use crate::Version;
use crate::configuration::Configuration;

const NEWEST: Version = Version::new(2, 3, 0);

fn configuration(pairs: &[(&str, &str)]) -> Configuration {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn refused(pairs: &[(&str, &str)]) -> Error {
    task_manager(&configuration(pairs), NEWEST).expect_err("a refusal")
}

#[test]
fn the_sizes_of_the_distribution_give_the_layout_of_the_documentation() {
    let sizes = configuration(&[
        ("jobmanager.memory.process.size", "1600m"),
        ("taskmanager.memory.process.size", "1728m"),
    ]);
    let manager = job_manager(&sizes, NEWEST).expect("valid sizes");
    assert_eq!(manager.heap, 1 << 30);
    assert_eq!((manager.flink(), manager.process()), (1152 << 20, 1600 << 20));
    assert_eq!(
        manager.jvm_arguments(),
        "-Xmx1073741824 -Xms1073741824 -XX:MaxMetaspaceSize=268435456"
    );
    let manager = task_manager(&sizes, NEWEST).expect("valid sizes");
    assert_eq!((manager.task_heap, manager.managed), (402_653_174, 536_870_920));
    assert_eq!((manager.pod_mebibytes(), manager.slots), (1728, 1));
}

#[test]
fn parts_that_do_not_fit_are_told_with_numbers_and_keys() {
    let error = refused(&[
        ("taskmanager.memory.flink.size", "512m"),
        ("taskmanager.memory.managed.size", "300m"),
    ]);
    assert_eq!(
        error.to_string(),
        "The parts do not fit: framework heap 128 MiB (taskmanager.memory.framework.heap.size, \
         default) + framework off-heap 128 MiB (taskmanager.memory.framework.off-heap.size, \
         default) + task off-heap 0 MiB (taskmanager.memory.task.off-heap.size, default) + managed \
         300 MiB (taskmanager.memory.managed.size, set) + network 64 MiB \
         (taskmanager.memory.network.min, derived) make 620 MiB, but total of Flink 512 MiB \
         (taskmanager.memory.flink.size, set): 108 MiB too little. Raise \
         \"taskmanager.memory.flink.size\" by that much, or lower a part."
    );
    assert_eq!(
        error.keys().get(..2),
        Some(&["taskmanager.memory.flink.size", "taskmanager.memory.managed.size"][..])
    );
}

#[test]
fn a_process_too_small_for_the_jvm_is_told() {
    let error = refused(&[("taskmanager.memory.process.size", "400m")]);
    assert_eq!(
        error.to_string(),
        "The parts do not fit: JVM metaspace 256 MiB (taskmanager.memory.jvm-metaspace.size, \
         default) + JVM overhead 192 MiB (taskmanager.memory.jvm-overhead.fraction, derived) make \
         448 MiB, but total of the process 400 MiB (taskmanager.memory.process.size, set): 48 MiB \
         too little. Raise \"taskmanager.memory.process.size\" by that much, or lower a part."
    );
}

#[test]
fn every_refusal_names_its_keys_and_numbers() {
    for (pairs, wanted) in [
        (
            &[("taskmanager.memory.process.size", "1.5g")][..],
            "\"1.5g\" is no value for \"taskmanager.memory.process.size\". Flink 2.3.0 takes a \
             memory size: a whole number and a binary unit of b, k, m, g, t, such as 1536m; \
             without a unit it is bytes.",
        ),
        (
            &[],
            "Nothing says how much memory the process has, and Flink has no default. Set \
             \"taskmanager.memory.process.size\" (all of it, which is what the container gets) or \
             \"taskmanager.memory.flink.size\".",
        ),
        (
            &[
                ("taskmanager.memory.process.size", "3g"),
                ("taskmanager.memory.jvm-overhead.min", "2g"),
            ],
            "The lower bound is above the upper one: JVM overhead 2048 MiB \
             (taskmanager.memory.jvm-overhead.min, set), JVM overhead 1024 MiB \
             (taskmanager.memory.jvm-overhead.max, default). Lower \
             \"taskmanager.memory.jvm-overhead.min\" or raise \
             \"taskmanager.memory.jvm-overhead.max\".",
        ),
        (
            &[
                ("taskmanager.memory.process.size", "3g"),
                ("taskmanager.memory.managed.fraction", "1.2"),
            ],
            "\"taskmanager.memory.managed.fraction\" is 1.2. It has to be at least 0 and less \
             than 1.",
        ),
        (
            &[("taskmanager.memory.process.size", "3g"), ("taskmanager.numberOfTaskSlots", "0")],
            "\"taskmanager.numberOfTaskSlots\" is 0. It has to be more than 0.",
        ),
    ] {
        assert_eq!(refused(pairs).to_string(), wanted);
    }
}

#[test]
fn what_is_left_over_and_what_is_too_much_is_told() {
    for (pairs, wanted) in [
        (
            [("taskmanager.memory.flink.size", "1g"), ("taskmanager.memory.process.size", "4g")],
            "2816 MiB are left for JVM overhead (\"taskmanager.memory.jvm-overhead.fraction\"), \
             which is not between JVM overhead 192 MiB (taskmanager.memory.jvm-overhead.min, \
             default) and JVM overhead 1024 MiB (taskmanager.memory.jvm-overhead.max, default). \
             Change the sizes that leave so much, or the bound.",
        ),
        (
            [
                ("taskmanager.memory.flink.size", "1g"),
                ("taskmanager.memory.jvm-metaspace.size", "9223372036854775807"),
            ],
            "\"taskmanager.memory.jvm-metaspace.size\" leads to more bytes than Flink can count (2^63).",
        ),
    ] {
        assert_eq!(refused(&pairs).to_string(), wanted);
    }
}

#[test]
fn set_parts_that_do_not_make_the_set_whole_are_told() {
    let both = [
        ("jobmanager.memory.flink.size", "1g"),
        ("jobmanager.memory.heap.size", "512m"),
        ("jobmanager.memory.off-heap.size", "256m"),
    ];
    let error = job_manager(&configuration(&both), NEWEST).expect_err("a refusal");
    assert_eq!(
        error.to_string(),
        "heap 512 MiB (jobmanager.memory.heap.size, set) + off-heap 256 MiB \
         (jobmanager.memory.off-heap.size, set) make 768 MiB, but total of Flink 1024 MiB \
         (jobmanager.memory.flink.size, set). Leave one of them out, so that it follows from the \
         others, or set sizes that add up."
    );
}

#[test]
fn the_container_asks_for_the_cores_that_come_first() {
    let mut given = configuration(&[("taskmanager.numberOfTaskSlots", "3")]);
    let cpu =
        |given: &Configuration| task_manager_cpu(given, Version::new(1, 20, 5)).expect("cores");
    assert_eq!(cpu(&given).to_string(), "3");
    given.insert("kubernetes.taskmanager.cpu".to_owned(), "1.5".to_owned());
    assert_eq!(cpu(&given).to_string(), "1.5");
    given.insert("taskmanager.cpu.cores".to_owned(), "0.5".to_owned());
    assert_eq!(cpu(&given).to_string(), "0.5");
}
