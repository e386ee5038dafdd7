use super::super::{Listing, NewVertex, Snapshot, Writability};
use super::*;
use crate::error::Kind;
use crate::root_cause::Causes;

fn refusal(message: &str) -> Error {
    let trace = format!(
        "<Exception on server side:\n\
         java.util.concurrent.CompletionException: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: {message}\n\
         \tat a.b(C.java:1)\n\
         Caused by: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: {message}\n\
         Caused by: scout.Answer: {message}\n\nEnd of exception on server side>"
    );
    let kind = Kind::Refused { status: 500, causes: Causes::parse(&trace) };
    Error { call: "POST /jars/s/plan".to_owned(), origin: "http://h:1".to_owned(), kind }
}

fn heard(json: &str) -> Spoken {
    spoken(&refusal(&format!("{BEGIN}{json}{END}"))).expect("the scout speaks")
}

#[test]
fn an_answer_is_found_in_the_trace_around_it() {
    let listing = heard(
        r#"{"listing":{"entries":[{"path":"file:/a: b\u003e","directory":true,"bytes":4096,"modified":5}],"truncated":false}}"#,
    );
    let Told::Known(Some(Listing { entries, truncated })) = listing.read("listing") else {
        panic!("a listing");
    };
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].path, "file:/a: b>");
    assert!(!truncated);
}

#[test]
fn what_is_not_there_is_none() {
    assert_eq!(heard(r#"{"listing":null}"#).read("listing"), Told::Known(None::<Listing>));
}

#[test]
fn each_snapshot_has_its_own_answer() {
    let metadata = r#"{"metadata":["absent",{"unreadable":"why"},{"whole":{"checkpoint":6,"operators":[{"operator":"5e695f00738be66c275f8a96a14aa10e","name":null,"parallelism":2,"maxParallelism":128,"bytes":546,"hasState":true}]}}]}"#;
    let Told::Known(snapshots) = heard(metadata).read::<Vec<Snapshot>>("metadata") else {
        panic!("snapshots");
    };
    assert_eq!(snapshots[..2], [Snapshot::Absent, Snapshot::Unreadable("why".to_owned())]);
    let Snapshot::Whole(whole) = &snapshots[2] else { panic!("whole") };
    assert_eq!(
        (whole.checkpoint, whole.operators[0].bytes, whole.operators[0].has_state),
        (6, 546, true)
    );
}

#[test]
fn vertices_come_with_their_operators() {
    let operators = r#"{"operators":[{"id":"b71731f1c0df9c3076c4a455334d0ad6","name":"count -\u003e append","parallelism":1,"maxParallelism":-1,"operators":[{"id":"e878ef2e2e31d407d4a2c69f7e001e3e","userDefinedId":null,"name":"append"},{"id":"b71731f1c0df9c3076c4a455334d0ad6","userDefinedId":"00000000000000000000000000000001","name":"count"}]}]}"#;
    let Told::Known(vertices) = heard(operators).read::<Vec<NewVertex>>("operators") else {
        panic!("vertices");
    };
    assert_eq!(vertices[0].name, "count -> append");
    let ids: Vec<&str> = vertices[0].operator_ids().map(crate::OperatorId::as_str).collect();
    assert_eq!(
        ids,
        [
            "e878ef2e2e31d407d4a2c69f7e001e3e",
            "b71731f1c0df9c3076c4a455334d0ad6",
            "00000000000000000000000000000001"
        ]
    );
}

#[test]
fn whatever_else_comes_is_cannot_tell() {
    let cannot = |spoken: Spoken| match spoken.read::<Writability>("writable") {
        Told::CannotTell(reason) => reason,
        Told::Known(known) => panic!("{known:?}"),
    };
    assert_eq!(cannot(heard(r#"{"cannotTell":"because"}"#)), "because");
    assert_eq!(cannot(heard(r#"{"listing":null}"#)), "the scout answered another question");
    assert!(
        cannot(heard(r#"{"writable":7}"#)).starts_with("the scout's answer is not understood: ")
    );
    assert!(cannot(heard("{")).starts_with("the scout's answer is broken: "));
    assert_eq!(cannot(Spoken::JarIsGone), "the JobManager lost the scout's jar");
}

#[test]
fn a_lost_jar_is_told_from_other_refusals() {
    let gone = refusal("Jar file /tmp/flink-web-upload/1_terraform-scout.jar does not exist");
    assert_eq!(spoken(&gone), Some(Spoken::JarIsGone));
    assert_eq!(spoken(&refusal("something else")), None);
}
