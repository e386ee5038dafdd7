//! The lines of a log that are worth showing.

/// How many lines of a log are shown.
const SHOWN: usize = 12;
/// What a line has that tells why a process ended.
const TELLING: [&str; 4] = [" ERROR ", "Exception", "Caused by:", "Error:"];

/// The lines of a log that tell why a process ended: those that speak of an
/// error, else the last.
pub fn telling(lines: &[String]) -> Vec<String> {
    let tells = |line: &&String| {
        TELLING.iter().any(|word| line.contains(word)) && !line.trim_start().starts_with("at ")
    };
    let telling: Vec<&String> = lines.iter().filter(tells).collect();
    let all = if telling.is_empty() { lines.iter().collect() } else { telling };
    all.iter().skip(all.len().saturating_sub(SHOWN)).map(|line| (*line).clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_log_the_lines_are_shown_that_tell_why() {
        let lines =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let log = lines(&[
            "12:00 INFO  Starting",
            "12:01 ERROR Could not start the entrypoint",
            "java.lang.IllegalStateException: pods is forbidden",
            "\tat org.apache.flink.Exceptions.x(X.java:1)",
            "12:02 INFO  Stopped BLOB server",
        ]);
        assert_eq!(telling(&log), log[1..3]);
        let quiet = lines(&["a", "b"]);
        assert_eq!(telling(&quiet), quiet);
        let many: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        assert_eq!(telling(&many), many[18..]);
    }
}
