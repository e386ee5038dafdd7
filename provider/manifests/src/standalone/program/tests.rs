//! The words of the entry point's command line.

use super::*;
use crate::description::ClaimMode;
use crate::examples;

const ID: &str = "5f1d0c0c3a5e00000000000000000001";

fn words(version: Version, change: impl Fn(&mut Application)) -> Vec<String> {
    let mut cluster = examples::application();
    cluster.flink_version = version;
    let program = examples::program(&mut cluster);
    *program = Application {
        jar: "local:///opt/flink/usrlib/orders.jar".to_owned(),
        job_id: ID.to_owned(),
        ..Application::default()
    };
    change(program);
    arguments(&cluster, cluster.application().unwrap())
}

#[test]
fn the_jar_is_an_option_since_flink_1_19() {
    for (version, jar) in [
        (Version::new(1, 18, 1), vec![]),
        (Version::new(1, 19, 0), vec!["--jars", "local:///opt/flink/usrlib/orders.jar"]),
        (Version::new(2, 3, 0), vec!["--jars", "local:///opt/flink/usrlib/orders.jar"]),
    ] {
        let expected = [vec!["--job-id", ID], jar].concat();
        assert_eq!(words(version, |_| {}), expected, "{version}");
    }
}

#[test]
fn a_state_to_start_from_and_what_may_be_left_of_it() {
    let restore = |allow_non_restored_state| Restore {
        path: "s3://bucket/savepoint-1".to_owned(),
        allow_non_restored_state,
        claim_mode: ClaimMode::NoClaim,
    };
    let version = Version::new(1, 18, 1);
    let words = |allow| words(version, move |it| it.restore = Some(restore(allow)));
    let path = ["--job-id", ID, "--fromSavepoint", "s3://bucket/savepoint-1"];
    assert_eq!(words(false), path);
    assert_eq!(words(true), [&path[..], &["--allowNonRestoredState"]].concat());
}

#[test]
fn arguments_are_neither_options_of_flink_nor_variables_of_kubernetes() {
    let args = ["-Da=b", "--job-id", "$(HOME)", "$$", "--"];
    let words = words(Version::new(1, 18, 1), |it| {
        it.args = args.map(str::to_owned).to_vec();
    });
    assert_eq!(words[2..], ["--", "-Da=b", "--job-id", "$$(HOME)", "$$$$", "--"]);
}

#[test]
fn a_jar_that_is_fetched_has_a_place_in_the_job_manager() {
    let fetched = |jar: &str| {
        let mut cluster = examples::application();
        examples::program(&mut cluster).jar = jar.to_owned();
        let objects = crate::render(&cluster).unwrap().objects;
        let with_place = objects.iter().filter(|it| it.body.to_string().contains("user-artifacts"));
        with_place.map(|it| it.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(fetched("s3://bucket/orders.jar"), ["orders-jobmanager"]);
    assert_eq!(fetched("local:///opt/flink/usrlib/orders.jar"), Vec::<String>::new());
}

#[test]
fn with_high_availability_what_has_ended_is_remembered() {
    let kept = |version, high_availability| {
        let mut cluster = examples::application();
        cluster.flink_version = version;
        if high_availability {
            cluster.high_availability = examples::on_kubernetes().high_availability;
        }
        let configuration = crate::render(&cluster).unwrap().configuration;
        let keys = configuration.into_iter().filter(|(key, _)| key.contains("delete-on-commit"));
        keys.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>()
    };
    let old = Version::new(1, 18, 1);
    assert_eq!(kept(old, true), ["job-result-store.delete-on-commit=false"]);
    let new = Version::new(2, 3, 0);
    let both = ["application-result-store.delete-on-commit", "job-result-store.delete-on-commit"];
    assert_eq!(kept(new, true), both.map(|key| format!("{key}=false")));
    assert_eq!(kept(old, false), Vec::<String>::new());
}

/// Else a version since 2.3 takes a start for the one before it, which has ended.
#[test]
fn each_start_remembers_what_has_ended_by_itself() {
    let paths = |version, start: &str| {
        let mut cluster = examples::application();
        cluster.flink_version = version;
        cluster.high_availability = examples::on_kubernetes().high_availability;
        examples::program(&mut cluster).job_id = start.to_owned();
        let configuration = crate::render(&cluster).unwrap().configuration;
        let paths =
            configuration.into_iter().filter(|(key, _)| key.contains("result-store.storage"));
        paths.map(|(_, path)| path).collect::<Vec<_>>()
    };
    let (one, other) = (paths(Version::new(2, 3, 0), "a1"), paths(Version::new(2, 3, 0), "b2"));
    assert_eq!(one.len(), 2);
    assert!(one.iter().all(|path| path.ends_with("-result-store/a1")), "{one:?}");
    assert!(one.iter().zip(&other).all(|(one, other)| one != other));
    assert_eq!(paths(Version::new(2, 2, 1), "a1"), Vec::<String>::new());
}
