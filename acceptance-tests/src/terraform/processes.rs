//! The processes below a Terraform, as /proc shows them: to find the provider, and to kill.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;

/// Every descendant of `ancestor` whose program is called `name`.
pub(super) fn descendants(ancestor: u32, name: &str) -> Vec<u32> {
    let all = all();
    all.iter()
        .filter(|(pid, _)| {
            descends(&all, *pid, ancestor) && program(*pid).is_some_and(|program| program == name)
        })
        .map(|(pid, _)| *pid)
        .collect()
}

/// SIGKILL; `false` when the process was already gone.
pub(super) fn end(pid: u32) -> bool {
    i32::try_from(pid).is_ok_and(|pid| kill(Pid::from_raw(pid), Signal::SIGKILL).is_ok())
}

/// Process and parent, for all there are.
fn all() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, parent(pid)?))
        })
        .collect()
}

/// The fourth field of `stat`; the second is in parentheses and may hold anything.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
}

fn program(pid: u32) -> Option<String> {
    let command = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let first = command.split(|byte| *byte == 0).next()?;
    Some(String::from_utf8_lossy(first).rsplit('/').next()?.to_owned())
}

fn descends(all: &[(u32, u32)], pid: u32, ancestor: u32) -> bool {
    let Some((_, parent)) = all.iter().find(|(other, _)| *other == pid) else {
        return false;
    };
    *parent == ancestor || (*parent > 1 && descends(all, *parent, ancestor))
}
