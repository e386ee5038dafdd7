//! What a change of an application comes to: objects beside its pods change in
//! place, everything else is an upgrade with its state.

use flink::Version;

use super::Effect::{self, InPlace, Restart};
use super::words;
use crate::change::between;
use crate::description::*;
use crate::examples::{application, on_kubernetes, program};
use crate::{Cluster, render};

/// The attribute, what a change of it does, and a change.
type Case = (&'static str, Effect, fn(&mut Cluster));

const CASES: &[Case] = &[
    ("jar", Restart, |it| program(it).jar = "local:///opt/flink/usrlib/orders-2.jar".to_owned()),
    ("jar.entry_class", Restart, |it| program(it).entry_class = None),
    ("args", Restart, |it| program(it).args.clear()),
    ("parallelism", Restart, |it| program(it).parallelism = Some(8)),
    ("image", Restart, |it| it.image.name = "orders:2".to_owned()),
    ("flink_version", Restart, |it| it.flink_version = Version::new(2, 0, 2)),
    ("strategy", Restart, |it| it.strategy = Strategy::Native),
    ("high_availability", Restart, |it| {
        it.high_availability = on_kubernetes().high_availability;
    }),
    ("flink_configuration[\"state.backend.type\"]", Restart, |it| {
        it.flink_configuration.insert("state.backend.type".to_owned(), "rocksdb".to_owned());
    }),
    ("task_manager.memory", Restart, |it| {
        it.task_manager.process.memory = Some("2g".to_owned());
    }),
    ("job_manager.cpu", Restart, |it| it.job_manager.process.cpu = Some(0.5)),
    ("task_manager.replicas", InPlace, |it| it.task_manager.replicas = Some(3)),
    ("rest.service_type", InPlace, |it| it.rest.service_type = ServiceType::NodePort),
    ("labels", InPlace, |it| {
        it.labels.insert("team".to_owned(), "orders".to_owned());
    }),
];

#[test]
fn every_attribute_is_an_upgrade_or_in_place_as_the_table_says() {
    for (name, effect, alter) in CASES {
        let mut after = application();
        alter(&mut after);
        let change = between(&application(), &after);
        let named = vec![(*name).to_owned()];
        let expected = match effect {
            Restart => (named, vec![]),
            InPlace => (vec![], named),
        };
        assert_eq!((words(&change.restarts), words(&change.in_place)), expected, "{name}");
    }
}

#[test]
fn what_changes_in_place_is_in_no_pod() {
    let templates = |cluster: &Cluster| -> Vec<_> {
        let objects = render(cluster).unwrap().objects;
        objects.iter().filter_map(|it| it.body.pointer("/spec/template").cloned()).collect()
    };
    for (name, effect, alter) in CASES {
        let mut after = application();
        alter(&mut after);
        if *effect == InPlace {
            assert_eq!(templates(&application()), templates(&after), "{name}");
        }
    }
}

#[test]
fn the_next_generation_of_the_same_program_is_no_change() {
    let mut next = application();
    program(&mut next).job_id = "5f1d0c0c3a5e00000000000000000002".to_owned();
    program(&mut next).restore = Some(Restore {
        path: "s3://bucket/savepoint-1".to_owned(),
        allow_non_restored_state: false,
        claim_mode: ClaimMode::NoClaim,
    });
    assert_eq!(between(&application(), &next), super::Change::default());
}

#[test]
fn a_session_cluster_that_becomes_an_application_restarts() {
    let mut session = application();
    session.kind = Kind::Session;
    assert_eq!(words(&between(&session, &application()).restarts), ["kind"]);
}
