use super::*;
use crate::JobId;
use crate::response::checkpoints::{CheckpointStatus, VertexState};
use crate::response::jobs::JobStatus;

fn id(number: u8) -> VertexId {
    VertexId::from_bytes([number; 16])
}

fn node(number: u8, operators: &str, parallelism: i64) -> PlanNode {
    PlanNode { id: id(number), parallelism, description: operators.to_owned() }
}

fn plan(nodes: Vec<PlanNode>) -> JobPlan {
    JobPlan { name: "job".to_owned(), nodes }
}

/// A job of the vertices 1, `count -> append`, and 2, `sink`.
fn old() -> JobDetails {
    let nodes = vec![node(1, "count<br/>+- append<br/>", 2), node(2, "sink<br/>", 2)];
    let vertex = |number, name: &str| Vertex {
        id: id(number),
        name: name.to_owned(),
        parallelism: 2,
        max_parallelism: 128,
        status: "RUNNING".to_owned(),
    };
    JobDetails {
        id: JobId::from_bytes([7; 16]),
        name: "job".to_owned(),
        state: JobStatus::Running,
        start_time: 0,
        end_time: -1,
        now: None,
        timestamps: BTreeMap::new(),
        vertices: vec![vertex(1, "count -> append"), vertex(2, "sink")],
        plan: plan(nodes),
        scheduler: None,
    }
}

/// A checkpoint in which only vertex 1 has state.
fn checkpoint() -> CheckpointDetails {
    let tasks = BTreeMap::from([
        (id(1), VertexState { state_size: 500, num_subtasks: 2 }),
        (id(2), VertexState { state_size: 0, num_subtasks: 2 }),
    ]);
    CheckpointDetails { id: 3, status: CheckpointStatus::Completed, external_path: None, tasks }
}

fn compared(nodes: Vec<PlanNode>) -> Comparison {
    compare(Some(&checkpoint()), &old(), &plan(nodes))
}

#[test]
fn the_same_vertices_fit() {
    let comparison =
        compared(vec![node(1, "count<br/>+- append<br/>", 4), node(2, "sink<br/>", 4)]);
    let fit = Fit { verdict: Verdict::Fits, starts_empty: Vec::new() };
    assert_eq!(comparison, Comparison { fit, doubts: Vec::new() });
}

#[test]
fn an_operator_added_behind_another_fits() {
    let comparison = compared(vec![
        node(1, "count<br/>+- extra<br/>   +- append<br/>", 2),
        node(2, "sink<br/>", 2),
        node(3, "audit<br/>", 2),
    ]);
    assert_eq!(
        comparison.fit,
        Fit { verdict: Verdict::Fits, starts_empty: vec!["audit".to_owned()] }
    );
}

#[test]
fn a_vertex_with_state_that_is_gone_is_lost() {
    let comparison =
        compared(vec![node(2, "sink<br/>", 2), node(3, "other<br/>+- append<br/>", 2)]);
    let lost = Lost {
        operator: OperatorId::from_bytes([1; 16]),
        name: Some("count -> append".to_owned()),
        bytes: 500,
    };
    assert_eq!(comparison.fit.verdict, Verdict::Refused(vec![lost]));
}

#[test]
fn a_vertex_without_state_is_not_missed() {
    let comparison = compared(vec![node(1, "count<br/>+- append<br/>", 2)]);
    assert_eq!(comparison.fit.verdict, Verdict::Fits);
}

#[test]
fn an_operator_that_moved_into_another_chain_leaves_a_doubt() {
    let comparison = compared(vec![
        node(2, "sink<br/>", 2),
        node(3, "map<br/>+- count<br/>   +- append<br/>", 2),
    ]);
    let Verdict::CannotTell(doubt) = comparison.fit.verdict else { panic!("{comparison:?}") };
    assert!(doubt.starts_with("The operator \"count\" has moved into another chain"), "{doubt}");
}

#[test]
fn an_operator_that_left_a_chain_leaves_a_doubt() {
    let comparison = compared(vec![node(1, "count<br/>", 2), node(2, "sink<br/>", 2)]);
    let Verdict::CannotTell(doubt) = comparison.fit.verdict else { panic!("{comparison:?}") };
    assert!(doubt.starts_with("The operator \"append\" is in no chain of the new job"), "{doubt}");
}

#[test]
fn more_tasks_than_the_state_can_be_spread_to_are_too_wide() {
    let comparison =
        compared(vec![node(1, "count<br/>+- append<br/>", 200), node(2, "sink<br/>", 2)]);
    let wide = TooWide {
        vertex: "count -> append".to_owned(),
        parallelism: 200,
        recorded_max_parallelism: 128,
    };
    assert_eq!(comparison.fit.verdict, Verdict::TooWide(vec![wide]));
}

#[test]
fn without_a_checkpoint_a_vertex_that_is_gone_is_a_doubt_and_a_width_is_not() {
    let gone = compare(None, &old(), &plan(vec![node(2, "sink<br/>", 2)]));
    assert_eq!(gone.fit.verdict, Verdict::CannotTell(gone.doubts[0].clone()));
    assert!(gone.doubts[0].contains("count -> append"), "{}", gone.doubts[0]);
    let nodes = vec![node(1, "count<br/>+- append<br/>", 256), node(2, "sink<br/>", 2)];
    let wide = compare(None, &old(), &plan(nodes)).fit.verdict;
    assert!(matches!(wide, Verdict::TooWide(_)), "{wide:?}");
    let same = vec![node(1, "count<br/>+- append<br/>", 2), node(2, "sink<br/>", 2)];
    assert_eq!(compare(None, &old(), &plan(same)).fit.verdict, Verdict::Fits);
}
