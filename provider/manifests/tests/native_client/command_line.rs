//! The command lines of `kubernetes-session.sh` and `flink`.

use flink::Version;
use manifests::description::ClaimMode;
use manifests::native::Application;

/// What a command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// `-Dkey=value`, in order.
    pub(crate) properties: Vec<(String, String)>,
    /// The program, where it is an application.
    pub(crate) application: Option<Application>,
}

/// Why the client makes nothing.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) String);

/// The options of `flink run` that take a value, by all their spellings.
const WITH_VALUE: [(&str, &[&str]); 11] = [
    ("class", &["-c", "--class"]),
    ("classpath", &["-C", "--classpath"]),
    ("parallelism", &["-p", "--parallelism"]),
    ("savepoint", &["-s", "--fromSavepoint"]),
    ("claim", &["-rm", "--restoreMode", "-restoreMode", "-cm", "--claimMode", "-claimMode"]),
    ("target", &["-t", "--target", "-e", "--executor"]),
    ("jar", &["-j", "--jarfile"]),
    ("property", &["-D"]),
    ("jobmanager", &["-m", "--jobmanager"]),
    ("zookeeper", &["-z", "--zookeeperNamespace"]),
    ("id", &["-id"]),
];

/// Its options that take none.
const FLAGS: [&str; 10] = [
    "-n",
    "--allowNonRestoredState",
    "-d",
    "--detached",
    "-sae",
    "--shutdownOnAttachedExit",
    "-h",
    "--help",
    "-v",
    "--verbose",
];

/// What Java's `URL` has a handler for.
const PROTOCOLS: [&str; 5] = ["file", "http", "https", "ftp", "jar"];

/// What stands for folders in a recording.
const PLACES: [&str; 3] = ["${FLINK_HOME}", "${INPUTS}", "${WORK}"];

/// One option, and its value.
struct Given {
    name: String,
    value: String,
}

/// Reads a command line of a version.
pub(crate) fn parse(argv: &[String], version: Version) -> Result<Asked, Refused> {
    let refuse = |why: &str| Err(Refused(why.to_owned()));
    let (program, words) = argv.split_first().ok_or_else(|| Refused("empty".to_owned()))?;
    if program.ends_with("kubernetes-session.sh") {
        let (given, _) = options(words)?;
        return Ok(Asked { properties: properties(&given), application: None });
    }
    let Some((verb, words)) = words.split_first() else { return refuse("no verb") };
    let has_verb = version < Version::new(2, 0, 0);
    match (verb.as_str(), has_verb) {
        ("run-application", true) | ("run", false) => {}
        ("run", true) => return refuse("run submits a job to a cluster that is there"),
        _ => return refuse("this version has no such verb"),
    }
    let (given, rest) = options(words)?;
    match last(&given, "target") {
        Some("kubernetes-application") => {}
        _ => return refuse("the target makes no cluster on Kubernetes"),
    }
    application(&given, rest)
}

fn application(given: &[Given], rest: &[String]) -> Result<Asked, Refused> {
    let (jar, arguments) = match (last(given, "jar"), rest.split_first()) {
        (Some(jar), _) => (jar, rest),
        (None, Some((jar, rest))) => (jar.as_str(), rest),
        (None, None) => return Err(Refused("no jar".to_owned())),
    };
    let flag = |names: &[&str]| given.iter().any(|it| names.contains(&it.name.as_str()));
    let claim_mode = match last(given, "claim").map(str::to_lowercase).as_deref() {
        Some("claim") => ClaimMode::Claim,
        Some("legacy") => ClaimMode::Legacy,
        Some(_) | None => ClaimMode::NoClaim,
    };
    let parallelism = match last(given, "parallelism").map(str::parse) {
        None => None,
        Some(Ok(number)) if number > 0 => Some(number),
        Some(_) => return Err(Refused("the parallelism is no positive number".to_owned())),
    };
    if !PLACES
        .iter()
        .fold(jar.to_owned(), |it, place| it.replace(place, ""))
        .chars()
        .all(is_of_a_uri)
    {
        return Err(Refused(format!("{jar:?} is no URI")));
    }
    let is_url = |text: &&str| text.split_once(':').is_some_and(|(it, _)| PROTOCOLS.contains(&it));
    if let Some(wrong) = all(given, "classpath").find(|text| !is_url(text)) {
        return Err(Refused(format!("{wrong:?} is no URL")));
    }
    let application = Application {
        jar: uri(jar),
        entry_class: last(given, "class").map(str::to_owned),
        arguments: arguments.to_vec(),
        classpaths: all(given, "classpath").map(url).collect(),
        parallelism,
        savepoint: last(given, "savepoint").map(str::to_owned),
        allow_non_restored_state: flag(&["-n", "--allowNonRestoredState"]),
        claim_mode,
        detached: flag(&["-d", "--detached"]),
        shutdown_on_attached_exit: flag(&["-sae", "--shutdownOnAttachedExit"]),
    };
    Ok(Asked { properties: properties(given), application: Some(application) })
}

