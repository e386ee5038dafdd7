//! Processes that cannot outlive the test that started them.
//!
//! Each one runs in a process group of its own, led by a shell that reads from a pipe whose other
//! end the test holds. However the test ends (returned, panicked, killed), the pipe closes and the
//! shell kills the group. The kernel's own parent-death signal will not do: it follows the *thread*
//! that forked, and a test's threads end before the test does.

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

const SHELL: &str = r#"exec 3<&0
"$@" 3<&- </dev/null &
child=$!
{ read -r _ <&3; kill -9 "-$$"; } >/dev/null 2>&1 &
exec 3<&-
wait "$child""#;

/// The command that runs `program` under guard, for the caller to give arguments and outputs. Its
/// standard input is the pipe: the process lives until that is closed. It leads a process group.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", SHELL, "guard"]).arg(program).process_group(0).stdin(Stdio::piped());
    command
}

/// SIGKILL for a whole process group.
pub fn kill_group(leader: u32) {
    if let Ok(id) = i32::try_from(leader) {
        let _ = killpg(Pid::from_raw(id), Signal::SIGKILL);
    }
}

/// A running process with all its descendants; dropped, they are killed.
#[derive(Debug)]
pub struct Guarded {
    shell: Child,
}

impl Guarded {
    /// Starts `program`, its output appended to `log`.
    pub fn start<A: AsRef<OsStr>>(program: &str, arguments: &[A], log: &Path) -> io::Result<Self> {
        let output = File::options().create(true).append(true).open(log)?;
        let shell =
            command(program).args(arguments).stdout(output.try_clone()?).stderr(output).spawn()?;
        Ok(Self { shell })
    }

    /// Whether the process has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.shell.try_wait(), Ok(Some(_)))
    }

    /// SIGKILL for the process and all its descendants; returns when none of them is left but as a
    /// zombie, which holds nothing any more and may wait long for its new parent to look at it.
    pub fn kill(&mut self) {
        let Ok(id) = i32::try_from(self.shell.id()) else {
            return;
        };
        let group = Pid::from_raw(id);
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.shell.wait();
        while has_members(id) {
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Whether a process of this group is there, other than a zombie.
fn has_members(group: i32) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.map(|entry| entry.path()).any(|process| {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        is_member(&stat, group, || fs::read_dir(process.join("task")).map_or(0, Iterator::count))
    })
}

/// The same by `/proc/<pid>/stat`; a process that has ended holds what is open until its last
/// thread has.
fn is_member(stat: &str, group: i32, threads: impl Fn() -> usize) -> bool {
    let Some((_, told)) = stat.rsplit_once(") ") else { return false };
    let mut words = told.split(' ');
    let state = words.next().unwrap_or_default();
    let is_of_group = words.nth(1).is_some_and(|told| told == group.to_string());
    is_of_group && (!matches!(state, "Z" | "X") || threads() > 1)
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::{Guarded, is_member};
    use std::fs;
    use std::os::unix::process::ExitStatusExt;

    /// As when the test was killed: nobody but the shell itself can end the group.
    #[test]
    fn a_process_ends_when_its_pipe_closes() {
        let mut shell = super::command("sleep").arg("600").spawn().unwrap();
        drop(shell.stdin.take());
        assert_eq!(shell.wait().unwrap().signal(), Some(9));
    }

    /// What happens when the test itself is killed: its end of the pipe closes.
    #[test]
    fn a_closed_pipe_ends_the_process_with_its_children() {
        let mut shell = super::command("sleep").arg("600").spawn().unwrap();
        drop(shell.stdin.take());
        assert!(!shell.wait().unwrap().success());
    }

    #[test]
    fn a_dropped_process_is_gone_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let pid_file = folder.path().join("pid");
        let script =
            format!("sleep 600 & echo $! > {0}.part; mv {0}.part {0}; wait", pid_file.display());
        let guarded = Guarded::start("sh", &["-c", &script], &folder.path().join("log")).unwrap();
        while !pid_file.exists() {
            std::thread::yield_now();
        }
        let pid = fs::read_to_string(&pid_file).unwrap();
        drop(guarded);
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "{stat}");
    }

    #[test]
    fn a_zombie_without_threads_is_gone() {
        for (stat, threads, expected) in [
            ("7 (sleep) S 1 42 42 0", 1, true),
            ("7 (a) Z (b) R 1 42 42 0", 1, true),
            ("7 (java) Z 1 42 42 0", 9, true),
            ("7 (java) Z 1 42 42 0", 1, false),
            ("7 (sleep) S 1 43 43 0", 1, false),
            ("", 0, false),
        ] {
            assert_eq!(is_member(stat, 42, || threads), expected, "{stat} {threads}");
        }
    }
}
