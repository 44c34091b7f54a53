//! Running other programs, and the few helpers that every command needs.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    // At run time first: a checkout may have been moved together with its `target`.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Prints the command and runs it to its end, without standard input; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("$ {}", line(command));
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{}: {error}", line(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", line(command)).into()) }
}

/// Runs it silently and returns what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", line(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` ended with {}\n{said}", line(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether it runs and succeeds; what it prints is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// A cargo of the same toolchain, in the root, without the variables that `cargo run` set for this process: build
/// scripts that watch one of those would otherwise run again each time a developer changes between xtask and cargo.
pub(crate) fn cargo<const N: usize>(args: [&str; N]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = child(program, "TERM");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let own = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE"];
        if own.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name.as_ref());
        }
    }
    command.current_dir(root()).args(args);
    command
}

/// A command that gets `signal` when this process ends in whatever way, so that nothing is left running after a kill.
/// Only Linux can do this; elsewhere the guards stop what they started on every way out but a kill.
pub(crate) fn child(program: impl AsRef<OsStr>, signal: &str) -> Command {
    if !cfg!(target_os = "linux") || find("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal, "--"]).arg(program);
    command
}

/// Sends a signal (`TERM`, or `0` to see whether it is there); false when there is no such process of ours. By the
/// shell's own `kill`: a small container has no other.
pub(crate) fn signal(pid: u32, signal: &str) -> bool {
    succeeds(Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\"", "sh", signal, &pid.to_string()]))
}

/// Where a program is on the `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Whether this process may do everything: it can install, and PostgreSQL refuses to run as it.
pub(crate) fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// `fs::write` that names the file when it fails.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    hex(&sha2::Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The command as a developer would type it.
fn line(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
    let words = match words.as_slice() {
        [first, _, _, _, rest @ ..] if *first == "setpriv" => rest,
        all => all,
    };
    words.iter().map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let name = word.rsplit('/').next().unwrap_or(word);
    match word {
        _ if name == "cargo" || name == "npm" => name.to_owned(),
        _ if word.contains([' ', '(', '|', '*', '\'']) => format!("'{}'", word.replace('\'', r"'\''")),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_names_it() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.contains("sh -c 'exit 3'") && error.contains('3'), "{error}");
        let error = run(&mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert!(error.contains("no-such-program-anywhere"), "{error}");
    }

    #[test]
    fn a_child_dies_with_its_parent() {
        if !cfg!(target_os = "linux") {
            return;
        }
        // The shell starts a child as we do, tells its pid and goes away without ending it.
        let script = "setpriv --pdeathsig TERM -- sleep 60 >/dev/null & echo $!; sleep 0.3";
        let pid = output(Command::new("sh").args(["-c", script])).unwrap();
        let status = PathBuf::from(format!("/proc/{}/status", pid.trim()));
        let gone = || fs::read_to_string(&status).map_or(true, |text| text.contains("State:\tZ"));
        for _ in 0..50 {
            if gone() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("process {} still runs", pid.trim());
    }

    #[test]
    fn hashes_as_everyone_does() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
