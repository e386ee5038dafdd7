//! From the state of one job to that of twenty on each of fifty clusters. Pure.

use super::{CLUSTERS, JOBS, NAMESPACE};
use acceptance_tests::{Failure, Outcome};
use lifecycle::job::ids::{Owner, successor};
use serde_json::{Value as Json, json};

/// The job that all are made from.
pub(super) struct One {
    /// The JobManager it runs on.
    pub(super) url: String,
    /// Its name.
    pub(super) name: String,
}

/// A job on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) cluster: String,
    pub(super) name: String,
    pub(super) id: String,
}

impl One {
    /// The resource of all jobs, made from that of the one, and the jobs.
    pub(super) fn all(&self, state: &Json) -> Outcome<(Json, Vec<Job>)> {
        let resources = state["resources"].as_array();
        let one = resources.and_then(|all| all.iter().find(|one| one["type"] == "flink_job"));
        let mut resource = one.ok_or_else(|| Failure::new("no job in the state"))?.clone();
        let instance = resource["instances"][0].clone();
        let made = (0..CLUSTERS * JOBS).map(|index| self.instance(&instance, index));
        let (instances, jobs): (Vec<Json>, Vec<Job>) = made.unzip();
        resource["instances"] = json!(instances);
        Ok((resource, jobs))
    }

    fn instance(&self, one: &Json, index: usize) -> (Json, Job) {
        let (cluster, name) = (format!("c-{}", index / JOBS), format!("job-{index}"));
        let origin = format!("{NAMESPACE}/{cluster}");
        let mut instance = self.renamed(one, &origin, &name);
        let id = successor(&Owner::new(&*origin, &*name), None, 0).to_string();
        instance["index_key"] = json!(index);
        instance["attributes"]["cluster"] = json!(format!("{origin}#1"));
        instance["attributes"]["job_id"] = json!(id);
        (instance, Job { cluster, name, id })
    }

    /// Every text with the one job's URL or name has the other's place instead.
    fn renamed(&self, value: &Json, origin: &str, name: &str) -> Json {
        let id = format!("{}#{}", self.url, self.name);
        match value {
            Json::String(text) => {
                let text = text.replace(&id, &format!("{origin}/{name}"));
                json!(text.replace(&self.url, origin).replace(&self.name, name))
            }
            Json::Array(elements) => {
                elements.iter().map(|element| self.renamed(element, origin, name)).collect()
            }
            Json::Object(members) => members
                .iter()
                .map(|(key, member)| (key.clone(), self.renamed(member, origin, name)))
                .collect(),
            Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
        }
    }

    /// The configuration of all, from that of the one.
    pub(super) fn configuration(&self, one: &str) -> String {
        let many = one.replace(&self.name, "job-${count.index}");
        let head = format!(
            "{{\n  count   = {}\n  cluster = flink_cluster.it[floor(count.index / {JOBS})].ref\n",
            CLUSTERS * JOBS,
        );
        many.replacen("{\n", &head, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cluster_has_its_own_twenty_jobs() {
        let one = One { url: "http://old".to_owned(), name: "one".to_owned() };
        let state = json!({ "resources": [{ "type": "flink_job", "instances": [{ "attributes": {
            "id": "http://old#one", "name": "one", "job_id": "0", "cluster": null,
        } }] }] });
        let (resource, jobs) = one.all(&state).unwrap();
        assert_eq!((resource["instances"].as_array().unwrap().len(), jobs.len()), (1000, 1000));
        assert_eq!(
            resource["instances"][27],
            json!({ "index_key": 27, "attributes": {
                "id": "bench/c-1/job-27", "name": "job-27", "job_id": jobs[27].id,
                "cluster": "bench/c-1#1",
            } })
        );
        assert_eq!(jobs[27].cluster, "c-1");
    }
}
