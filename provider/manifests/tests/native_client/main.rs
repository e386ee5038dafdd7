//! Flink's own client as recorded, against ours.
//!
//! Every file `<version>/<case>.json` of a folder is a command line of
//! `kubernetes-session.sh` or `flink`, the kind of configuration folder that the
//! client had, and the requests that it sent to the API server. We make the
//! objects for the same command line and compare whole bodies, in order.
//!
//! `FLINK_NATIVE_CASES` names another folder of the same layout.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod conf;
#[cfg(test)]
mod writer;

use std::path::{Path, PathBuf};

use cases::Case;

/// The folder of the cases.
fn folder() -> PathBuf {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/native_client/recorded");
    std::env::var_os("FLINK_NATIVE_CASES").map_or_else(own, PathBuf::from)
}

#[test]
fn makes_what_flinks_client_makes() {
    let folder = folder();
    let cases = cases::all(&folder);
    assert!(!cases.is_empty(), "no <version>/<case>.json in {}", folder.display());
    let mut differ = 0;
    for case in &cases {
        let differences = compare::case(case);
        if !differences.is_empty() {
            differ += 1;
            println!("{}:", case.name);
            for difference in &differences {
                println!("    {difference}");
            }
        }
    }
    println!("{} cases, {differ} differ", cases.len());
    assert_eq!(differ, 0, "cases differ");
}

#[test]
fn what_is_read_back_makes_the_same_again() {
    let cases = cases::all(&folder());
    let mut read_back = 0;
    for case in &cases {
        for (what, objects) in case.snapshots() {
            let differences = compare::read_back(case, &objects);
            assert_eq!(differences, Vec::<String>::new(), "{}, {what}", case.name);
            read_back += 1;
        }
    }
    println!("{read_back} sets of objects read back");
    assert!(read_back > 0, "no case has objects");
}

#[test]
fn what_a_real_server_answers_makes_the_same_again() {
    let (case, objects) = Case::of_a_real_server();
    assert_eq!(compare::read_back(&case, &objects), Vec::<String>::new());
    assert_eq!(compare::description(&case, &objects), Some(Vec::new()));
}

#[test]
fn what_is_read_back_is_described_so_that_the_same_pods_follow() {
    let mut described = 0;
    let mut differences = Vec::new();
    for case in &cases::all(&folder()) {
        for (what, objects) in case.snapshots() {
            let Some(found) = compare::description(case, &objects) else { continue };
            differences.extend(found.into_iter().map(|it| format!("{}, {what}: {it}", case.name)));
            described += 1;
        }
    }
    println!("{described} sets of objects described");
    assert!(described > 0, "no case has a session cluster");
    assert_eq!(differences, Vec::<String>::new());
}

/// The cases that the client refused, which show that a comparison can fail.
#[test]
fn a_difference_is_seen() {
    let whole =
        cases::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/native_client/recorded"));
    let mut case: Case = whole.into_iter().find(|it| it.name.ends_with("session-minimal")).unwrap();
    assert_eq!(compare::case(&case), Vec::<String>::new());
    case.argv.as_mut().unwrap().push("-Dkubernetes.jobmanager.cpu.amount=2".to_owned());
    assert!(!compare::case(&case).is_empty());
}
