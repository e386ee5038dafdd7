//! The parts of a JobManager.

use super::JobManager;
use super::amount::{Part, rest, sum};
use super::error::Error;
use super::process::{JOB_MANAGER, Start};
use super::reader::Reader;

const HEAP: &str = "jobmanager.memory.heap.size";
const OFF_HEAP: &str = "jobmanager.memory.off-heap.size";
const LIMIT: &str = "jobmanager.memory.enable-jvm-direct-memory-limit";

pub(super) fn derive(reader: &Reader<'_>) -> Result<JobManager, Error> {
    let (heap, off_heap, jvm) = match JOB_MANAGER.start(reader)? {
        Start::Inner => {
            let (heap, off_heap) = from_heap(reader)?;
            (heap, off_heap, None)
        }
        Start::Flink(flink, jvm) => {
            let off_heap = off_heap(reader)?;
            let heap = rest(&flink, &[&off_heap])?;
            if heap == 0 {
                return Err(Error::DoesNotFit { whole: flink, parts: vec![off_heap] });
            }
            (heap, off_heap.bytes, jvm)
        }
    };
    let heap_part = Part::derived("heap", HEAP, heap);
    let flink = sum(&[&heap_part, &Part::derived("off-heap", OFF_HEAP, off_heap)])?;
    let jvm = match jvm {
        Some(jvm) => jvm,
        None => JOB_MANAGER.jvm_beside(reader, flink)?,
    };
    Ok(JobManager {
        heap,
        off_heap,
        metaspace: jvm.metaspace,
        overhead: jvm.overhead,
        limits_direct_memory: reader.flag(LIMIT)?,
    })
}

fn off_heap(reader: &Reader<'_>) -> Result<Part, Error> {
    reader.size("off-heap", OFF_HEAP)
}

/// Heap and off-heap where the heap is set.
fn from_heap(reader: &Reader<'_>) -> Result<(u64, u64), Error> {
    let heap = reader.size("heap", HEAP)?;
    let off_heap = off_heap(reader)?;
    if !reader.is_set(JOB_MANAGER.flink) {
        return Ok((heap.bytes, off_heap.bytes));
    }
    let flink = reader.size("total of Flink", JOB_MANAGER.flink)?;
    if !reader.is_set(OFF_HEAP) {
        return Ok((heap.bytes, rest(&flink, &[&heap])?));
    }
    if sum(&[&heap, &off_heap])? != flink.bytes {
        return Err(Error::DoesNotAddUp { whole: flink, parts: vec![heap, off_heap] });
    }
    Ok((heap.bytes, off_heap.bytes))
}
