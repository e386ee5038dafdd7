//! The parts of a TaskManager.

use super::TaskManager;
use super::amount::{Bounded, MOST, Part, rest, sum};
use super::error::Error;
use super::process::{Start, TASK_MANAGER};
use super::reader::Reader;
use crate::Version;
use crate::configuration::options::Kind;
use crate::configuration::{Configuration, value};

const TASK_HEAP: &str = "taskmanager.memory.task.heap.size";
const MANAGED: &str = "taskmanager.memory.managed.size";
const MANAGED_FRACTION: &str = "taskmanager.memory.managed.fraction";
const NETWORK: [&str; 3] = [
    "taskmanager.memory.network.min",
    "taskmanager.memory.network.max",
    "taskmanager.memory.network.fraction",
];
/// The number of network buffers, which Flink 1 takes instead.
const BUFFERS: &str = "taskmanager.network.numberOfBuffers";
const BUFFER_SIZE: &str = "taskmanager.memory.segment-size";
const CPU: &str = "taskmanager.cpu.cores";
const KUBERNETES_CPU: &str = "kubernetes.taskmanager.cpu.amount";
const SLOTS: &str = "taskmanager.numberOfTaskSlots";

/// The parts that are set or have a default, whatever the total is.
struct Given {
    /// Heap and off-heap.
    framework: [Part; 2],
    task_off_heap: Part,
}

/// The parts that depend on the total.
struct Inner {
    task_heap: u64,
    managed: u64,
    network: u64,
}

pub(super) fn derive(reader: &Reader<'_>) -> Result<TaskManager, Error> {
    let given = Given::read(reader)?;
    let (inner, jvm) = match TASK_MANAGER.start(reader)? {
        Start::Inner => (from_inner(reader, &given)?, None),
        Start::Flink(flink, jvm) if reader.is_set(TASK_HEAP) => {
            (from_task_heap(reader, &given, &flink)?, jvm)
        }
        Start::Flink(flink, jvm) => (from_flink(reader, &given, &flink)?, jvm),
    };
    let flink = given.and(&inner.parts())?;
    let jvm = match jvm {
        Some(jvm) => jvm,
        None => TASK_MANAGER.jvm_beside(reader, flink)?,
    };
    let slots = slots(reader)?;
    let [framework_heap, framework_off_heap] = given.framework;
    Ok(TaskManager {
        framework_heap: framework_heap.bytes,
        task_heap: inner.task_heap,
        managed: inner.managed,
        framework_off_heap: framework_off_heap.bytes,
        task_off_heap: given.task_off_heap.bytes,
        network: inner.network,
        metaspace: jvm.metaspace,
        overhead: jvm.overhead,
        cpu: cpu(reader, slots, None)?,
        slots,
    })
}

/// The cores that a TaskManager's container asks for on Kubernetes: `taskmanager.cpu.cores`, else
/// `kubernetes.taskmanager.cpu.amount`, else one for each slot.
///
/// # Errors
/// A number that cannot be read or is not positive.
pub fn task_manager_cpu(configuration: &Configuration, version: Version) -> Result<f64, Error> {
    let reader = Reader::new(configuration, version);
    let amount = reader.number(KUBERNETES_CPU, Kind::Double, value::double)?;
    let slots = slots(&reader)?;
    cpu(&reader, slots, amount.filter(|amount| *amount > 0.0))
}

fn cpu(reader: &Reader<'_>, slots: i32, fallback: Option<f64>) -> Result<f64, Error> {
    let set = reader.is_set(CPU).then(|| reader.number(CPU, Kind::Double, value::double));
    let set = set.transpose()?.flatten();
    let key = if set.is_some() { CPU } else { SLOTS };
    let cpu = set.or(fallback).unwrap_or_else(|| f64::from(slots));
    if cpu > 0.0 && cpu.is_finite() {
        Ok(cpu)
    } else {
        Err(Error::NotPositive { key, number: cpu.to_string() })
    }
}

/// The number as it is set: Flink looks at it only where it stands for the cores.
fn slots(reader: &Reader<'_>) -> Result<i32, Error> {
    Ok(reader.number(SLOTS, Kind::Integer, value::int)?.unwrap_or(1))
}

impl Given {
    fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let heap = reader.size("framework heap", "taskmanager.memory.framework.heap.size")?;
        let off_heap = "taskmanager.memory.framework.off-heap.size";
        let off_heap = reader.size("framework off-heap", off_heap)?;
        let task_off_heap =
            reader.size("task off-heap", "taskmanager.memory.task.off-heap.size")?;
        Ok(Self { framework: [heap, off_heap], task_off_heap })
    }

    fn with<'a>(&'a self, more: &[&'a Part]) -> Vec<&'a Part> {
        let own = self.framework.iter().chain([&self.task_off_heap]);
        own.chain(more.iter().copied()).collect()
    }

    /// The sum with more parts.
    fn and(&self, more: &[Part]) -> Result<u64, Error> {
        sum(&self.with(&more.iter().collect::<Vec<_>>()))
    }
}

