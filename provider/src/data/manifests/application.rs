//! The program of an application cluster whose objects are asked for.

use manifests::description::{Application, ClaimMode, Kind, Restore};
use terraform::{
    diagnostics::{Diagnostic, Diagnostics},
    model::{Attr, Model},
    path::Path,
    value::Value,
};

/// A program that the cluster runs by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct Program {
    /// Where the jar is: in the image, `local:///opt/flink/usrlib/orders.jar`; since Flink 1.19 also where the JobManager fetches it, `https://…` or, with the plugin for it, `s3://…`.
    #[attr(required)]
    pub jar: Attr<String>,
    /// Fully qualified name of the class whose `main` is run. Default: the jar's manifest says.
    #[attr(optional)]
    pub entry_class: Attr<String>,
    /// Arguments of the program's `main`, one per element, as they are. They stand in plain text in the objects: no secrets here.
    #[attr(optional)]
    pub args: Attr<Vec<String>>,
    /// Number of parallel subtasks. Default: `parallelism.default` of `flink_configuration`, else 1.
    #[attr(optional)]
    pub parallelism: Attr<i64>,
    /// The job's id, 32 hexadecimal digits. Give every start from a savepoint another one: with it, what has ended is told from what is to run.
    #[attr(required, validate = [job_id])]
    pub job_id: Attr<String>,
    /// The state to start from. Default: none.
    #[attr(optional)]
    pub restore: Attr<StartFrom>,
}

/// A savepoint or checkpoint to start from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Model)]
pub struct StartFrom {
    /// Path of a savepoint or retained checkpoint.
    #[attr(required)]
    pub path: Attr<String>,
    /// Whether state that no operator of the program claims is dropped (default `false`: such a start is refused).
    #[attr(optional)]
    pub allow_non_restored_state: Attr<bool>,
    /// Who owns the restored files afterwards: `no_claim` (default) leaves them alone; `claim` lets Flink delete them when it no longer needs them; `legacy` is Flink's old behaviour. Only `native` can set it.
    #[attr(optional, one_of = ["no_claim", "claim", "legacy"])]
    pub claim_mode: Attr<String>,
}

/// The id of a job.
fn job_id(value: &Value, path: &Path, found: &mut Diagnostics) {
    let Value::String(text) = value else { return };
    if text.len() != 32 || !text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')) {
        let detail = "The id of a job has 32 hexadecimal digits in lower case, for example substr(sha256(\"orders 1\"), 0, 32).";
        let summary = format!("{text:?} is not the id of a job");
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
}

/// What the attribute makes of the cluster.
pub(super) fn kind(program: &Attr<Program>) -> Kind {
    let Some(program) = program.known() else { return Kind::Session };
    let text = |attribute: &Attr<String>| attribute.known().cloned();
    Kind::Application(Application {
        jar: text(&program.jar).unwrap_or_default(),
        entry_class: text(&program.entry_class),
        args: program.args.known().cloned().unwrap_or_default(),
        // What is not a number of subtasks is refused like none at all.
        parallelism: program.parallelism.known().map(|it| u32::try_from(*it).unwrap_or(0)),
        job_id: text(&program.job_id).unwrap_or_default(),
        restore: program.restore.known().map(restore),
    })
}

fn restore(from: &StartFrom) -> Restore {
    Restore {
        path: from.path.known().cloned().unwrap_or_default(),
        allow_non_restored_state: from.allow_non_restored_state == Attr::Known(true),
        claim_mode: match from.claim_mode.known().map(String::as_str) {
            Some("claim") => ClaimMode::Claim,
            Some("legacy") => ClaimMode::Legacy,
            Some(_) | None => ClaimMode::NoClaim,
        },
    }
}

/// The path of what a description says of its program; `None` for everything else.
pub(super) fn path(parts: &[String]) -> Option<Path> {
    let of_program = ["jar", "args", "parallelism", "restore"];
    let (first, rest) = parts.split_first()?;
    of_program.contains(&first.as_str()).then(|| {
        let program = Path::attribute("application");
        match (first.as_str(), rest) {
            ("jar", [part]) => program.child(part),
            (_, rest) => rest.iter().fold(program.child(first), |path, part| path.child(part)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_program_is_told_at_its_attribute() {
        for (parts, expected) in [
            (&["jar"][..], Some("application.jar")),
            (&["jar", "entry_class"], Some("application.entry_class")),
            (&["restore", "claim_mode"], Some("application.restore.claim_mode")),
            (&["image"], None),
        ] {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            assert_eq!(path(&parts).map(|path| path.to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn an_id_is_what_flink_takes_for_one() {
        let said = |text: &str| {
            let mut found = Diagnostics::new();
            job_id(&Value::String(text.to_owned()), &Path::root(), &mut found);
            found.has_error()
        };
        assert!(!said("00000000000000000000000000000abc"));
        for wrong in
            ["", "abc", "00000000000000000000000000000ABC", "g0000000000000000000000000000abc"]
        {
            assert!(said(wrong), "{wrong}");
        }
    }
}
