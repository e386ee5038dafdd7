//! What Terraform told its user, made equal between runs, so that a test can hold it to the letter.

use crate::counting::Counting;
use crate::flink::Cluster;
use crate::terraform::{Run, Workspace};

const OWN: [&str; 2] = ["Error:", "Warning:"];
const END: &str = " Apply complete!";
const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
/// The lengths of the parts of a UUID but the last.
const UUID: [usize; 2] = [8, 4];
/// What Kubernetes makes up names of.
const DRAWN: &str = "bcdfghjklmnpqrstvwxz2456789";
const DEV_OVERRIDES: &str = "Warning: Provider development overrides are in effect";

/// The errors and warnings of a run, one per line, with what differs from run to run replaced by
/// what it is: `JOB_ID`, `CLUSTER`, `WORKSPACE`, …
pub fn told(run: &Run, workspace: &Workspace, cluster: &Cluster, counting: &Counting) -> String {
    let known = [
        (counting.folder.display().to_string(), "JOB_FOLDER"),
        (cluster.folder().display().to_string(), "CLUSTER"),
        (workspace.path().display().to_string(), "WORKSPACE"),
        (cluster.url(), "URL"),
        (cluster.url().replace("http://", ""), "ADDRESS"),
        (counting.name.clone(), "NAME"),
        (crate::folders::real().display().to_string(), "REAL"),
    ];
    let mut text = run.text();
    for (value, name) in known {
        text = text.replace(&value, name);
    }
    let words: Vec<String> = text.split(' ').map(plain).collect();
    split(&without_sizes(words).join(" "))
}

/// The same of clusters on Kubernetes: `known` are texts and what to call them, and names of pods end
/// in `POD`. They are cut first: what is drawn for one may have the digits of an id.
pub fn told_of_pods(run: &Run, known: &[(String, String)]) -> String {
    let mut text = run.text();
    for (value, name) in known {
        text = text.replace(value, name);
    }
    let words: Vec<String> = text.split(' ').map(|word| plain(&without_pod(word))).collect();
    split(&words.join(" "))
}

/// A word with the digits of a pod and its `ReplicaSet`, `-5d4f8c7b9b-x7k2p`, replaced.
fn without_pod(word: &str) -> String {
    let drawn = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.chars().all(|it| DRAWN.contains(it))
    };
    let parts: Vec<&str> = word.split('-').collect();
    for at in 1..parts.len() {
        let bare = |part: &str| part.trim_end_matches(|it: char| !it.is_ascii_alphanumeric()).len();
        let Some(next) = parts.get(at + 1) else { break };
        let (digits, rest) = next.split_at(bare(next).min(next.len()));
        // Of a pod that was not made there is the beginning alone.
        let is_pod = digits.is_empty() || drawn(digits, 5..=5);
        if drawn(parts[at], 6..=10) && is_pod {
            return format!("{}-POD{rest}", parts[..at].join("-"));
        }
    }
    word.to_owned()
}

/// One diagnostic per line; what comes before the first and Terraform's word on overrides left out.
fn split(text: &str) -> String {
    let mut lines = text.split(END).next().unwrap_or_default().to_owned();
    for start in OWN {
        lines = lines.replace(&format!(" {start}"), &format!("\n{start}"));
    }
    let told = lines.lines().filter(|line| {
        OWN.iter().any(|start| line.starts_with(start)) && !line.starts_with(DEV_OVERRIDES)
    });
    let mut told: Vec<&str> = told.collect();
    told.sort_unstable();
    told.dedup();
    told.join("\n")
}

/// How much state a job has come to hangs on the moment.
fn without_sizes(mut words: Vec<String>) -> Vec<String> {
    for index in 1..words.len() {
        if UNITS.contains(&words[index].as_str()) {
            "SIZE".clone_into(&mut words[index - 1]);
        }
    }
    words
}

/// A word with ids and hashes replaced by their kind.
fn plain(word: &str) -> String {
    let mut text = String::new();
    let mut rest = word;
    while !rest.is_empty() {
        let hex = rest.chars().take_while(char::is_ascii_hexdigit).count();
        let other = rest
            .chars()
            .skip(hex)
            .take_while(|letter| !letter.is_ascii_hexdigit())
            .collect::<String>();
        let kind = kind(&text, &rest[..hex]);
        text.push_str(kind);
        text.push_str(&other);
        rest = &rest[hex + other.len()..];
    }
    text
}

/// `before` tells a short id from a word that happens to have no other letters.
fn kind<'a>(before: &str, hex: &'a str) -> &'a str {
    match hex.len() {
        64 => "SHA256",
        32 => "ID",
        12 if hex.chars().any(|digit| digit.is_ascii_digit()) => "ID",
        6 if before.ends_with("savepoint-") => "ID",
        length if UUID.contains(&length) && before.ends_with(['/', '-']) => "ID",
        _ if before.ends_with("chk-") => "N",
        _ => hex,
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, split, told_of_pods, without_pod};
    use crate::terraform::Run;

    #[test]
    fn ids_are_replaced_wherever_they_stand() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(plain(&format!("({id}_jar)")), "(ID_jar)");
        assert_eq!(plain("/savepoint-0a1b2c-/NAME-0a1b2c3d"), "/savepoint-ID-/NAME-ID");
        let uuid = "/1ae82466-cc42-47a2-9ea9-0123456789ab_x";
        assert_eq!(plain(uuid), "/ID-ID-ID-ID-ID_x");
        assert_eq!(plain("indeed chk-17"), "indeed chk-N");
    }

    #[test]
    fn the_name_of_a_pod_is_cut_where_it_is_made_up() {
        assert_eq!(without_pod("a-jobmanager-5d4f8c7b9b-x7k2p:"), "a-jobmanager-POD:");
        assert_eq!(without_pod("\"a-jobmanager-559696688-\""), "\"a-jobmanager-POD\"");
        assert_eq!(without_pod("flink-terraform-provider"), "flink-terraform-provider");
    }

    #[test]
    fn a_pod_that_was_drawn_the_digits_of_an_id_is_a_pod() {
        let run = Run {
            command: String::new(),
            status: 1,
            output: "Error: Deployment huge-jobmanager-dd94c5596-8b4dv: no node".to_owned(),
            errors: String::new(),
        };
        assert_eq!(told_of_pods(&run, &[]), "Error: Deployment huge-jobmanager-POD: no node");
    }

    #[test]
    fn only_what_the_provider_told_is_left() {
        let text = format!(
            "Plan: 1 {} here Error: Bad with x Warning: Careful Apply complete!",
            super::DEV_OVERRIDES
        );
        assert_eq!(split(&text), "Error: Bad with x\nWarning: Careful");
    }
}
