//! Answers about jars.

use serde::Deserialize;

use crate::{JarId, JobId, VertexId};

/// `/jars/upload`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Uploaded {
    /// Where the JobManager stored it.
    pub filename: String,
}

impl Uploaded {
    /// The id to ask for it by.
    pub fn jar_id(&self) -> JarId {
        JarId::new(self.filename.rsplit('/').next().unwrap_or_default())
    }
}

/// `/jars`, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Jars {
    /// Each jar.
    pub files: Vec<Jar>,
}

impl Jars {
    /// The newest jar of this name.
    pub fn named(&self, name: &str) -> Option<&Jar> {
        self.files.iter().filter(|jar| jar.name == name).max_by_key(|jar| jar.uploaded)
    }
}

/// One stored jar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Jar {
    /// The id to ask for it by.
    pub id: JarId,
    /// The name that it was uploaded under.
    pub name: String,
    /// When, in milliseconds since 1970.
    pub uploaded: i64,
    /// Classes with a `main()` that its manifest names.
    #[serde(default)]
    pub entry: Vec<Entry>,
}

/// A class that a manifest names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Entry {
    /// The class.
    pub name: String,
}

/// `/jars/:id/plan`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Plan {
    /// The job that `main()` builds.
    pub plan: JobPlan,
}

/// A job graph.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct JobPlan {
    /// The name that the program gives the job; the JobManager may know
    /// another.
    #[serde(default)]
    pub name: String,
    /// The vertices; none for a job that failed before it had any.
    #[serde(default)]
    pub nodes: Vec<PlanNode>,
}

/// A vertex of a job graph.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PlanNode {
    /// The vertex.
    pub id: VertexId,
    /// Its parallelism.
    pub parallelism: i64,
    /// The names of its chain's operators, in the markup of the web interface.
    #[serde(default)]
    pub description: String,
}

impl PlanNode {
    /// The names of the chain's operators, the head first.
    pub fn operator_names(&self) -> Vec<String> {
        let lines = self.description.split("<br/>");
        let names = lines.map(|line| line.trim_start_matches([' ', '+', '-', '|', ':']).trim());
        names.filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect()
    }
}

/// `/jars/:id/run`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Submitted {
    /// The job that was submitted.
    #[serde(rename = "jobid")]
    pub job_id: JobId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jar_s_id_is_the_last_segment_of_its_path() {
        let uploaded = Uploaded { filename: "/web/flink-web-upload/7f-1_my job.jar".to_owned() };
        assert_eq!(uploaded.jar_id(), JarId::new("7f-1_my job.jar"));
    }

    #[test]
    fn a_description_names_the_operators_of_a_chain() {
        let node = PlanNode {
            id: VertexId::from_bytes([0; 16]),
            parallelism: 1,
            description: "Source: seq<br/>+- throttle<br/>   +- inject<br/>".to_owned(),
        };
        assert_eq!(node.operator_names(), ["Source: seq", "throttle", "inject"]);
    }

    #[test]
    fn the_newest_jar_of_a_name_is_taken() {
        let jar = |id: &str, name: &str, uploaded| Jar {
            id: JarId::new(id),
            name: name.to_owned(),
            uploaded,
            entry: Vec::new(),
        };
        let jars =
            Jars { files: vec![jar("1", "a.jar", 1), jar("2", "a.jar", 2), jar("3", "b.jar", 3)] };
        assert_eq!(jars.named("a.jar").map(|jar| jar.id.as_str()), Some("2"));
        assert_eq!(jars.named("c.jar"), None);
    }
}
