//! From the state of one job to that of a thousand. Pure.

use acceptance_tests::{Failure, Outcome};
use lifecycle::job::ids::{Owner, successor};
use serde_json::{Value as Json, json};

const COUNT: usize = 1000;

/// The job that the thousand are made from.
pub(super) struct Thousand {
    /// The JobManager it runs on.
    pub(super) url: String,
    /// Its name.
    pub(super) name: String,
}

/// A job's id and name.
pub(super) type Job = (String, String);

impl Thousand {
    /// The state of the thousand on the JobManager at `url`, and their ids and names there.
    pub(super) fn state(&self, one: &Json, url: &str) -> Outcome<(Json, Vec<Job>)> {
        let mut state = one.clone();
        let resource = state["resources"].as_array_mut().and_then(|all| all.first_mut());
        let resource = resource.ok_or_else(|| Failure::new("no job in the state"))?;
        let instance = resource["instances"][0].clone();
        let made: Vec<(Json, Job)> =
            (0..COUNT).map(|index| self.instance(&instance, url, index)).collect();
        let (instances, jobs): (Vec<Json>, Vec<Job>) = made.into_iter().unzip();
        resource["instances"] = json!(instances);
        Ok((state, jobs))
    }

    fn instance(&self, one: &Json, url: &str, index: usize) -> (Json, Job) {
        let name = format!("job-{index}");
        let moved = self.renamed(one, url, &name);
        let job = successor(&Owner::new(url, &name), None, 0).to_string();
        let mut instance = moved;
        instance["index_key"] = json!(index);
        instance["attributes"]["job_id"] = json!(job);
        (instance, (job, name))
    }

    /// Every text with the one job's URL or name has the other's instead.
    fn renamed(&self, value: &Json, url: &str, name: &str) -> Json {
        match value {
            Json::String(text) => json!(text.replace(&self.url, url).replace(&self.name, name)),
            Json::Array(elements) => {
                elements.iter().map(|element| self.renamed(element, url, name)).collect()
            }
            Json::Object(members) => members
                .iter()
                .map(|(key, member)| (key.clone(), self.renamed(member, url, name)))
                .collect(),
            Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
        }
    }

    /// The configuration that the thousand were made by, from that of the one.
    pub(super) fn configuration(&self, one: &str) -> String {
        let many = one.replace(&self.name, "job-${count.index}");
        many.replacen("{\n", &format!("{{\n  count = {COUNT}\n"), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::Thousand;
    use serde_json::json;

    #[test]
    fn each_of_the_thousand_has_its_own_name_and_ids() {
        let thousand = Thousand { url: "http://old".to_owned(), name: "one".to_owned() };
        let state = json!({ "resources": [{ "instances": [{ "attributes": {
            "id": "http://old#one", "name": "one", "job_id": "0", "args": ["--name", "one"],
        } }] }] });
        let (state, jobs) = thousand.state(&state, "http://new").unwrap();
        let instances = state["resources"][0]["instances"].as_array().unwrap();
        assert_eq!((instances.len(), jobs.len()), (1000, 1000));
        assert_eq!(
            instances[7],
            json!({ "index_key": 7, "attributes": {
                "id": "http://new#job-7", "name": "job-7", "job_id": jobs[7].0,
                "args": ["--name", "job-7"],
            } })
        );
        assert_ne!(jobs[7].0, jobs[8].0);
    }
}
