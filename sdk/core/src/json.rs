//! A JSON writer: just what messages need, in the order it is called.

/// One JSON object in the making.
pub(crate) struct Json {
    text: String,
}

impl Json {
    pub(crate) fn object() -> Self {
        Self { text: String::from("{") }
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        quote(&mut self.text, value);
        self
    }

    /// Writes nothing when there is nothing to write.
    pub(crate) fn text_if(&mut self, key: &str, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text(key, value);
        }
        self
    }

    pub(crate) fn number(&mut self, key: &str, value: i64) -> &mut Self {
        self.key(key);
        push_signed(&mut self.text, value);
        self
    }

    /// A value that is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        self.key(key);
        self.text.push_str(json);
        self
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, key: &str, texts: &mut dyn Iterator<Item = &str>) -> &mut Self {
        self.raw(key, "[");
        texts.enumerate().for_each(|(at, it)| {
            if at > 0 {
                self.text.push(',');
            }
            quote(&mut self.text, it);
        });
        self.text.push(']');
        self
    }

    /// A list of positions.
    pub(crate) fn positions(&mut self, key: &str, positions: &[usize]) -> &mut Self {
        self.raw(key, "[");
        for (at, it) in positions.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            push_number(&mut self.text, *it as u64, 1);
        }
        self.text.push(']');
        self
    }

    /// Goes on with the last value.
    pub(crate) fn more(&mut self, json: &str) {
        self.text.push_str(json);
    }

    pub(crate) fn flag(&mut self, key: &str, is_so: bool) -> &mut Self {
        self.raw(key, if is_so { "true" } else { "false" })
    }

    pub(crate) fn open(&mut self, key: &str) -> &mut Self {
        self.raw(key, "{")
    }

    pub(crate) fn close(&mut self) -> &mut Self {
        self.text.push('}');
        self
    }

    /// Closes the object itself.
    pub(crate) fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }

    /// The text so far, with the object left open.
    pub(crate) fn into_open(self) -> String {
        self.text
    }

    fn key(&mut self, key: &str) {
        if self.text.as_bytes().last() != Some(&b'{') {
            self.text.push(',');
        }
        quote(&mut self.text, key);
        self.text.push(':');
    }
}

pub(crate) fn push_signed(out: &mut String, number: i64) {
    if number < 0 {
        out.push('-');
    }
    push_number(out, number.unsigned_abs(), 1);
}

/// Decimal digits, with zeros in front up to `width`.
pub(crate) fn push_number(out: &mut String, number: u64, width: u32) {
    if number > 9 || width > 1 {
        push_number(out, number / 10, width.saturating_sub(1));
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

pub(crate) fn quote(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\0'..='\x1f' => {
                out.push_str("\\u00");
                push_hex(out, u64::from(u32::from(character)), 2);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

/// Hexadecimal digits of the lowest bits.
pub(crate) fn push_hex(out: &mut String, number: u64, digits: u32) {
    if digits > 1 {
        push_hex(out, number >> 4, digits - 1);
    }
    let digit = (number & 15) as u8;
    out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_written_can_be_read() {
        let mut json = Json::object();
        json.text("a\"b", "\u{0}\t\n\\ \" é 💡").number("n", 1_234_567_890_123).open("inner");
        json.raw("list", "[1]").text("text", "y\u{1f}").close().text_if("no", None);
        let read: serde_json::Value = serde_json::from_str(&json.end()).expect("valid JSON");
        let wanted = serde_json::json!({
            "a\"b": "\u{0}\t\n\\ \" é 💡",
            "n": 1_234_567_890_123_u64,
            "inner": {"list": [1], "text": "y\u{1f}"},
        });
        assert_eq!(read, wanted);
    }
}
