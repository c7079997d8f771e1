//! The system calls of a run, as strace wrote them down, made into what they did to files and sockets.
//!
//! Every call has two lines of the log: where it began and where it ended. What another thread did in between may have
//! happened before or after it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Calls that change files, make changes last, or answer somebody.
const CALLS: &str = "trace=openat,open,creat,pwrite64,write,writev,pwritev,pwritev2,sendto,sendmsg,fsync,fdatasync,\
sync_file_range,ftruncate,truncate,fallocate,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,mkdir,\
mkdirat,lseek,mmap,copy_file_range,sendfile,splice";

/// Longer than anything written at once.
const LONGEST: &str = "4000000";

/// strace with what a trace needs; the program comes behind it.
pub(crate) fn tracer(log: &Path) -> Vec<String> {
    let log = log.display().to_string();
    let words = ["strace", "-f", "-qq", "-y", "-xx", "-s", LONGEST, "-e", CALLS, "-e", "signal=none", "-o", &log];
    words.map(str::to_owned).to_vec()
}

/// Whether there is an strace that may trace here.
pub fn strace_works() -> bool {
    let tried = std::process::Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "true"])
        .stdin(std::process::Stdio::null())
        .output();
    tried.is_ok_and(|it| it.status.success())
}

#[derive(Debug)]
pub(crate) struct Event {
    /// Lines of the log.
    pub(crate) began: usize,
    pub(crate) ended: usize,
    pub(crate) call: Call,
}

#[derive(Debug)]
pub(crate) enum Call {
    /// Opened, and made if it was not there.
    Create {
        path: PathBuf,
        empties: bool,
    },
    /// At a place, or where the file's cursor stands.
    Write {
        path: PathBuf,
        at: Option<u64>,
        data: Vec<u8>,
    },
    Seek {
        path: PathBuf,
        to: u64,
    },
    Truncate {
        path: PathBuf,
        length: u64,
    },
    /// The file has at least this length afterwards.
    Extend {
        path: PathBuf,
        length: u64,
    },
    /// What was done to the file, or to the names in the folder, lasts.
    Sync {
        path: PathBuf,
    },
    Unlink {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    MakeFolder {
        path: PathBuf,
    },
    Send {
        socket: String,
        data: Vec<u8>,
    },
    /// Written to whoever started the program.
    Say {
        data: Vec<u8>,
    },
}

/// Reads a log; keeps what concerns files below `root`, and sockets.
pub(crate) fn read(log: &Path, root: &Path) -> Result<Vec<Event>, String> {
    let file = std::fs::File::open(log).map_err(|error| format!("cannot read the trace {}: {error}", log.display()))?;
    let mut begun: HashMap<String, (usize, String)> = HashMap::new();
    let mut events = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| format!("cannot read the trace: {error}"))?;
        let Some((thread, text)) = line.split_once(' ') else { continue };
        let text = text.trim_start();
        if let Some(start) = text.strip_suffix("<unfinished ...>") {
            begun.insert(thread.to_owned(), (number, start.trim_end().to_owned()));
            continue;
        }
        let (began, whole) = match text.strip_prefix("<... ").and_then(|it| it.split_once(" resumed>")) {
            Some((_, rest)) => match begun.remove(thread) {
                Some((began, start)) => (began, format!("{start}{rest}")),
                None => continue,
            },
            None => (number, text.to_owned()),
        };
        if let Some(call) = call(&whole, root).map_err(|error| format!("line {} of the trace: {error}", number + 1))? {
            events.push(Event { began, ended: number, call });
        }
    }
    // Cut off within a call: it may have happened.
    for (began, start) in begun.into_values() {
        if let Ok(Some(call)) = call(&format!("{start}) = {}", usize::MAX), root) {
            events.push(Event { began, ended: usize::MAX, call });
        }
    }
    Ok(events)
}