impl Inner {
    fn parts(&self) -> [Part; 3] {
        let [network, ..] = NETWORK;
        [
            Part::derived("task heap", TASK_HEAP, self.task_heap),
            Part::derived("managed", MANAGED, self.managed),
            Part::derived("network", network, self.network),
        ]
    }
}

/// Task heap and managed memory are set.
fn from_inner(reader: &Reader<'_>, given: &Given) -> Result<Inner, Error> {
    let task_heap = reader.size("task heap", TASK_HEAP)?;
    let managed = reader.size("managed", MANAGED)?;
    let known = given.with(&[&task_heap, &managed]);
    let network = if reader.is_set(TASK_MANAGER.flink) {
        let flink = reader.size("total of Flink", TASK_MANAGER.flink)?;
        left_for_network(reader, rest(&flink, &known)?)?
    } else if let Some(buffers) = buffers(reader)? {
        buffers
    } else {
        let known = Part::derived("all but network", TASK_HEAP, sum(&known)?);
        network(reader)?.share_beside(&known)?
    };
    Ok(Inner { task_heap: task_heap.bytes, managed: managed.bytes, network })
}

/// The task heap is set, and the total of Flink given: the network gets the rest.
fn from_task_heap(reader: &Reader<'_>, given: &Given, flink: &Part) -> Result<Inner, Error> {
    let task_heap = reader.size("task heap", TASK_HEAP)?;
    let managed = managed(reader, flink)?;
    let left = rest(flink, &given.with(&[&task_heap, &managed]))?;
    let network = left_for_network(reader, left)?;
    Ok(Inner { task_heap: task_heap.bytes, managed: managed.bytes, network })
}

/// The total of Flink is given: the task heap gets the rest.
fn from_flink(reader: &Reader<'_>, given: &Given, flink: &Part) -> Result<Inner, Error> {
    let managed = managed(reader, flink)?;
    let network = match buffers(reader)? {
        Some(buffers) => buffers,
        None => network(reader)?.share_of(flink)?,
    };
    let [minimum, ..] = NETWORK;
    let network = Part::derived("network", minimum, network);
    let task_heap = rest(flink, &given.with(&[&managed, &network]))?;
    Ok(Inner { task_heap, managed: managed.bytes, network: network.bytes })
}

/// The managed memory: its size, or its share of the total.
fn managed(reader: &Reader<'_>, flink: &Part) -> Result<Part, Error> {
    if reader.is_set(MANAGED) {
        return reader.size("managed", MANAGED);
    }
    let bound = |bytes| Part::derived("managed", MANAGED, bytes);
    let fraction = reader.fraction(MANAGED_FRACTION)?;
    let share = Bounded { minimum: bound(0), maximum: bound(MOST), fraction };
    Ok(Part::derived("managed", MANAGED_FRACTION, share.share_of(flink)?))
}

fn network(reader: &Reader<'_>) -> Result<Bounded, Error> {
    reader.bounded("network", NETWORK)
}

/// What is left for the network, if that is what it may have.
fn left_for_network(reader: &Reader<'_>, left: u64) -> Result<u64, Error> {
    let [minimum, ..] = NETWORK;
    match buffers(reader)? {
        None => network(reader)?.hold(Part::derived("network", minimum, left)),
        Some(buffers) if buffers == left => Ok(left),
        Some(buffers) => {
            let buffers = Part::derived("network buffers", BUFFERS, buffers);
            let part = Part::derived("network", BUFFERS, left);
            Err(Error::OutOfBounds { part, bounds: Box::new([buffers.clone(), buffers]) })
        }
    }
}

/// The memory of the network by the number of its buffers, where Flink 1 counts it so: when the
/// number is set, and neither bound nor fraction is.
fn buffers(reader: &Reader<'_>) -> Result<Option<u64>, Error> {
    let is_old = reader.knows(BUFFERS) && reader.is_set(BUFFERS);
    if !is_old || NETWORK.iter().any(|key| reader.is_set(key)) {
        return Ok(None);
    }
    let number = reader.number(BUFFERS, Kind::Integer, value::int)?.unwrap_or_default();
    let too_small = |_| Error::NotPositive { key: BUFFERS, number: number.to_string() };
    let number = u64::try_from(number).map_err(too_small)?;
    let size = reader.size("network buffer", BUFFER_SIZE)?.bytes;
    let bytes = number.checked_mul(size).filter(|bytes| *bytes <= MOST);
    bytes.map(Some).ok_or(Error::TooLarge { key: BUFFERS })
}
