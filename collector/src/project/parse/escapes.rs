//! Where in the file a part of a text stands: TOML's quotes and escapes, counted back.

/// The byte of the text as written (with its quotes) at which the byte `at` of the text as read begins.
///
/// <https://toml.io/en/v1.1.0#string>
pub(super) fn place(written: &str, at: usize) -> usize {
    let is_basic = written.starts_with('"');
    let is_long = written.starts_with("\"\"\"") || written.starts_with("'''");
    let mut place = if is_long { 3 } else { 1 };
    let rest = |place: usize| written.get(place..).unwrap_or_default();
    if is_long {
        // A line break right after the quotes does not count.
        place += rest(place).len()
            - rest(place).strip_prefix("\r\n").or(rest(place).strip_prefix('\n')).unwrap_or(rest(place)).len();
    }
    let mut read = 0;
    while let Some(character) = rest(place).chars().next() {
        let goes_on = is_basic && character == '\\' && rest(place + 1).starts_with(char::is_whitespace);
        if goes_on {
            // The end of a line that goes on: it counts for nothing, and neither does what the next one begins with.
            place += 1 + rest(place + 1).len() - rest(place + 1).trim_start().len();
            continue;
        }
        if read >= at {
            break;
        }
        if !is_basic || character != '\\' {
            read += character.len_utf8();
            place += character.len_utf8();
            continue;
        }
        let escape = rest(place + 1).chars().next().unwrap_or(' ');
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let number = rest(place + 2).get(..digits).and_then(|it| u32::from_str_radix(it, 16).ok());
        read += number.filter(|_| digits > 0).and_then(char::from_u32).map_or(1, char::len_utf8);
        place += 1 + escape.len_utf8() + digits;
    }
    place.min(written.len())
}

#[cfg(test)]
mod tests {
    use super::place;

    #[track_caller]
    fn check(written: &str, part: &str, wanted: &str) {
        let parsed: toml::Table = format!("a = {written}").parse().expect("TOML");
        let read = parsed["a"].as_str().expect("a text");
        let at = read.find(part).expect("a part");
        let found = &written[place(written, at)..place(written, at + part.len())];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_part_is_found_where_it_was_written() {
        check("\"Why {nps}?\"", "{nps}", "{nps}");
        check("'Größe \\ {nps}'", "{nps}", "{nps}");
        check("\"\\u00e9\\n\\\"{nps}\"", "{nps}", "{nps}");
        check("\"{\\u006eps}\"", "{nps}", "{\\u006eps}");
        check("\"\"\"\nFirst \\\n    {nps}\"\"\"", "{nps}", "{nps}");
        check("'''\r\n{nps}'''", "{nps}", "{nps}");
    }
}
