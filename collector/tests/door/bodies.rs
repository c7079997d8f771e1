//! Bodies that are not what they seem: bombs, nests, halves, and depths.

use crate::support::{BASIC_WK, Server, figure, is_long, post, sized};
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, FlushCompress};
use std::io::Write;
use std::time::{Duration, Instant};

/// What reading a bomb may cost.
const PEAK_KIB: u64 = 8 * 1024;

/// Nothing, deflated to about a thousandth, this many MiB of it.
fn deflated(mib: usize) -> Vec<u8> {
    // A block that ends on a byte and refers to nothing before it can be repeated.
    let mut compress = flate2::Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(64 * 1024);
    compress.compress_vec(&vec![b' '; 1024 * 1024], &mut block, FlushCompress::Full).expect("deflated");
    let mut stream = block.repeat(mib);
    let mut last = DeflateEncoder::new(Vec::new(), Compression::best());
    last.write_all(b"{}").expect("in memory");
    stream.extend(last.finish().expect("in memory"));
    stream
}

fn gzip_of(deflated: &[u8]) -> Vec<u8> {
    // No name, no time; the sum at the end is wrong, which nobody should get to see.
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], deflated, &[0; 8]].concat()
}

fn zlib_of(deflated: &[u8]) -> Vec<u8> {
    [&[0x78, 0xda], deflated, &[0; 4]].concat()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("in memory");
    encoder.finish().expect("in memory")
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("in memory");
    encoder.finish().expect("in memory")
}

fn encoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let headers: String = encoding.split('|').map(|it| format!("content-encoding: {it}\r\n")).collect();
    post("/v1/batch", &format!("{BASIC_WK}{headers}"), body)
}

#[test]
fn bombs_are_refused_at_once_and_take_no_memory() {
    let server = Server::start("");
    assert_eq!(server.ask(encoded("gzip", &gzip(b"{\"batch\":[]}"))).summary(), "200 []");
    // What fits on the wire: a quarter of a MiB that becomes a quarter of a GiB.
    let fitting = deflated(240);
    let huge = deflated(sized(300, 10 * 1024));
    for (what, encoding, body) in [
        ("gzip of 240 MiB", "gzip", gzip_of(&fitting)),
        ("deflate of 240 MiB", "deflate", zlib_of(&fitting)),
        ("gzip of more than fits on the wire", "gzip", gzip_of(&huge)),
        (
            "gzip of spaces inside the one string",
            "gzip",
            gzip(&[b"{\"batch\":[\"", &*vec![b' '; 2_000_000], b"\"]}"].concat()),
        ),
    ] {
        server.reset_peak();
        let before = server.memory_kib("VmHWM");
        let started = Instant::now();
        let reply = server.ask(encoded(encoding, &body));
        let took = started.elapsed();
        let peak = server.memory_kib("VmHWM") - before;
        assert_eq!(reply.summary(), "413 too_large", "{what}");
        figure(
            &format!("{what} ({} bytes)", body.len()),
            format!("413 after {:.1} ms, {peak} KiB", took.as_secs_f64() * 1e3),
        );
        assert!(peak <= PEAK_KIB, "{what} took {peak} KiB");
        // A debug build on a busy machine is no measure.
        assert!(took < Duration::from_millis(if is_long() { 50 } else { 5_000 }), "{what} took {took:?}");
    }
    server.assert_sound();
}

