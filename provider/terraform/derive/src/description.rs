//! Doc comments, as the Markdown that the user reads.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment of a field; empty when there is none.
///
/// The lines of a paragraph are joined; lists, tables and fenced code keep their lines.
pub(crate) fn of(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    let mut text = String::new();
    let mut in_fence = false;
    for line in &lines {
        let fence = line.trim_start().starts_with("```");
        text.push_str(separator(&text, line, in_fence || fence));
        text.push_str(line);
        in_fence ^= fence;
    }
    text.trim().to_owned()
}

/// What stands between the text so far and the next line. `keep` is on for lines that may not be joined.
fn separator(text: &str, line: &str, keep: bool) -> &'static str {
    let last = text.lines().last().unwrap_or_default();
    let starts_block = |line: &str| line.trim_start().starts_with(['-', '*', '|', '#']);
    let apart = line.is_empty() || last.is_empty() || text.ends_with('\n');
    if text.is_empty() {
        ""
    } else if keep || apart || starts_block(line) || last.starts_with("```") {
        "\n"
    } else {
        " "
    }
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
    let text = text.value();
    pair.path.is_ident("doc").then(|| text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned())
}
