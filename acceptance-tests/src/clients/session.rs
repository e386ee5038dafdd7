//! Runs a command in a session of its own, and ends all that is left of the session with it.
//!
//! Pulumi starts its plugins in process groups of their own, leaves some of them running, and leaves
//! all of them running when it is killed. A session is what they cannot get out of by that.

use crate::failure::{Failure, Outcome};
use crate::terraform::Run;
use std::process::{Command, Stdio};
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(5);

/// Reads from the pipe that the test holds, so that it ends with the test, however that ends. In
/// `stat`, the session is the fourth field after the command in parentheses.
const SHELL: &str = r#"exec 3<&0
end() {
    for stat in /proc/[0-9]*/stat; do
        { read -r line <"$stat"; } 2>/dev/null || continue
        set -- ${line##*) }
        if [ "$4" = "$$" ] && [ "${line%% *}" != "$$" ] && [ "${line%% *}" != "$BASHPID" ]; then
            kill -9 "${line%% *}"
        fi
    done 2>/dev/null
}
"$@" 3<&- </dev/null &
child=$!
{ read -r _ <&3; end; kill -9 "$$"; } >/dev/null 2>&1 &
exec 3<&-
wait "$child"
status=$?
end
exit "$status""#;

/// Runs `command` to its end.
///
/// # Errors
/// It did not end in five minutes; it is killed then.
pub async fn run(command: &Command) -> Outcome<Run> {
    let mut child = tokio::process::Command::from(guarded(command)).spawn()?;
    // Held open: at its end the shell ends the session.
    let pipe = child.stdin.take();
    let ended = tokio::time::timeout(LIMIT, child.wait_with_output()).await;
    drop(pipe);
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    let text = format!("{} {}", command.get_program().display(), words.join(" "));
    let Ok(output) = ended else {
        return Err(Failure::new(format!("{text} did not end within {LIMIT:?}")));
    };
    let output = output?;
    Ok(Run {
        command: text,
        status: output.status.code().unwrap_or(-1),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

fn guarded(command: &Command) -> Command {
    let mut guarded = Command::new("setsid");
    guarded.args(["bash", "-c", SHELL, "session"]);
    guarded.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        guarded.current_dir(folder);
    }
    let set = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    guarded.envs(set).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    guarded
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::poll;
    use std::fs;
    use std::process::Command;
    use std::time::Duration;

    #[tokio::test]
    async fn what_a_command_leaves_behind_in_another_group_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let script =
            format!("set -m; sleep 600 >/dev/null 2>&1 & echo $! > {}; exit 7", file.display());
        let ended = run(Command::new("bash").args(["-c", &script])).await.unwrap();
        assert_eq!(ended.status, 7);
        let pid = fs::read_to_string(&file).unwrap();
        let gone = async || (!fs::exists(format!("/proc/{}", pid.trim())).ok()?).then_some(());
        poll::until("the process is gone", Duration::from_secs(20), gone).await.unwrap();
    }
}
