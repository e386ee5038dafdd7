//! What is wrong with a description, or worth a word, at the attribute that it is about.

use manifests::{Invalid, Warning};
use terraform::diagnostics::Diagnostic;

use crate::cluster::path;

/// The error for something that cannot be.
pub fn invalid(found: &Invalid) -> Diagnostic {
    let (summary, detail) = parts(&found.text);
    Diagnostic::error(summary, detail).at(path::of(&found.path))
}

/// The warning for something that works and may surprise.
pub fn warned(found: &Warning) -> Diagnostic {
    let (summary, detail) = parts(&found.text);
    Diagnostic::warning(summary, detail).at(path::of(&found.path))
}

/// The first sentence, and the whole text where there is more or it is long.
fn parts(text: &str) -> (String, String) {
    const LONGEST: usize = 100;
    let first = text.split_once(". ").map_or(text, |(first, _)| first);
    let summary = first.trim_end_matches('.');
    if summary.len() <= LONGEST {
        return (summary.to_owned(), text.to_owned());
    }
    let cut = summary.char_indices().take(LONGEST).last().map_or(0, |(index, _)| index);
    let end = summary[..cut].rfind(' ').unwrap_or(cut);
    (format!("{}…", &summary[..end]), text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_the_summary() {
        for (text, summary) in [
            ("Short.", "Short"),
            ("What is wrong. What to do.", "What is wrong"),
            ("key \"a.b\" is 1.5. More", "key \"a.b\" is 1.5"),
        ] {
            assert_eq!(parts(text), (summary.to_owned(), text.to_owned()));
        }
        let long = "word ".repeat(40);
        let (summary, detail) = parts(&long);
        assert!(summary.ends_with("word…") && summary.len() <= 104, "{summary}");
        assert_eq!(detail, long);
    }
}
