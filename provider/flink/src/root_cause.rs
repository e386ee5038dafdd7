//! What a Java stack trace says, in words for people.
//!
//! Flink answers errors, failed operations and exceptions of jobs with whole
//! stack traces. What they say stands on few lines: the first, and each that
//! starts with `Caused by:`.

use std::fmt;

/// One exception of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The class, with its package; empty when the text names none.
    pub class: String,
    /// Its message, without stack frames; may be empty.
    pub message: String,
}

impl Cause {
    /// The class without its package.
    pub fn simple_class(&self) -> &str {
        let after_package = self.class.rsplit('.').next().unwrap_or_default();
        after_package.rsplit('$').next().unwrap_or_default()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.simple_class(), self.message.as_str()) {
            ("", message) => f.write_str(message),
            (class, "") => f.write_str(class),
            (class, message) => write!(f, "{class}: {message}"),
        }
    }
}

/// A chain of exceptions, the outermost first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Causes(Vec<Cause>);

impl Causes {
    /// Reads a stack trace, or any other text as one cause without a class.
    pub fn parse(text: &str) -> Self {
        let mut causes: Vec<Cause> = Vec::new();
        for line in meaningful_lines(text) {
            match line.strip_prefix("Caused by: ") {
                Some(cause) => causes.push(cause_of(cause)),
                None => match causes.last_mut() {
                    Some(last) => append(&mut last.message, line),
                    None => causes.push(cause_of(line)),
                },
            }
        }
        Self(causes)
    }

    /// All causes, the outermost first.
    pub fn all(&self) -> &[Cause] {
        &self.0
    }

    /// The innermost cause: what really happened.
    pub fn root(&self) -> Option<&Cause> {
        self.0.last()
    }

    /// Whether a cause is of this class, its package not looked at.
    pub fn has(&self, simple_class: &str) -> bool {
        self.0.iter().any(|cause| cause.simple_class() == simple_class)
    }

    /// The causes that add something, the outermost first: wrappers that only
    /// repeat what the next one says are left out.
    pub fn telling(&self) -> Vec<&Cause> {
        let repeated_by_next = |(index, cause): (usize, &Cause)| {
            self.0.get(index + 1).is_some_and(|next| cause.message.contains(&next.message))
        };
        let kept = self.0.iter().enumerate().filter(|pair| !repeated_by_next(*pair));
        kept.map(|(_, cause)| cause).collect()
    }

    /// The root cause as one text; empty when nothing is known.
    pub fn summary(&self) -> String {
        self.root().map(ToString::to_string).unwrap_or_default()
    }

    /// The path of the savepoint that was completed although the job failed
    /// while it was being stopped.
    ///
    /// This savepoint is whole and the right point to go on from.
    pub fn completed_savepoint(&self) -> Option<&str> {
        let marker = "A savepoint has been created at: ";
        self.0.iter().find_map(|cause| {
            let (_, rest) = cause.message.split_once(marker)?;
            rest.split_once(", but the corresponding job").map(|(path, _)| path)
        })
    }
}

impl fmt::Display for Causes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

/// Leaves out stack frames, which begin with a tab, and what Flink puts around
/// an exception of the server.
fn meaningful_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| {
        let frame = line.starts_with('\t');
        let wrapping =
            *line == "<Exception on server side:" || *line == "End of exception on server side>";
        !frame && !wrapping && !line.trim().is_empty()
    })
}

fn append(message: &mut String, line: &str) {
    if !message.is_empty() {
        message.push('\n');
    }
    message.push_str(line.trim());
}

/// Splits `class: message`. A wrapper whose message is again of this shape is
/// unwrapped: Java makes such messages of a cause, and Flink of exceptions
/// that it could only carry as text.
fn cause_of(text: &str) -> Cause {
    let (mut class, mut message) = split_class(text).unwrap_or(("", text));
    while let Some((inner_class, inner_message)) = split_class(message).filter(is_exception) {
        (class, message) = (inner_class, inner_message);
    }
    Cause { class: class.to_owned(), message: message.trim().to_owned() }
}

/// A message may be the name of a class that is no exception: the one that was
/// not found.
fn is_exception((class, _): &(&str, &str)) -> bool {
    class.ends_with("Exception") || class.ends_with("Error")
}

fn split_class(text: &str) -> Option<(&str, &str)> {
    let whole = || (text.trim_end_matches(':'), "");
    let (class, message) = text.split_once(": ").unwrap_or_else(whole);
    is_class(class).then_some((class, message))
}

fn is_class(text: &str) -> bool {
    let java_name = |c: char| c.is_alphanumeric() || matches!(c, '.' | '$' | '_');
    let starts_package = text.starts_with(char::is_lowercase);
    starts_package && text.contains('.') && text.chars().all(java_name)
}

#[cfg(test)]
mod tests;
