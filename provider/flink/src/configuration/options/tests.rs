use super::table::TABLE;
use super::{Kind, of};
use crate::Version;
use crate::configuration::Configuration;

#[test]
fn every_line_of_the_table_is_read() {
    let text = include_str!("table.tsv");
    assert!(text.len() < 300 * 1024, "the binary carries {} bytes of options", text.len());
    let lines = text.lines().count() - 1;
    assert_eq!(TABLE.rows.len(), lines);
    assert_eq!(TABLE.versions.len(), 7);
    assert!(TABLE.rows.is_sorted_by(|one, two| one.key <= two.key));
    for row in &TABLE.rows {
        assert!(!row.key.is_empty());
        assert!(!format!("{:?}", row.option().kind).contains(char::is_control));
    }
}

#[test]
fn versions_in_between_are_answered_by_their_line_and_others_by_the_nearest() {
    for (asked, answers, is_nearest) in [
        ("1.18.0", "1.18.1", false),
        ("1.19.1", "1.19.3", false),
        ("1.20.9", "1.20.5", false),
        ("2.2.0", "2.2.1", false),
        ("1.17.2", "1.18.1", true),
        ("1.21.0", "1.20.5", true),
        ("2.4.0", "2.3.0", true),
        ("3.0.0", "2.3.0", true),
    ] {
        let options = of(asked.parse().expect("a version"));
        assert_eq!(options.version().to_string(), answers, "{asked}");
        assert_eq!(options.is_nearest(), is_nearest, "{asked}");
    }
}

#[test]
fn an_option_is_found_by_each_of_its_spellings() {
    let options = of(Version::new(1, 20, 1));
    let option = options.get("state.backend").expect("an old spelling");
    assert_eq!(option.key, "state.backend.type");
    assert_eq!(option.default, Some("hashmap"));
    let fallback = options.get("kubernetes.service-account").expect("an option of its own");
    assert_eq!(fallback.key, "kubernetes.service-account");
    let pattern = options.get("metrics.reporter.my.scope.delimiter").expect("a pattern");
    assert_eq!(pattern.key, "metrics.reporter.<name>.scope.delimiter");
    let general = options.get("metrics.reporter.my.any.thing").expect("a pattern");
    assert_eq!(general.key, "metrics.reporter.<name>.<parameter>");
    assert_eq!(options.get("metrics.reporter.my"), None);
    let enumeration = options.get("kubernetes.container.image.pull-policy").expect("an option");
    assert_eq!(enumeration.kind, Kind::Enum(vec!["IfNotPresent", "Always", "Never"]));
}

#[test]
fn a_value_is_read_under_the_first_spelling_that_is_set() {
    let options = of(Version::new(2, 0, 0));
    let mut configuration = Configuration::new();
    assert_eq!(options.read(&configuration, "taskmanager.memory.managed.size"), None);
    configuration.insert("taskmanager.memory.size".to_owned(), "1g".to_owned());
    let old = options.read(&configuration, "taskmanager.memory.managed.size");
    assert_eq!(old, Some(("taskmanager.memory.size", "1g")));
    configuration.insert("taskmanager.memory.managed.size".to_owned(), "2g".to_owned());
    let new = options.read(&configuration, "taskmanager.memory.managed.size");
    assert_eq!(new, Some(("taskmanager.memory.managed.size", "2g")));
}

#[test]
fn what_is_named_in_place_of_a_removed_option_exists() {
    let newest = of(Version::new(2, 3, 0));
    let mut named = 0;
    for key in of(Version::new(1, 18, 1)).keys().filter(|key| newest.get(key).is_none()) {
        let (_, new) = newest.removed(key).expect("it was there");
        if let Some(new) = new {
            assert_eq!(newest.get(new).map(|it| it.key), Some(new), "{key}");
            named += 1;
        }
    }
    assert!(named > 15, "{named}");
}
