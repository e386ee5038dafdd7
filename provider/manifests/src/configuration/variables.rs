//! `${NAME}` in values: what the pod replaces by the container's environment.

/// Whether a value names a variable of the environment.
pub(crate) fn has_variable(value: &str) -> bool {
    !variables(value).is_empty()
}

/// The variables that a value names, in order; `${user.home}` and `$HOME` name none.
pub(crate) fn variables(value: &str) -> Vec<&str> {
    let starts = value.match_indices("${").filter_map(|(at, found)| value.get(at + found.len()..));
    starts
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_letter) && text.chars().all(|c| is_letter(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_names_of_environment_variables_and_nothing_else() {
        for (value, names) in [
            ("${S3_KEY}", vec!["S3_KEY"]),
            ("a${A}b${_b2}c", vec!["A", "_b2"]),
            ("${user.home}/x", vec![]),
            ("$HOME ${} ${1A} ${OPEN", vec![]),
            ("${${INNER}}", vec!["INNER"]),
        ] {
            assert_eq!(variables(value), names, "{value}");
        }
    }
}
