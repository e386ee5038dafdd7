//! A node's namespaces and cgroups, and the process that holds them for as long as the test lives.

use super::START;
use crate::failure::{Failure, Outcome};
use crate::{fetch, folders, poll};
use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The process that holds the namespaces until its pipe closes, and then cleans up.
#[derive(Debug)]
pub(super) struct Holder(Child);

impl Holder {
    /// Lets go of the namespaces; returns when everything in them is gone.
    pub(super) fn release(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.release();
    }
}

/// Makes the namespaces, and `HOME/enter` that leads into them.
pub(super) async fn hold(home: &Path) -> Outcome<Holder> {
    let name = home.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let log = File::create(home.join("log/hold.log"))?;
    let script = folders::repository().join("acceptance-tests/kubernetes/hold");
    let holder = Command::new(script)
        .arg(home)
        .arg(format!("flink-{name}"))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let mut holder = Holder(holder);
    let started = home.join("run/init");
    let waited = poll::until("the node's namespaces", START, || {
        let ended = matches!(holder.0.try_wait(), Ok(Some(_)));
        std::future::ready((ended || started.exists()).then_some(ended))
    });
    if waited.await? {
        let said = fs::read_to_string(home.join("log/hold.log"))?;
        return Err(Failure::new(format!("the node's namespaces could not be made:\n{said}")));
    }
    let enter = home.join("enter");
    fs::write(
        &enter,
        entrance(&fs::read_to_string(home.join("cgroups"))?, &fs::read_to_string(started)?),
    )?;
    fetch::succeed(Command::new("chmod").arg("755").arg(&enter))?;
    Ok(holder)
}

/// The script that runs a command inside: cgroups first, while they can be seen. `nsenter` drops the
/// working folder, and its own ways to keep one differ between versions.
fn entrance(groups: &str, init: &str) -> String {
    let groups: Vec<String> = groups.lines().map(|group| format!("'{group}'")).collect();
    format!(
        "#!/bin/bash\n# Runs a command inside the node: enter COMMAND [ARGUMENT...]\n\
         for group in {}; do echo $$ >\"$group/cgroup.procs\" || exit 1; done\n\
         exec nsenter --target {} --mount --net --pid --uts --ipc --cgroup -- \
         /bin/sh -c 'cd \"$0\" && exec \"$@\"' \"$PWD\" \"$@\"\n",
        groups.join(" "),
        init.trim()
    )
}
