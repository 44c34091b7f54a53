//! `web`: builds the front end of `web/` into `engage-ui/dist`, and writes the table by which `engage-ui` serves it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shell::{self, Result};
use crate::steps::Steps;
use crate::tools::{self, Tool};

const WEB: &str = "web";
const DIST: &str = "engage-ui/dist";
const TABLE: &str = "engage-ui/src/assets.rs";

/// Builds, and writes the table.
pub(crate) fn build() -> Result {
    tools::provide(&[Tool::Node])?;
    install(WEB)?;
    let dist = shell::root().join(DIST);
    let before = dist.with_file_name("dist.before");
    // A new folder, so that no file survives that the source no longer builds; a failed build changes nothing.
    if dist.exists() {
        fs::rename(&dist, &before)?;
    }
    let built = npm(["run", "build"]).and_then(|mut build| shell::run(&mut build));
    let unwanted = if built.is_ok() { &before } else { &dist };
    if unwanted.exists() {
        fs::remove_dir_all(unwanted)?;
    }
    if before.exists() {
        fs::rename(&before, &dist)?;
    }
    built.and_then(|()| table())
}

/// Builds, and fails when what git knows is not what the source builds.
pub(crate) fn check() -> Result {
    build()?;
    let changes = changes(&shell::output(&mut git(&["status", "--porcelain", "--untracked-files=all", "--"]))?);
    if changes.is_empty() {
        println!("{DIST} and {TABLE} are what web/ builds");
        return Ok(());
    }
    let stat = shell::output(&mut git(&["diff", "--stat", "--"]))?;
    let advice = "Run `cargo xtask web` and commit what it changes, together with the source.";
    Err(format!("what is committed is not what web/ builds:\n{changes}\n{stat}{advice}").into())
}

/// Writes the table of what is in `dist`.
pub(crate) fn table() -> Result {
    let dist = shell::root().join(DIST);
    fs::create_dir_all(&dist)?;
    let files = files(&dist)?;
    shell::write(&shell::root().join(TABLE), render(&files))?;
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("wrote {TABLE}: {} files, {bytes} bytes", files.len());
    Ok(())
}

/// Types, lints and unit tests of the front end.
pub(crate) fn test(steps: &mut Steps) -> Result {
    steps.run("web: packages", || install(WEB))?;
    let check = steps.run("web: check", || shell::run(&mut npm(["run", "check"])?));
    let test = steps.run("web: test", || shell::run(&mut npm(["test"])?));
    check.and(test)
}

/// npm in `web/`, with a Node.js that is new enough, and no browser of its own: that one comes from the system.
pub(crate) fn npm<const N: usize>(args: [&str; N]) -> Result<Command> {
    npm_in(WEB, args)
}

fn npm_in<const N: usize>(folder: &str, args: [&str; N]) -> Result<Command> {
    let mut command = shell::child("npm", "TERM");
    command
        .args(args)
        .current_dir(shell::root().join(folder))
        .env("PATH", path()?)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    Ok(command)
}

/// Where programs are found, a Node.js that is new enough first.
pub(crate) fn path() -> Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(Tool::Node.path()?).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(path)?)
}

/// `npm ci` in a folder of the repository, unless what is installed is as new as its lock file.
pub(crate) fn install(folder: &str) -> Result {
    let packages = shell::root().join(folder);
    let age = |path: &str| fs::metadata(packages.join(path)).and_then(|file| file.modified()).ok();
    let locked = age("package-lock.json").ok_or_else(|| format!("{folder}/package-lock.json is missing"))?;
    if age("node_modules/.package-lock.json").is_some_and(|installed| installed >= locked) {
        return Ok(());
    }
    shell::run(&mut npm_in(folder, ["ci", "--no-audit", "--no-fund"])?)
}

fn git(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.current_dir(shell::root()).args(args).args([DIST, TABLE]);
    command
}

/// The lines of `git status --porcelain` where the working tree differs from the index; what is staged is on its way.
fn changes(status: &str) -> String {
    status.lines().filter(|line| !matches!(line.as_bytes().get(1), None | Some(b' '))).collect::<Vec<_>>().join("\n")
}

/// Paths with `/` below `folder`, sorted, and what is in them.
fn files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
                files.push((name, fs::read(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn render(files: &[(String, Vec<u8>)]) -> String {
    let mut out = String::from(
        "//! Written by `cargo xtask web`; do not edit.\n\nuse crate::Asset;\n\n\
         /// Sorted by path.\n#[rustfmt::skip]\npub(crate) static ASSETS: &[Asset] = &[\n",
    );
    for (path, bytes) in files {
        let (mime, hash, immutable) = (mime(path), shell::sha256(bytes), path.starts_with("assets/"));
        let written = writeln!(
            out,
            "    Asset {{ path: {path:?}, mime: {mime:?}, hash: {hash:?}, immutable: {immutable}, \
             bytes: include_bytes!({:?}) }},",
            format!("../dist/{path}"),
        );
        debug_assert!(written.is_ok(), "writing to a string");
    }
    out.push_str("];\n");
    out
}

/// By the end of the name; what is unknown is bytes, which no browser will run.
fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_a_server_must_know() {
        let files = [("assets/a-1f.js".to_owned(), b"abc".to_vec()), ("loader.js".to_owned(), Vec::new())];
        let table = render(&files);
        let lines: Vec<_> = table.lines().filter(|line| line.contains("Asset {")).collect();
        assert!(lines[0].contains(r#"path: "assets/a-1f.js", mime: "text/javascript; charset=utf-8""#), "{table}");
        assert!(lines[0].contains("ba7816bf") && lines[0].contains("immutable: true"), "{table}");
        assert!(lines[0].contains(r#"include_bytes!("../dist/assets/a-1f.js")"#), "{table}");
        assert!(lines[1].contains("immutable: false"), "{table}");
    }

    #[test]
    fn only_what_is_not_staged_counts_as_changed() {
        assert_eq!(changes("A  engage-ui/dist/a\nM  engage-ui/dist/b\n"), "");
        let dirty = " M engage-ui/dist/a\nAM engage-ui/dist/b\n D engage-ui/dist/c\n?? engage-ui/dist/d";
        assert_eq!(changes(&format!("{dirty}\n")), dirty);
    }
}
