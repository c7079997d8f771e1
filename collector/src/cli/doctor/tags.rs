//! Finds in a page what the doctor looks at: Milepost's script tag, and policies in `<meta>`.

use html5gum::{StartTag, Token, Tokenizer};
use std::collections::BTreeMap;

/// What a page says about itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    /// The attributes of each script with a `data-key`.
    pub(super) scripts: Vec<BTreeMap<String, String>>,
    /// `<meta http-equiv="Content-Security-Policy">`
    pub(super) policies: Vec<String>,
    /// `<base href>`: what relative addresses start from.
    pub(super) base: Option<String>,
}

pub(super) fn read(html: &str) -> Tags {
    let mut tags = Tags::default();
    // What stands in a script is no markup, also where it looks like it.
    let mut is_in_script = false;
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::EndTag(tag) if &**tag.name == b"script" => is_in_script = false,
            Token::StartTag(tag) if !is_in_script => {
                let attributes = attributes(&tag);
                match &**tag.name {
                    b"script" => {
                        is_in_script = true;
                        if attributes.contains_key("data-key") {
                            tags.scripts.push(attributes);
                        }
                    }
                    b"base" if tags.base.is_none() => tags.base = attributes.get("href").cloned(),
                    b"meta" => tags.policies.extend(policy(attributes)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    tags
}

fn policy(mut attributes: BTreeMap<String, String>) -> Option<String> {
    let name = attributes.get("http-equiv")?;
    if name.eq_ignore_ascii_case("content-security-policy") { attributes.remove("content") } else { None }
}

fn attributes<S: html5gum::SpanBound>(tag: &StartTag<S>) -> BTreeMap<String, String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_tags_count() {
        let tags = read(
            r#"<base href=/app/><META HTTP-EQUIV=content-security-policy content="script-src 'self'">
            <!-- <script data-key=a src=a></script> -->
            <script>document.write('<script data-key="b">')</script>
            <script async SRC='https://m.example.com/sdk.js' data-key="wk&amp;1"></script>"#,
        );
        assert_eq!(tags.scripts.len(), 1, "{tags:?}");
        assert_eq!(tags.scripts[0]["data-key"], "wk&1");
        assert_eq!(tags.scripts[0]["src"], "https://m.example.com/sdk.js");
        assert_eq!(tags.policies, ["script-src 'self'"]);
        assert_eq!(tags.base.as_deref(), Some("/app/"));
    }
}
