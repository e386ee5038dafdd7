//! What a configuration file of Flink's own distribution sets and a file of ours must not lose.

use super::{Configuration, options};
use crate::Version;

/// The size of a JobManager's process in the file of every distribution.
pub const JOB_MANAGER_PROCESS_SIZE: &str = "1600m";

/// The size of a TaskManager's process in the file of every distribution.
pub const TASK_MANAGER_PROCESS_SIZE: &str = "1728m";

const JAVA_OPTIONS: &str = "env.java.opts.all";

/// What Flink needs of Java's modules; the same in 2.1, 2.2 and 2.3.
const MODULES: &str = "\
     --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED \
     --add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED \
     --add-opens=java.base/java.lang=ALL-UNNAMED \
     --add-opens=java.base/java.net=ALL-UNNAMED \
     --add-opens=java.base/java.io=ALL-UNNAMED \
     --add-opens=java.base/java.nio=ALL-UNNAMED \
     --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
     --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \
     --add-opens=java.base/java.text=ALL-UNNAMED \
     --add-opens=java.base/java.time=ALL-UNNAMED \
     --add-opens=java.base/java.util=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED";

/// Up to 2.0 one more stood in front.
const MODULES_UNTIL_2_0: &str = "\
     --add-exports=java.base/sun.net.util=ALL-UNNAMED \
     --add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED \
     --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED \
     --add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED \
     --add-opens=java.base/java.lang=ALL-UNNAMED \
     --add-opens=java.base/java.net=ALL-UNNAMED \
     --add-opens=java.base/java.io=ALL-UNNAMED \
     --add-opens=java.base/java.nio=ALL-UNNAMED \
     --add-opens=java.base/sun.nio.ch=ALL-UNNAMED \
     --add-opens=java.base/java.lang.reflect=ALL-UNNAMED \
     --add-opens=java.base/java.text=ALL-UNNAMED \
     --add-opens=java.base/java.time=ALL-UNNAMED \
     --add-opens=java.base/java.util=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED \
     --add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED";

/// The options that decide how much memory a JobManager takes; one of them is needed.
const JOB_MANAGER_SIZES: [&str; 3] = [
    "jobmanager.memory.process.size",
    "jobmanager.memory.flink.size",
    "jobmanager.memory.heap.size",
];

/// The options that decide how much memory a TaskManager takes.
const TASK_MANAGER_SIZES: [&str; 2] =
    ["taskmanager.memory.process.size", "taskmanager.memory.flink.size"];

/// Both together decide it too.
const TASK_MANAGER_PARTS: [&str; 2] =
    ["taskmanager.memory.task.heap.size", "taskmanager.memory.managed.size"];

/// Options of Flink 1 that count as the size of the process.
const LEGACY_SIZES: [&str; 4] =
    ["jobmanager.heap.size", "jobmanager.heap.mb", "taskmanager.heap.size", "taskmanager.heap.mb"];

/// The `env.java.opts.all` of a version's distribution.
///
/// Flink on Java 17 needs it: without, the first job fails with `InaccessibleObjectException`. It
/// stands in the file of the image, which a file of ours hides.
pub fn java_options(version: Version) -> &'static str {
    if version < Version::new(2, 1, 0) { MODULES_UNTIL_2_0 } else { MODULES }
}

/// Adds what the distribution's own file sets and Flink needs, where the configuration says nothing:
/// the options of Java, and sizes of the processes.
pub fn complete(configuration: &mut Configuration, version: Version) {
    let missing: Vec<_> = missing(configuration, version).collect();
    let owned = missing.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
    configuration.extend(owned);
}

fn missing(
    configuration: &Configuration,
    version: Version,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let options = options::of(version);
    let is_set = |key: &str| options.read(configuration, key).is_some();
    let is_legacy = |process: &str| {
        version < Version::new(2, 0, 0)
            && LEGACY_SIZES.iter().any(|key| key.starts_with(process) && is_set(key))
    };
    let java = (!is_set(JAVA_OPTIONS)).then(|| (JAVA_OPTIONS, java_options(version)));
    let [job_manager, ..] = JOB_MANAGER_SIZES;
    let has_job_manager =
        JOB_MANAGER_SIZES.iter().any(|key| is_set(key)) || is_legacy("jobmanager.");
    let [task_manager, ..] = TASK_MANAGER_SIZES;
    let has_task_manager = TASK_MANAGER_SIZES.iter().any(|key| is_set(key))
        || TASK_MANAGER_PARTS.iter().all(|key| is_set(key))
        || is_legacy("taskmanager.");
    let job_manager = (!has_job_manager).then_some((job_manager, JOB_MANAGER_PROCESS_SIZE));
    let task_manager = (!has_task_manager).then_some((task_manager, TASK_MANAGER_PROCESS_SIZE));
    [java, job_manager, task_manager].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::{complete, java_options};
    use crate::Version;
    use crate::configuration::Configuration;

    fn added(version: Version, given: &[(&str, &str)]) -> Vec<(String, String)> {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let given: Configuration = given.iter().map(pair).collect();
        let mut all = given.clone();
        complete(&mut all, version);
        all.retain(|key, _| !given.contains_key(key));
        all.into_iter()
            .map(|(key, value)| (key, value.split(' ').next().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn nothing_set_gives_what_the_distribution_sets() {
        let sizes = ["jobmanager.memory.process.size", "taskmanager.memory.process.size"];
        let first = "--add-exports=java.base/sun.net.util=ALL-UNNAMED";
        let added = added(Version::new(1, 20, 5), &[]);
        assert_eq!(
            added,
            [("env.java.opts.all", first), (sizes[0], "1600m"), (sizes[1], "1728m")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
    }

    #[test]
    fn what_the_user_decides_stays_the_users() {
        let own = [("env.java.opts.all", "-Dx=y")];
        for (version, given, count) in [
            (
                "1.18.1",
                [("jobmanager.memory.flink.size", "1g"), ("taskmanager.heap.size", "1g")],
                0,
            ),
            ("2.0.2", [("jobmanager.memory.heap.size", "1g"), ("taskmanager.heap.size", "1g")], 1),
            (
                "2.3.0",
                [("taskmanager.memory.task.heap.size", "1g"), ("jobmanager.heap.mb", "1")],
                2,
            ),
            (
                "2.3.0",
                [("taskmanager.memory.task.heap.size", "1g"), ("taskmanager.memory.size", "1g")],
                1,
            ),
        ] {
            let given: Vec<_> = given.into_iter().chain(own).collect();
            assert_eq!(added(version.parse().unwrap(), &given).len(), count, "{given:?}");
        }
    }

    #[test]
    fn the_modules_are_those_of_the_version() {
        let newer = java_options(Version::new(2, 3, 0));
        let older = java_options(Version::new(2, 0, 2));
        assert_eq!(older.split(' ').count(), newer.split(' ').count() + 1);
        assert!(older.ends_with(newer));
        assert!(newer.contains("--add-opens=java.base/java.util=ALL-UNNAMED"));
        assert!(newer.split(' ').all(|option| option.starts_with("--add-")));
    }
}
