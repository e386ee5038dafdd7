//! What a start costs. Terraform starts a provider three times for one plan, so every millisecond
//! and megabyte before the first call counts threefold.

use crate::figure::{Figure, Goal, Unit};
use crate::samples::Samples;
use acceptance_tests::clients::plugin::{ClientIdentity, Plugin, Trust, schema_time};
use acceptance_tests::{Outcome, folders};
use std::fs;

const STARTS: usize = 30;
const MEGABYTE: f64 = 1e6;
const MILLISECONDS: f64 = 1e3;

/// Handshake, memory, schema and size.
pub(crate) async fn figures() -> Outcome<Vec<Figure>> {
    let identity = ClientIdentity::new()?;
    let (mut handshake, mut resident, mut schema) =
        (Samples::default(), Samples::default(), Samples::default());
    for _ in 0..STARTS {
        let plugin = Plugin::start(&folders::provider(), Trust::Mutual(&identity))?;
        resident.push(bytes(plugin.resident()?));
        handshake.push_time(plugin.ready_after);
        schema.push_time(schema_time(plugin.connect().await?).await?);
    }
    let size = [bytes(fs::metadata(folders::provider())?.len())].into_iter().collect();
    let figure =
        |name, unit, limit, samples| Figure { name, unit, goal: Goal::AtMost(limit), samples };
    Ok(vec![
        figure("start to handshake, mTLS", Unit::Milliseconds, 10.0, handshake.times(MILLISECONDS)),
        figure("memory at the handshake", Unit::Megabytes, 15.0, resident),
        figure("GetProviderSchema", Unit::Milliseconds, 2.0, schema.times(MILLISECONDS)),
        figure("size of the binary", Unit::Megabytes, 15.0, size),
    ])
}

/// In megabytes.
#[allow(clippy::cast_precision_loss, reason = "no provider has 2^53 bytes")]
fn bytes(count: u64) -> f64 {
    count as f64 / MEGABYTE
}
