use super::*;
use crate::VertexId;
use crate::scout::NewOperator;

fn id(number: u8) -> OperatorId {
    OperatorId::from_bytes([number; 16])
}

fn state(number: u8, bytes: u64) -> OperatorState {
    OperatorState {
        operator: id(number),
        name: None,
        parallelism: 2,
        max_parallelism: 128,
        bytes,
        has_state: bytes > 0,
    }
}

fn operator(number: u8, name: &str) -> NewOperator {
    NewOperator { id: id(number), user_defined_id: None, name: Some(name.to_owned()) }
}

fn vertex(operators: Vec<NewOperator>) -> NewVertex {
    NewVertex {
        id: VertexId::from_bytes([9; 16]),
        name: "chain".to_owned(),
        parallelism: 2,
        max_parallelism: -1,
        operators,
    }
}

fn judged(state: &[OperatorState], vertices: &[NewVertex]) -> Fit {
    let names = BTreeMap::from([(id(1), "count".to_owned())]);
    judge(state, vertices, &names)
}

#[test]
fn state_that_every_operator_finds_fits() {
    let fit = judged(
        &[state(1, 10), state(2, 0)],
        &[vertex(vec![operator(2, "append"), operator(1, "count")])],
    );
    assert_eq!(fit, Fit { verdict: Verdict::Fits, starts_empty: Vec::new() });
}

#[test]
fn state_without_an_operator_is_lost_by_name_and_size() {
    let fit = judged(&[state(1, 10), state(2, 7)], &[vertex(vec![operator(3, "other")])]);
    let lost = |number, name: Option<&str>, bytes| Lost {
        operator: id(number),
        name: name.map(ToOwned::to_owned),
        bytes,
    };
    assert_eq!(fit.verdict, Verdict::Refused(vec![lost(1, Some("count"), 10), lost(2, None, 7)]));
    assert_eq!(fit.starts_empty, ["other"]);
}

#[test]
fn an_operator_that_held_nothing_is_not_missed() {
    let fit = judged(&[state(1, 0)], &[vertex(vec![operator(3, "other")])]);
    assert_eq!(fit.verdict, Verdict::Fits);
}

#[test]
fn state_is_found_by_a_user_defined_id() {
    let renamed = NewOperator { id: id(5), user_defined_id: Some(id(1)), name: None };
    let fit = judged(&[state(1, 10)], &[vertex(vec![renamed])]);
    assert_eq!(fit, Fit { verdict: Verdict::Fits, starts_empty: Vec::new() });
}

#[test]
fn a_new_operator_without_a_name_is_called_by_its_id() {
    let nameless = NewOperator { id: id(5), user_defined_id: None, name: None };
    let fit = judged(&[], &[vertex(vec![nameless])]);
    assert_eq!(fit.starts_empty, [id(5).to_string()]);
}

#[test]
fn a_parallelism_above_the_recorded_maximum_is_too_wide() {
    let wide = NewVertex { parallelism: 129, ..vertex(vec![operator(1, "count")]) };
    let expected =
        TooWide { vertex: "chain".to_owned(), parallelism: 129, recorded_max_parallelism: 128 };
    assert_eq!(
        judged(&[state(1, 10)], std::slice::from_ref(&wide)).verdict,
        Verdict::TooWide(vec![expected])
    );
    let just = NewVertex { parallelism: 128, ..wide };
    assert_eq!(judged(&[state(1, 10)], &[just]).verdict, Verdict::Fits);
}

#[test]
fn a_maximum_parallelism_of_the_program_s_own_must_be_the_recorded_one() {
    let set = |max_parallelism| NewVertex { max_parallelism, ..vertex(vec![operator(1, "count")]) };
    assert_eq!(judged(&[state(1, 10)], &[set(128)]).verdict, Verdict::Fits);
    let changed = MaxParallelismChanged { vertex: "chain".to_owned(), set: 256, recorded: 128 };
    assert_eq!(
        judged(&[state(1, 10)], &[set(256)]).verdict,
        Verdict::MaxParallelismChanged(vec![changed])
    );
}