#[test]
fn a_body_is_what_its_encoding_says_or_it_is_refused() {
    let server = Server::start("");
    let plain = b"{\"batch\":[]}";
    let whole = gzip(plain);
    let cut = |bytes: &[u8], by: usize| bytes[..bytes.len() - by].to_vec();
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 6;
    wrong_sum[at] ^= 1;
    for (what, encoding, body, wanted) in [
        ("gzip", "gzip", whole.clone(), "200 []"),
        ("zlib", "deflate", zlib(plain), "200 []"),
        ("identity", "identity", plain.to_vec(), "200 []"),
        ("gzip cut in its sum", "gzip", cut(&whole, 3), "400 unreadable_body"),
        ("gzip cut in its data", "gzip", cut(&whole, 12), "400 unreadable_body"),
        ("gzip cut in its head", "gzip", whole[..5].to_vec(), "400 unreadable_body"),
        ("gzip with a wrong sum", "gzip", wrong_sum, "400 unreadable_body"),
        ("zlib cut", "deflate", cut(&zlib(plain), 6), "400 unreadable_body"),
        ("plain called gzip", "gzip", plain.to_vec(), "400 unreadable_body"),
        ("plain called deflate", "deflate", plain.to_vec(), "400 unreadable_body"),
        // Fourteen bytes that would have a decoder take 16 MiB.
        ("br", "br", b"\x5b\xff\xff\xff\x60\x02\x20\x1e\x0b\x28\xf7\x7e\x00\x03".to_vec(), "415 unsupported_encoding"),
        ("gzip called nothing", "identity", whole.clone(), "400 invalid_utf8"),
        ("gzip in gzip", "gzip", gzip(&whole), "400 invalid_utf8"),
        ("ten times gzip", "gzip", (0..10).fold(plain.to_vec(), |it, _| gzip(&it)), "400 invalid_utf8"),
        ("gzip in gzip, said so", "gzip, gzip", gzip(&whole), "415 unsupported_encoding"),
        ("said so in two lines", "gzip|gzip", gzip(&whole), "415 unsupported_encoding"),
        ("gzip and identity in two lines", "gzip|identity", whole.clone(), "415 unsupported_encoding"),
        ("zstd", "zstd", whole.clone(), "415 unsupported_encoding"),
        ("unknown", "x-milepost", plain.to_vec(), "415 unsupported_encoding"),
        ("empty gzip", "gzip", gzip(b""), "400 invalid_body"),
        ("nothing called gzip", "gzip", Vec::new(), "400 invalid_body"),
    ] {
        assert_eq!(server.ask(encoded(encoding, &body)).summary(), wanted, "{what}");
    }
    server.assert_sound();
}

#[test]
fn what_is_too_large_is_refused_before_it_is_sent() {
    let server = Server::start("");
    // Nothing follows the head: the length alone is too much.
    let head = |headers: &str, length: usize| {
        format!("POST /v1/batch HTTP/1.1\r\nhost: a\r\n{BASIC_WK}{headers}content-length: {length}\r\n\r\n")
    };
    assert_eq!(server.ask(head("", 600_000)).summary(), "413 too_large");
    assert_eq!(server.ask(head("content-encoding: gzip\r\n", 300_000)).summary(), "413 too_large");
    assert_eq!(server.ask(head("", usize::MAX)).summary(), "431");
    // Without a length it is noticed while it comes.
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, "x".repeat(100_000));
    let chunked = format!(
        "POST /v1/batch HTTP/1.1\r\nhost: a\r\n{BASIC_WK}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n",
        chunk.repeat(6)
    );
    assert_eq!(server.ask(chunked).summary(), "413 too_large");
}

#[test]
fn depth_is_refused_without_going_down() {
    let server = Server::start("");
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let property =
        |value: &str| format!(r#"{{"batch":[{{"type":"page","userId":"u","properties":{{"a":{value}}}}}]}}"#);
    for (what, path, body, wanted) in [
        ("lists", "/v1/batch", deep("[", "]"), "400 invalid_body"),
        ("objects", "/v1/batch", deep("{\"a\":", "}").replace(":}", ":1}"), "413 too_large"),
        ("open lists", "/v1/batch", "[".repeat(100_000), "400 invalid_body"),
        ("lists in a property", "/v1/batch", property(&deep("[", "]")), "200 [too_large]"),
        (
            "lists in a small property",
            "/v1/batch",
            property(&format!("{}{}", "[".repeat(15_000), "]".repeat(15_000))),
            "200 [too_deep]",
        ),
        ("open lists in a property", "/v1/batch", property(&"[".repeat(100_000)), "400 invalid_body"),
        ("one message of lists", "/v1/track", deep("[", "]"), "400 [too_large]"),
        (
            "a lease of lists",
            "/v1/lease",
            format!("{{\"a\":{}{}}}", "[".repeat(8_000), "]".repeat(8_000)),
            "400 invalid_body",
        ),
    ] {
        let request = post(path, BASIC_WK, body);
        let started = Instant::now();
        let reply = server.ask(&request);
        let took = started.elapsed();
        assert_eq!(reply.summary(), wanted, "{what}");
        figure(&format!("100,000 deep: {what}"), format!("{wanted} after {:.1} ms", took.as_secs_f64() * 1e3));
        assert!(took < Duration::from_millis(if is_long() { 5 } else { 5_000 }), "{what} took {took:?}");
    }
    server.assert_sound();
}
