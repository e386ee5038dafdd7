use super::*;

fn root(text: &str) -> String {
    Causes::parse(text).summary()
}

#[test]
fn the_last_cause_is_the_root() {
    let text = "org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.\n\
        \tat org.apache.flink.X.y(X.java:114)\n\
        Caused by: java.util.concurrent.CompletionException: org.apache.flink.util.FlinkRuntimeException: Could not execute application.\n\
        \t... 1 more\n\
        Caused by: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: injected: main refuses\n\
        Caused by: java.lang.IllegalStateException: injected: main refuses\n";
    let causes = Causes::parse(text);
    assert_eq!(causes.summary(), "IllegalStateException: injected: main refuses");
    assert_eq!(causes.all().len(), 4);
    let telling: Vec<String> = causes.telling().iter().map(ToString::to_string).collect();
    assert_eq!(
        telling,
        [
            "FlinkRuntimeException: Could not execute application.",
            "IllegalStateException: injected: main refuses"
        ]
    );
}

#[test]
fn one_line_says_class_and_message() {
    let cases = [
        ("java.lang.IllegalStateException: a: b", "IllegalStateException: a: b"),
        ("java.lang.NullPointerException", "NullPointerException"),
        ("java.lang.X$Y: z", "Y: z"),
        ("java.lang.ClassNotFoundException: no.Such", "ClassNotFoundException: no.Such"),
        ("Only Jar files are allowed.", "Only Jar files are allowed."),
        ("Could not parse: x", "Could not parse: x"),
        ("", ""),
        // Flink carries an exception of a task as text, with the class twice.
        (
            "java.lang.Exception: java.lang.IllegalStateException: injected",
            "IllegalStateException: injected",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(root(text), expected, "{text}");
    }
}

#[test]
fn the_server_s_own_wrapping_is_left_out() {
    let text = "<Exception on server side:\norg.apache.flink.runtime.messages.FlinkJobNotFoundException: Could not find Flink job (1)\n\tat a.b(C.java:1)\n\nEnd of exception on server side>";
    let causes = Causes::parse(text);
    assert_eq!(causes.summary(), "FlinkJobNotFoundException: Could not find Flink job (1)");
    assert!(causes.has("FlinkJobNotFoundException"));
    assert!(!causes.has("NotFoundException"));
}

#[test]
fn a_message_may_have_several_lines() {
    let text = "a.B: first\nCaused by: c.D: second\n at [Source: x]\n\tat e.f(G.java:1)\n";
    assert_eq!(root(text), "D: second\nat [Source: x]");
}

#[test]
fn finds_the_savepoint_of_a_stop_that_failed_after_it() {
    let text = "java.util.concurrent.CompletionException: org.apache.flink.util.FlinkException: Stop with savepoint operation could not be completed.\n\
        \tat a.b(C.java:1)\n\
        Caused by: org.apache.flink.runtime.scheduler.stopwithsavepoint.StopWithSavepointStoppingException: A savepoint has been created at: file:/sp/savepoint-09965f-0672, but the corresponding job 09965f failed during stopping. The savepoint is consistent.\n\
        Caused by: java.lang.IllegalStateException: injected: fail-close\n";
    let causes = Causes::parse(text);
    assert_eq!(causes.completed_savepoint(), Some("file:/sp/savepoint-09965f-0672"));
    assert_eq!(Causes::parse("a.B: no path here").completed_savepoint(), None);
}