fn call(text: &str, root: &Path) -> Result<Option<Call>, String> {
    let Some((name, rest)) = text.split_once('(') else { return Ok(None) };
    let Some((arguments, result)) = rest.rsplit_once(" = ") else { return Ok(None) };
    let arguments = arguments.trim_end().strip_suffix(')').unwrap_or(arguments);
    let arguments = split(arguments);
    let argument = |nth: usize| arguments.get(nth).copied().unwrap_or_default();
    let digits: String = result.chars().take_while(char::is_ascii_digit).collect();
    // It failed, and did nothing.
    let Ok(returned) = digits.parse::<u64>() else { return Ok(None) };
    let ours = |path: Option<PathBuf>| path.filter(|it| it.starts_with(root));
    let number = |nth: usize| argument(nth).parse::<u64>().map_err(|_| format!("{text:.60}: no number at {nth}"));
    let call = match name {
        "openat" | "open" | "creat" => {
            let flags = argument(if name == "openat" { 2 } else { 1 });
            let path = ours(of_descriptor(result));
            let makes = flags.contains("O_CREAT") || flags.contains("O_TRUNC") || name == "creat";
            let empties = flags.contains("O_TRUNC") || name == "creat";
            path.filter(|_| makes).map(|path| Call::Create { path, empties })
        }
        "pwrite64" | "pwritev" | "pwritev2" => match ours(of_descriptor(argument(0))) {
            Some(path) => {
                let at = number(if name == "pwrite64" { 3 } else { 3.min(arguments.len() - 1) })?;
                Some(Call::Write { path, at: Some(at), data: data(argument(1), returned)? })
            }
            None => None,
        },
        "write" | "writev" | "sendto" | "sendmsg" => match of_descriptor(argument(0)) {
            Some(path) if path.starts_with(root) => {
                Some(Call::Write { path, at: None, data: data(argument(1), returned)? })
            }
            Some(path) => match path.to_str() {
                Some(socket) if socket.starts_with("socket:") => {
                    Some(Call::Send { socket: socket.to_owned(), data: data(argument(1), returned)? })
                }
                Some(pipe) if pipe.starts_with("pipe:") => Some(Call::Say { data: data(argument(1), returned)? }),
                _ => None,
            },
            None => None,
        },
        "lseek" => ours(of_descriptor(argument(0))).map(|path| Call::Seek { path, to: returned }),
        "ftruncate" => match ours(of_descriptor(argument(0))) {
            Some(path) => Some(Call::Truncate { path, length: number(1)? }),
            None => None,
        },
        "fallocate" => match ours(of_descriptor(argument(0))) {
            Some(path) => Some(Call::Extend { path, length: number(2)? + number(3)? }),
            None => None,
        },
        "fsync" | "fdatasync" => ours(of_descriptor(argument(0))).map(|path| Call::Sync { path }),
        "unlink" | "rmdir" => ours(path(None, argument(0))).map(|path| Call::Unlink { path }),
        "unlinkat" => ours(path(Some(argument(0)), argument(1))).map(|path| Call::Unlink { path }),
        "rename" => renamed(path(None, argument(0)), path(None, argument(1)), root),
        "renameat" | "renameat2" => {
            renamed(path(Some(argument(0)), argument(1)), path(Some(argument(2)), argument(3)), root)
        }
        "mkdir" => ours(path(None, argument(0))).map(|path| Call::MakeFolder { path }),
        "mkdirat" => ours(path(Some(argument(0)), argument(1))).map(|path| Call::MakeFolder { path }),
        "mmap" => {
            let (access, kind) = (argument(2), argument(3));
            let mapped = ours(of_descriptor(argument(4)));
            let mapped = mapped.filter(|_| access.contains("PROT_WRITE") && kind.contains("MAP_SHARED"));
            match mapped {
                Some(path) if !is_shared_memory(&path) => {
                    return Err(format!("{} is written through memory, which a trace does not show", path.display()));
                }
                _ => None,
            }
        }
        "copy_file_range" | "sendfile" | "splice" | "link" | "linkat" | "sync_file_range" | "truncate" => {
            let touched =
                arguments.iter().filter_map(|it| ours(of_descriptor(it)).or_else(|| ours(path(None, it)))).next();
            match touched {
                Some(path) => {
                    return Err(format!("{name} on {}: this reader does not know what it does", path.display()));
                }
                None => None,
            }
        }
        _ => None,
    };
    Ok(call)
}

