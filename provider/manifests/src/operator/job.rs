//! `spec.job`, which applications and session jobs have in common.

use serde_json::{Map, Value, json};

use super::settings::Upgrade;
use crate::description::Application;

/// The job of a program; `parallelism` is left out where TaskManagers decide it.
///
/// The program's `job_id` is not in it: the operator draws one at each start.
pub(super) fn of(program: &Application, parallelism: Option<u32>, upgrade: Upgrade) -> Value {
    let Upgrade { mode, state, redeploy_nonce } = upgrade;
    let Application { jar, entry_class, args, parallelism: _, job_id: _, restore } = program;
    let mut job = Map::from_iter([
        ("jarURI".to_owned(), json!(jar)),
        ("state".to_owned(), json!(state.word())),
        ("upgradeMode".to_owned(), json!(mode.word())),
    ]);
    let mut set = |field: &str, value: Option<Value>| {
        job.extend(value.map(|value| (field.to_owned(), value)));
    };
    set("entryClass", entry_class.as_ref().map(|it| json!(it)));
    set("args", (!args.is_empty()).then(|| json!(args)));
    set("parallelism", parallelism.map(|it| json!(it)));
    set("savepointRedeployNonce", redeploy_nonce.map(|it| json!(it)));
    if let Some(restore) = restore {
        set("initialSavepointPath", Some(json!(restore.path)));
        let may_leave = restore.allow_non_restored_state;
        set("allowNonRestoredState", may_leave.then_some(json!(true)));
    }
    Value::Object(job)
}
