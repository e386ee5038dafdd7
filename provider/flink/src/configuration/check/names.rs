//! Names that Flink takes freely, and names that look alike.

/// Keys below these are read by plug-ins, by Java or by the Flink Kubernetes Operator, under names
/// that no class of Flink declares.
const FREE: [&str; 37] = [
    "akka.",
    "pekko.",
    "containerized.master.env.",
    "containerized.taskmanager.env.",
    "env.java.opts.",
    "events.reporter.",
    "external-resource.",
    "flink.hadoop.",
    "flink.yarn.",
    "fs.abfs.",
    "fs.adl.",
    "fs.azure.",
    "fs.cosn.",
    "fs.gs.",
    "fs.obs.",
    "fs.oss.",
    "fs.s3.",
    "fs.s3a.",
    "gs.",
    "hadoop.",
    "high-availability.zookeeper.client.",
    "job.autoscaler.",
    "kubernetes.operator.",
    "metrics.reporter.",
    "metrics.scope.variables.",
    "oss.",
    "presto.s3.",
    "s3.",
    "s3a.",
    "s3p.",
    "security.",
    "sql-gateway.endpoint.",
    "state.backend.forst.",
    "state.backend.rocksdb.",
    "traces.reporter.",
    "yarn.",
    "zookeeper.",
];

/// Whether a key stands below a prefix under which names are free.
pub(super) fn is_free(key: &str) -> bool {
    FREE.iter().any(|prefix| key.starts_with(prefix))
}

/// The key that has the same words in another order, or else the one that differs from a wrong one
/// by the fewest characters, at most `limit` of them.
pub(super) fn nearest<'a>(
    key: &str,
    keys: impl Iterator<Item = &'a str>,
    limit: usize,
) -> Option<&'a str> {
    let named: Vec<_> = keys.filter(|it| !it.contains('<') && !it.starts_with('$')).collect();
    let of_same_words =
        named.iter().copied().find(|it| it.len() == key.len() && same_words(it, key));
    of_same_words.or_else(|| {
        let near = named.into_iter().filter_map(|it| Some((distance(key, it, limit)?, it)));
        near.min().map(|(_, nearest)| nearest)
    })
}

fn same_words(one: &str, two: &str) -> bool {
    let sorted = |text: &'_ str| {
        let mut words: Vec<_> = text.split('.').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    sorted(one) == sorted(two)
}

/// How many characters have to be changed, left out, put in or swapped with their neighbour; `None`
/// beyond the limit.
fn distance(one: &str, two: &str, limit: usize) -> Option<usize> {
    let (one, two) = (one.as_bytes(), two.as_bytes());
    if one.len().abs_diff(two.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=two.len()).collect();
    for (row, byte) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in two.iter().enumerate() {
            let changed = above.get(column)? + usize::from(byte != other);
            let mut least = changed.min(above.get(column + 1)? + 1).min(line.get(column)? + 1);
            let is_swapped = row > 0
                && column > 0
                && one.get(row - 1) == Some(other)
                && two.get(column - 1) == Some(byte);
            if is_swapped {
                least = least.min(before.get(column - 1)? + 1);
            }
            line.push(least);
        }
        if line.iter().min()? > &limit {
            return None;
        }
        before = above;
        above = line;
    }
    above.last().copied().filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn counts_what_has_to_be_changed() {
        for (one, two, wanted) in [
            ("abc", "abc", Some(0)),
            ("abc", "abd", Some(1)),
            ("abc", "acb", Some(1)),
            ("abc", "ab", Some(1)),
            ("incremnetal", "incremental", Some(1)),
            ("kitten", "sitting", Some(3)),
            ("abcdef", "uvwxyz", None),
            ("", "abcd", None),
        ] {
            assert_eq!(distance(one, two, 3), wanted, "{one} {two}");
            assert_eq!(distance(two, one, 3), wanted, "{two} {one}");
        }
    }
}
