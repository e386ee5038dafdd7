//! A provider whose own CPU is told from Terraform's: a shell starts it, and writes down what it took.

use acceptance_tests::terraform::Workspace;
use acceptance_tests::{Failure, Outcome};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PLUGIN: &str = "plugins/terraform-provider-flink";

/// What the providers of a workspace have taken.
pub(super) struct Watched {
    times: PathBuf,
}

impl Watched {
    /// Makes `program` the provider of a workspace, and watches it.
    pub(super) fn over(workspace: &Workspace, program: &Path) -> Outcome<Self> {
        let plugin = workspace.path().join(PLUGIN);
        let times = workspace.path().join("times");
        let (program, told) = (program.display(), times.display());
        let script = format!("#!/bin/sh\n'{program}' \"$@\"\ntimes >> '{told}'\n");
        if plugin.exists() {
            fs::remove_file(&plugin)?;
        }
        fs::write(&plugin, script)?;
        fs::set_permissions(&plugin, Permissions::from_mode(0o755))?;
        Ok(Self { times })
    }

    /// User and system time since this was last asked.
    pub(super) fn cpu(&self) -> Outcome<Duration> {
        let told = fs::read_to_string(&self.times)?;
        fs::remove_file(&self.times)?;
        // Each shell writes two lines: its own times, and those of its children.
        let children = told.lines().skip(1).step_by(2);
        children.flat_map(str::split_whitespace).map(time).sum()
    }
}

/// `1m2.345s`
fn time(text: &str) -> Outcome<Duration> {
    let parts = text.strip_suffix('s').and_then(|text| text.split_once('m'));
    let (minutes, seconds) = parts.ok_or_else(|| Failure::new(format!("no time: {text:?}")))?;
    let minutes: u64 = minutes.parse()?;
    Ok(Duration::from_mins(minutes) + Duration::from_secs_f64(seconds.parse()?))
}

#[cfg(test)]
mod tests {
    use super::time;
    use std::time::Duration;

    #[test]
    fn times_are_read_as_shells_write_them() {
        assert_eq!(time("0m0.120000s").unwrap(), Duration::from_millis(120));
        assert_eq!(time("1m02.5s").unwrap(), Duration::from_millis(62_500));
        assert!(time("0.1").is_err());
    }
}
