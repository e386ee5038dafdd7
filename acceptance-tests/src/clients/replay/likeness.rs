//! What a recorded text is called now. Pure.

use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The attributes that Flink, or the time of compilation, makes anew.
const MADE_ANEW: [&str; 4] = ["jar_sha256", "job_id", "last_savepoint_path", "restored_from"];

/// Texts of the recording, and what stands for them in this replay.
#[derive(Clone, Debug, Default)]
pub struct Renamed {
    parts: Vec<(String, String)>,
    whole: BTreeMap<String, String>,
}

impl Renamed {
    /// Every occurrence of `part` in any text is `now`.
    pub fn part(&mut self, part: &str, now: &str) {
        self.parts.push((part.to_owned(), now.to_owned()));
    }

    /// A recorded text, or a whole recorded call, as it is now.
    pub fn apply(&self, recorded: &Json) -> Json {
        match recorded {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(elements) => elements.iter().map(|element| self.apply(element)).collect(),
            Json::Object(members) => {
                members.iter().map(|(name, member)| (name.clone(), self.apply(member))).collect()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => recorded.clone(),
        }
    }

    fn text(&self, recorded: &str) -> String {
        if let Some(now) = self.whole.get(recorded) {
            return now.clone();
        }
        self.parts.iter().fold(recorded.to_owned(), |text, (part, now)| text.replace(part, now))
    }

    /// Learns from the state that was recorded and the one that came now how ids and paths are
    /// called from here on. One that has a name already keeps it.
    pub fn learn(&mut self, recorded: &Json, now: &Json) {
        for name in MADE_ANEW {
            if let (Json::String(recorded), Json::String(now)) = (&recorded[name], &now[name]) {
                self.whole.entry(recorded.clone()).or_insert_with(|| now.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Renamed;
    use serde_json::json;

    #[test]
    fn an_id_keeps_the_name_that_it_was_given_first() {
        let mut renamed = Renamed::default();
        renamed.part("${NAME}", "orders");
        renamed.learn(&json!({ "job_id": "a" }), &json!({ "job_id": "1" }));
        renamed.learn(&json!({ "job_id": "a" }), &json!({ "job_id": "2" }));
        let recorded = json!({ "job_id": "a", "name": "${NAME}", "id": "x#${NAME}", "n": 1 });
        let now = json!({ "job_id": "1", "name": "orders", "id": "x#orders", "n": 1 });
        assert_eq!(renamed.apply(&recorded), now);
    }
}
