//! What clusters on Kubernetes cost, on a real node: a session cluster from nothing until its REST
//! API answers, and an upgrade of a job through the API server; each beside what cannot be had for
//! less. Everybody comes through the same door to the API server, and sides take turns.

mod make;
mod through;

use crate::figure::Figure;
use crate::ground::Ground;
use acceptance_tests::Outcome;

/// Everything that is measured on one node.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let ground = Ground::new().await?;
    let mut figures = make::figures(&ground).await?;
    figures.extend(through::figures(&ground).await?);
    Ok(figures)
}
