//! Processes that cannot outlive the test that started them.
//!
//! Each one runs in a process group of its own, led by a shell that reads from a pipe whose other
//! end the test holds. However the test ends (returned, panicked, killed), the pipe closes and the
//! shell kills the group. The kernel's own parent-death signal will not do: it follows the *thread*
//! that forked, and a test's threads end before the test does.

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

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

    /// SIGKILL for the process and all its descendants; returns when the kernel has let go of them.
    pub fn kill(&mut self) {
        let Ok(id) = i32::try_from(self.shell.id()) else {
            return;
        };
        let group = Pid::from_raw(id);
        let _ = killpg(group, Signal::SIGKILL);
        let _ = self.shell.wait();
        while killpg(group, None::<Signal>) != Err(Errno::ESRCH) {
            std::thread::yield_now();
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::Guarded;
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
        assert!(!fs::exists(format!("/proc/{}", pid.trim())).unwrap());
    }
}
