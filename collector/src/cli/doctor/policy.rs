//! What a page's Content Security Policy lets the SDK do: <https://www.w3.org/TR/CSP3/>

use content_security_policy::{
    CheckResult, CspList, Destination, Initiator, ParserMetadata, PolicyDisposition, PolicySource, Request, Violation,
};
use reqwest::Url;

pub(super) struct Policies {
    list: CspList,
    page: Url,
}

impl Policies {
    pub(super) fn new(page: &Url, headers: &[String], metas: &[String]) -> Self {
        let mut list = CspList(Vec::new());
        for (texts, source) in [(headers, PolicySource::Header), (metas, PolicySource::Meta)] {
            for text in texts {
                list.append(CspList::parse(text, source, PolicyDisposition::Enforce));
            }
        }
        Self { list, page: page.clone() }
    }

    /// The directive that keeps a script of the page's own markup from being loaded.
    pub(super) fn refuses_script(&self, url: &Url, nonce: &str) -> Option<String> {
        let request = self.request(url, Destination::Script, Initiator::None, nonce);
        self.refuses(&request)
    }

    /// The directive that keeps the SDK from talking to this address.
    pub(super) fn refuses_connection(&self, url: &Url) -> Option<String> {
        let request = self.request(url, Destination::None, Initiator::Fetch, "");
        self.refuses(&request)
    }

    /// The directive that keeps WebAssembly from running.
    pub(super) fn refuses_wasm(&self) -> Option<String> {
        let (result, violations) = self.list.is_wasm_evaluation_allowed();
        first(&result, &violations)
    }

    fn refuses(&self, request: &Request) -> Option<String> {
        let (result, violations) = self.list.should_request_be_blocked(request);
        first(&result, &violations)
    }

    fn request(&self, url: &Url, destination: Destination, initiator: Initiator, nonce: &str) -> Request {
        Request {
            url: url.clone(),
            current_url: url.clone(),
            origin: self.page.origin(),
            redirect_count: 0,
            destination,
            initiator,
            nonce: nonce.to_owned(),
            integrity_metadata: String::new(),
            parser_metadata: ParserMetadata::ParserInserted,
        }
    }
}

fn first(result: &CheckResult, violations: &[Violation]) -> Option<String> {
    let directive = &violations.first().filter(|_| *result == CheckResult::Blocked)?.directive;
    Some(format!("{} {}", directive.name, directive.value.join(" ")).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(policy: &str) -> [bool; 3] {
        let page = Url::parse("https://app.example.com/").expect("a URL");
        let policies = Policies::new(&page, &[policy.to_owned()], &[]);
        let url = |path: &str| Url::parse("https://m.example.com").and_then(|it| it.join(path)).expect("a URL");
        [
            policies.refuses_script(&url("sdk.js"), "n1").is_none(),
            policies.refuses_connection(&url("v1/batch")).is_none(),
            policies.refuses_wasm().is_none(),
        ]
    }

    #[test]
    fn a_policy_says_what_may_be_loaded_called_and_run() {
        assert_eq!(check(""), [true; 3]);
        assert_eq!(check("default-src 'self'"), [false; 3]);
        assert_eq!(check("script-src 'nonce-n1' 'strict-dynamic'"), [true, true, false]);
        assert_eq!(check("script-src https://m.example.com 'wasm-unsafe-eval'"), [true; 3]);
        assert_eq!(check("default-src https:; connect-src 'self'"), [true, false, false]);
    }
}