/// The file beside a WAL that processes share; it is made anew after a crash.
pub(crate) fn is_shared_memory(path: &Path) -> bool {
    path.to_str().is_some_and(|it| it.ends_with("-shm"))
}

fn renamed(from: Option<PathBuf>, to: Option<PathBuf>, root: &Path) -> Option<Call> {
    match (from, to) {
        (Some(from), Some(to)) if from.starts_with(root) || to.starts_with(root) => Some(Call::Rename { from, to }),
        _ => None,
    }
}

/// Arguments, cut at commas outside of texts, lists and structures.
fn split(arguments: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, byte) in arguments.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth -= 1,
            b',' if !quoted && depth == 0 => {
                parts.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments[start..].trim());
    parts
}

/// What stands behind a descriptor: `3<path>`; nothing where the file has no name any more.
fn of_descriptor(argument: &str) -> Option<PathBuf> {
    let (_, rest) = argument.split_once('<')?;
    let (path, more) = rest.rsplit_once('>')?;
    if more.contains("deleted") {
        return None;
    }
    let bytes = if path.starts_with('\\') { unhex(path)? } else { path.as_bytes().to_vec() };
    Some(PathBuf::from(String::from_utf8(bytes).ok()?))
}

/// A path given as text, from the folder of a descriptor where it is not absolute.
fn path(folder: Option<&str>, argument: &str) -> Option<PathBuf> {
    let text = argument.strip_prefix('"')?.strip_suffix('"')?;
    let path = PathBuf::from(String::from_utf8(unhex(text)?).ok()?);
    match folder.and_then(of_descriptor) {
        Some(folder) => Some(folder.join(path)),
        None => Some(path),
    }
}

/// All texts of an argument, one behind the other, as far as the call got.
fn data(argument: &str, returned: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for (nth, part) in argument.split('"').enumerate() {
        if nth % 2 == 1 {
            bytes.extend(unhex(part).ok_or("a text is not in hexadecimal")?);
        } else if part.starts_with("...") {
            return Err("a text was cut short".to_owned());
        }
    }
    bytes.truncate(usize::try_from(returned).unwrap_or(usize::MAX));
    Ok(bytes)
}

/// `\x41\x42` as bytes.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|it| it as u8);
    let quads = text.as_bytes().chunks(4);
    quads
        .map(|quad| match quad {
            [b'\\', b'x', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        text.bytes().map(|it| format!("\\x{it:02x}")).collect()
    }

    #[test]
    fn a_call_that_another_thread_interrupts_has_two_lines() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let (file, socket) = (hex("/d/a"), hex("socket:[7]"));
        let lines = [
            format!("7 fdatasync(3<{file}> <unfinished ...>"),
            format!("8 pwrite64(3<{file}>, \"{}\", 2, 40) = 2", hex("ab")),
            format!(
                "9 writev(5<{socket}>, [{{iov_base=\"{}\", iov_len=2}}, {{iov_base=\"{}\", iov_len=1}}], 2) = 3",
                hex("ok"),
                hex("!")
            ),
            "7 <... fdatasync resumed>) = 0".to_owned(),
            format!("8 pwrite64(3<{file}>, \"{}\", 2, 40) = -1 ENOSPC (No space left on device)", hex("ab")),
        ];
        std::fs::write(&log, lines.join("\n")).expect("written");
        let events = read(&log, Path::new("/d")).expect("a trace");
        let shown: Vec<String> = events.iter().map(|it| format!("{}-{} {:?}", it.began, it.ended, it.call)).collect();
        assert_eq!(
            shown,
            [
                r#"1-1 Write { path: "/d/a", at: Some(40), data: [97, 98] }"#,
                r#"2-2 Send { socket: "socket:[7]", data: [111, 107, 33] }"#,
                r#"0-3 Sync { path: "/d/a" }"#,
            ]
        );
    }
}
