//! Points in time as Terraform's own functions read them.

/// Milliseconds since 1970 as RFC 3339 in UTC, for example `2024-02-29T12:00:00Z`; `None` for
/// what Flink says where there is no time (zero or less).
pub fn rfc3339(milliseconds: i64) -> Option<String> {
    if milliseconds <= 0 {
        return None;
    }
    let seconds = milliseconds / 1000;
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Year, month and day of a number of days since 1970. Years are counted from March, so that the
/// leap day is the last of its year.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_terraform_reads_them() {
        let cases = [
            (1, Some("1970-01-01T00:00:00Z")),
            (951_782_400_000, Some("2000-02-29T00:00:00Z")),
            (1_709_208_000_999, Some("2024-02-29T12:00:00Z")),
            (1_735_689_599_000, Some("2024-12-31T23:59:59Z")),
            (0, None),
            (-1, None),
        ];
        for (milliseconds, text) in cases {
            assert_eq!(rfc3339(milliseconds).as_deref(), text);
        }
    }
}
