//! Translations, on answers as Flink gives them (see the recordings of the
//! crate `flink`; shortened to what is read).

use flink::Causes;
use serde_json::{from_value, json};

use super::{jobs, launch, triggers};
use crate::job::{
    observed::{DisposalState, SnapshotKind, TriggerFailure, TriggerState},
    step::Effect,
};

const STOPPED_HALFWAY: &str = "java.util.concurrent.CompletionException: org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException: A savepoint has been created at: file:/s/savepoint-1-2, but the corresponding job 1 failed during stopping. The savepoint is consistent, but might have uncommitted transactions. If you want to commit the transaction please restart a job from this savepoint.\n\tat a.b.C\nCaused by: java.lang.IllegalStateException: injected: fail-close";
const NO_SUCH_JOB: &str = "org.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (00000000000000000000000000000001)\n\tat a.b.C";
const DECLINED: &str = "java.util.concurrent.CompletionException: org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint triggering task seq is not being executed at the moment. Aborting checkpoint.\n\tat a.b.C";

fn failed(trace: &str) -> serde_json::Value {
    json!({"status": {"id": "COMPLETED"}, "operation": {"failure-cause": {"class": "x", "stack-trace": trace}}})
}

#[test]
fn a_completed_trigger_is_only_done_with_a_location() {
    let told = |value| triggers::told(from_value(value).expect("an answer"));
    let done =
        json!({"status": {"id": "COMPLETED"}, "operation": {"location": "file:/s/savepoint-1-2"}});
    assert_eq!(told(done), TriggerState::Completed("file:/s/savepoint-1-2".to_owned()));
    let running = json!({"status": {"id": "IN_PROGRESS"}, "operation": null});
    assert_eq!(told(running), TriggerState::InProgress);
    assert_eq!(told(failed(NO_SUCH_JOB)), TriggerState::Failed(TriggerFailure::NoSuchJob));
    let TriggerState::Failed(TriggerFailure::Other { cause }) = told(failed(DECLINED)) else {
        panic!("another failure");
    };
    assert!(cause.contains("is not being executed at the moment"), "{cause}");
}

#[test]
fn a_savepoint_whose_job_failed_while_stopping_keeps_its_path() {
    let told = triggers::told(from_value(failed(STOPPED_HALFWAY)).expect("an answer"));
    let TriggerState::Failed(TriggerFailure::WhileStopping { path, cause }) = told else {
        panic!("{told:?}");
    };
    assert_eq!(path, "file:/s/savepoint-1-2");
    assert_eq!(cause.as_deref(), Some("IllegalStateException: injected: fail-close"));
    let (alone, _) = STOPPED_HALFWAY.split_once("\nCaused by").expect("two causes");
    let told = triggers::told(from_value(failed(alone)).expect("an answer"));
    let path = "file:/s/savepoint-1-2".to_owned();
    let expected = TriggerFailure::WhileStopping { path, cause: None };
    assert_eq!(told, TriggerState::Failed(expected));
}

#[test]
fn a_job_that_failed_while_stopping_tells_why() {
    let entry = |trace: &str| json!({"exceptionName": "x", "stacktrace": trace, "timestamp": 1, "taskName": null});
    let (alone, _) = STOPPED_HALFWAY.split_once("\nCaused by").expect("two causes");
    let outer = format!(
        "org.apache.flink.runtime.JobException: The failure is not recoverable\nCaused by: {alone}"
    );
    let inner = "java.lang.IllegalStateException: injected: fail-close\n\tat a.b.C";
    for (entries, expected) in [
        (vec![entry(&outer), entry(inner)], Some("IllegalStateException: injected: fail-close")),
        (vec![entry(&outer)], None),
    ] {
        let failures = u32::try_from(entries.len()).expect("a few");
        let told = json!({"exceptionHistory": {"entries": entries, "truncated": false}});
        let trouble = jobs::trouble(&from_value(told).expect("an answer"));
        assert_eq!((trouble.cause.as_deref(), trouble.failures), (expected, failures));
    }
}

#[test]
fn a_savepoint_that_is_already_gone_counts_as_disposed() {
    let gone = "java.lang.Exception: Could not dispose savepoint\nCaused by: java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory 'file:/x' on file system 'file'.";
    let disposed = |trace: &str| triggers::disposed(from_value(failed(trace)).expect("an answer"));
    assert_eq!(disposed(gone), DisposalState::Gone);
    assert!(matches!(disposed(DECLINED), DisposalState::Failed { .. }));
}

#[test]
fn a_stop_savepoint_is_told_from_a_checkpoint() {
    let checkpoint = |id: u64, kind: &str, path: &str| {
        json!({"id": id, "status": "COMPLETED", "is_savepoint": kind != "CHECKPOINT", "checkpoint_type": kind,
            "trigger_timestamp": 5, "external_path": path, "discarded": kind == "CHECKPOINT"})
    };
    let all = json!({
        "counts": {"restored": 1, "total": 9, "in_progress": 0, "completed": 8, "failed": 1},
        "latest": {
            "completed": checkpoint(7, "CHECKPOINT", "file:/c/chk-7"),
            "savepoint": checkpoint(8, "SYNC_SAVEPOINT", "file:/s/savepoint-1-2"),
            "restored": {"id": 3, "restore_timestamp": 1, "is_savepoint": true, "external_path": "file:/s/old"},
        },
    });
    let history = jobs::history(from_value(all).expect("an answer"), None);
    let savepoint = history.savepoint.expect("a savepoint");
    assert_eq!(savepoint.kind, SnapshotKind::StopSavepoint);
    assert_eq!(savepoint.path.as_deref(), Some("file:/s/savepoint-1-2"));
    let discarded = history.completed.expect("a checkpoint");
    assert_eq!((discarded.path, discarded.discarded), (None, true));
    assert_eq!(history.restored.as_deref(), Some("file:/s/old"));
    assert!(!history.retained);
}

#[test]
fn a_refused_start_says_what_was_refused() {
    let refused = |text: &str| launch::why(&Causes::parse(text));
    let jar = "java.util.concurrent.CompletionException: org.apache.flink.runtime.rest.handler.RestHandlerException: Jar file /tmp/x.jar does not exist";
    assert_eq!(refused(jar), Effect::JarGone);
    let state = "org.apache.flink.util.FlinkRuntimeException: Could not execute application.\nCaused by: org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.\nCaused by: java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/s. Cannot map checkpoint/savepoint state for operator 1 to the new program";
    assert!(
        matches!(refused(state), Effect::RestoreRefused { cause } if cause.contains("Cannot map"))
    );
    let program = "org.apache.flink.util.FlinkRuntimeException: Could not execute application.\nCaused by: java.lang.IllegalStateException: injected: main refuses to build a job";
    assert!(
        matches!(refused(program), Effect::ProgramFailed { cause } if cause.contains("injected"))
    );
}
