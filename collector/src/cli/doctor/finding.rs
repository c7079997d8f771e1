//! What the doctor found: fine, doubtful or wrong, with what to do.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    /// It works, but hardly as it was meant to.
    Warning,
    /// Something is lost or does not work.
    Wrong,
}

impl Verdict {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    /// What was looked at, in a word or two.
    pub(super) about: &'static str,
    /// Stable, for programs; `docs/reference/cli.md` lists them. Empty where all is fine.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) code: &'static str,
    pub(super) message: String,
    /// What to do.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) help: String,
}

/// In the order in which things were looked at.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    pub(super) fn ok(&mut self, about: &'static str, message: impl Into<String>) {
        self.add(Verdict::Ok, about, "", message.into(), String::new());
    }

    pub(super) fn warning(
        &mut self,
        about: &'static str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Verdict::Warning, about, code, message.into(), help.into());
    }

    pub(super) fn wrong(
        &mut self,
        about: &'static str,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Verdict::Wrong, about, code, message.into(), help.into());
    }

    fn add(&mut self, verdict: Verdict, about: &'static str, code: &'static str, message: String, help: String) {
        self.list.push(Finding { verdict, about, code, message, help });
    }

    /// Warnings are no failure.
    pub(super) fn is_fine(&self) -> bool {
        self.list.iter().all(|it| it.verdict != Verdict::Wrong)
    }

    pub(super) fn list(&self) -> &[Finding] {
        &self.list
    }
}