fn all<'a>(given: &'a [Given], name: &str) -> impl Iterator<Item = &'a str> {
    given.iter().filter(move |it| it.name == name).map(|it| it.value.as_str())
}

fn last<'a>(given: &'a [Given], name: &'a str) -> Option<&'a str> {
    all(given, name).last()
}

fn properties(given: &[Given]) -> Vec<(String, String)> {
    let property = |text: &str| {
        let (key, value) = text.split_once('=').unwrap_or((text, "true"));
        (key.to_owned(), value.to_owned())
    };
    all(given, "property").map(property).collect()
}

/// The options, and the words from the first that is none.
fn options(mut words: &[String]) -> Result<(Vec<Given>, &[String]), Refused> {
    let mut given = Vec::new();
    while let Some((word, rest)) = words.split_first() {
        if word == "--" {
            return Ok((given, rest));
        }
        if !word.starts_with('-') || word == "-" {
            break;
        }
        if let Some((name, value)) = joined(word) {
            given.push(Given { name, value });
            words = rest;
            continue;
        }
        match WITH_VALUE.iter().find(|(_, spellings)| spellings.contains(&word.as_str())) {
            // The client takes what it does not know for the program.
            None if !FLAGS.contains(&word.as_str()) => break,
            None => {
                given.push(Given { name: word.clone(), value: String::new() });
                words = rest;
            }
            Some((name, _)) => {
                words = rest;
                let (value, rest) =
                    words.split_first().ok_or_else(|| Refused(format!("{word} has no value")))?;
                given.push(Given { name: (*name).to_owned(), value: value.clone() });
                words = rest;
            }
        }
    }
    Ok((given, words))
}

/// `-Dkey=value`, `-p4` and `--name=value` are one word.
fn joined(word: &str) -> Option<(String, String)> {
    if let Some(property) = word.strip_prefix("-D").filter(|it| !it.is_empty()) {
        return Some(("property".to_owned(), property.to_owned()));
    }
    if let Some(number) = word.strip_prefix("-p").filter(|it| it.parse::<u32>().is_ok()) {
        return Some(("parallelism".to_owned(), number.to_owned()));
    }
    let (spelling, value) = word.split_once('=')?;
    let (name, _) = WITH_VALUE.iter().find(|(_, spellings)| spellings.contains(&spelling))?;
    Some(((*name).to_owned(), value.to_owned()))
}

/// What `java.net.URI` takes.
fn is_of_a_uri(letter: char) -> bool {
    !letter.is_control() && !letter.is_whitespace() && !"\"<>\\^`{|}".contains(letter)
}

/// A jar as `PackagedProgramUtils.resolveURI` has it: a path becomes a URI.
fn uri(jar: &str) -> String {
    let has_scheme = jar.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.chars().all(|it| it.is_ascii_alphanumeric() || "+-.".contains(it))
    });
    if has_scheme {
        return jar.to_owned();
    }
    let is_whole = jar.starts_with(['/', '$']);
    if is_whole { format!("file:{jar}") } else { format!("file:${{WORK}}/{jar}") }
}

/// A URL as Java prints it: without an empty host.
fn url(text: &str) -> String {
    text.strip_prefix("file:///").map_or_else(|| text.to_owned(), |path| format!("file:/{path}"))
}
