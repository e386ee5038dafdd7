//! What is the same for every process: metaspace, overhead, and where the size comes from.

use std::borrow::Cow;

use super::amount::{Bounded, MOST, Part, rest, sum};
use super::error::Error;
use super::reader::Reader;
use crate::Version;
use crate::configuration::options::Kind;
use crate::configuration::{Configuration, value};

/// The options of one sort of process.
pub(super) struct Keys {
    pub(super) process: &'static str,
    pub(super) flink: &'static str,
    metaspace: &'static str,
    overhead: [&'static str; 3],
    legacy: [&'static str; 2],
    /// With all of these set, the rest follows from them.
    inner: &'static [&'static str],
}

pub(super) const JOB_MANAGER: Keys = Keys {
    process: "jobmanager.memory.process.size",
    flink: "jobmanager.memory.flink.size",
    metaspace: "jobmanager.memory.jvm-metaspace.size",
    overhead: [
        "jobmanager.memory.jvm-overhead.min",
        "jobmanager.memory.jvm-overhead.max",
        "jobmanager.memory.jvm-overhead.fraction",
    ],
    legacy: ["jobmanager.heap.size", "jobmanager.heap.mb"],
    inner: &["jobmanager.memory.heap.size"],
};

pub(super) const TASK_MANAGER: Keys = Keys {
    process: "taskmanager.memory.process.size",
    flink: "taskmanager.memory.flink.size",
    metaspace: "taskmanager.memory.jvm-metaspace.size",
    overhead: [
        "taskmanager.memory.jvm-overhead.min",
        "taskmanager.memory.jvm-overhead.max",
        "taskmanager.memory.jvm-overhead.fraction",
    ],
    legacy: ["taskmanager.heap.size", "taskmanager.heap.mb"],
    inner: &["taskmanager.memory.task.heap.size", "taskmanager.memory.managed.size"],
};

/// Where the computation starts.
pub(super) enum Start {
    /// The inner parts are set.
    Inner,
    /// The total of Flink is given; with it the metaspace and overhead if they are known already.
    Flink(Part, Option<Jvm>),
}

/// What the JVM takes besides Flink.
#[derive(Clone, Copy)]
pub(super) struct Jvm {
    pub(super) metaspace: u64,
    pub(super) overhead: u64,
}

impl Keys {
    /// The configuration with the options of Flink 1 for the heap read as the size of the process,
    /// which is what its client makes of them for Kubernetes. Flink 2 does not know them.
    pub(super) fn with_legacy_heap<'a>(
        &self,
        configuration: &'a Configuration,
        version: Version,
    ) -> Result<Cow<'a, Configuration>, Error> {
        let reader = Reader::new(configuration, version);
        let [heap, megabytes] = self.legacy;
        if !reader.knows(heap) || reader.is_set(self.process) {
            return Ok(Cow::Borrowed(configuration));
        }
        let bytes = if reader.is_set(heap) {
            reader.size("heap", heap)?.bytes
        } else if let Some(number) = reader.number(megabytes, Kind::Integer, value::int)? {
            let too_small = |_| Error::NotPositive { key: megabytes, number: number.to_string() };
            u64::try_from(number).map_err(too_small)? << 20
        } else {
            return Ok(Cow::Borrowed(configuration));
        };
        let mut configuration = configuration.clone();
        configuration.insert(self.process.to_owned(), bytes.to_string());
        Ok(Cow::Owned(configuration))
    }

    /// Where to start, by what is set.
    pub(super) fn start(&self, reader: &Reader<'_>) -> Result<Start, Error> {
        if self.inner.iter().all(|key| reader.is_set(key)) {
            return Ok(Start::Inner);
        }
        if reader.is_set(self.flink) {
            return Ok(Start::Flink(reader.size("total of Flink", self.flink)?, None));
        }
        if !reader.is_set(self.process) {
            return Err(Error::NotDecided { keys: [self.process, self.flink] });
        }
        let process = self.process(reader)?;
        let (metaspace, bounds) = self.jvm(reader)?;
        let overhead = bounds.share_of(&process)?;
        let overhead = self.overhead(overhead);
        let flink = rest(&process, &[&metaspace, &overhead])?;
        let flink = Part::derived("total of Flink", self.process, flink);
        let jvm = Jvm { metaspace: metaspace.bytes, overhead: overhead.bytes };
        Ok(Start::Flink(flink, Some(jvm)))
    }

    /// What the JVM takes beside a given total of Flink.
    pub(super) fn jvm_beside(&self, reader: &Reader<'_>, flink: u64) -> Result<Jvm, Error> {
        let (metaspace, bounds) = self.jvm(reader)?;
        let flink = Part::derived("total of Flink", self.flink, flink);
        let both = sum(&[&flink, &metaspace])?;
        let overhead = if reader.is_set(self.process) {
            let left = rest(&self.process(reader)?, &[&flink, &metaspace])?;
            bounds.hold(self.overhead(left))?
        } else {
            bounds.share_beside(&Part::derived("Flink and metaspace", self.flink, both))?
        };
        if both.checked_add(overhead).is_none_or(|sum| sum > MOST) {
            return Err(Error::TooLarge { key: self.flink });
        }
        Ok(Jvm { metaspace: metaspace.bytes, overhead })
    }

    fn process(&self, reader: &Reader<'_>) -> Result<Part, Error> {
        reader.size("total of the process", self.process)
    }

    fn overhead(&self, bytes: u64) -> Part {
        let [_, _, fraction] = self.overhead;
        Part::derived("JVM overhead", fraction, bytes)
    }

    fn jvm(&self, reader: &Reader<'_>) -> Result<(Part, Bounded), Error> {
        let metaspace = reader.size("JVM metaspace", self.metaspace)?;
        Ok((metaspace, reader.bounded("JVM overhead", self.overhead)?))
    }
}
