//! What the scout is asked, as the program that its jar is run with.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::JAR;
use crate::JarId;
use crate::request::Request;
use crate::request::jars::{self, Program};
use crate::response::jars::Plan;

/// How the name of every version's scout ends.
pub const JAR_NAME_SUFFIX: &str = "_terraform-scout.jar";

const MAIN: &str = "scout.Scout";

/// The name that tells this scout from those of other versions.
pub(super) fn jar_name() -> String {
    static HASH: LazyLock<String> = LazyLock::new(|| HEXLOWER.encode(&Sha256::digest(JAR)));
    format!("{}{JAR_NAME_SUFFIX}", *HASH)
}

pub(super) fn list(directory: &str) -> Program {
    program(&["list", directory])
}

pub(super) fn metadata(paths: &[&str]) -> Program {
    let mut args = vec!["metadata"];
    args.extend(paths);
    program(&args)
}

pub(super) fn writable(directory: &str) -> Program {
    program(&["writable", directory])
}

/// The configuration and parallelism of the job in question become those of
/// the scout's own run, which hands them on: so the cluster's configuration
/// lies beneath them as it would beneath the job's.
pub(super) fn operators(jar: &JarId, asked: &Program) -> Program {
    let Program { entry_class, args, parallelism, flink_configuration } = asked;
    let entry_class = entry_class.as_deref().unwrap_or_default();
    let mut program = program(&["operators", jar.as_str(), entry_class]);
    program.args.extend(args.iter().cloned());
    program.parallelism = *parallelism;
    program.flink_configuration.clone_from(flink_configuration);
    program
}

fn program(args: &[&str]) -> Program {
    Program {
        entry_class: Some(MAIN.to_owned()),
        args: args.iter().map(|arg| (*arg).to_owned()).collect(),
        ..Program::default()
    }
}

/// The scout changes nothing, so a question may be asked again; but not one
/// that runs a user's program.
pub(super) fn request(scout: &JarId, program: &Program) -> Request<Plan> {
    let request = jars::plan(scout, program);
    if program.args.first().is_some_and(|question| question == "operators") {
        request
    } else {
        request.that_only_reads()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Effect, Pace};

    #[test]
    fn a_job_s_own_program_becomes_arguments_and_its_configuration_stays() {
        let asked = Program {
            entry_class: None,
            args: vec!["--rate".to_owned(), "5".to_owned()],
            parallelism: Some(3),
            flink_configuration: [("a.b".to_owned(), "c".to_owned())].into(),
        };
        let request =
            request(&JarId::new("s.jar"), &operators(&JarId::new("1_my job.jar"), &asked));
        assert_eq!(
            format!("{request:?}"),
            r#"POST /jars/s.jar/plan {"entryClass":"scout.Scout","flinkConfiguration":{"a.b":"c"},"parallelism":3,"programArgsList":["operators","1_my job.jar","","--rate","5"]}"#
        );
        assert_eq!(request.effect(), Effect::Changes);
        assert_eq!(request.pace(), Pace::RunsMain);
    }

    #[test]
    fn questions_about_storage_may_be_repeated() {
        let request = request(&JarId::new("s.jar"), &metadata(&["file:/a", "s3://b/c"]));
        assert_eq!(
            format!("{request:?}"),
            r#"POST /jars/s.jar/plan {"entryClass":"scout.Scout","flinkConfiguration":{},"programArgsList":["metadata","file:/a","s3://b/c"]}"#
        );
        assert_eq!(request.effect(), Effect::Reads);
        assert_eq!(request.pace(), Pace::Prompt);
    }
}
