//! Which users a page or an answer is about, as the address has it: `segment` names one that is kept, `where` says one.
//!
//! Both together mean users of both. A handler that takes [`Among`] instead of the application answers about them alone.

use super::dashboard::{Href, Link, PageError};
use super::error::ApiError;
use crate::app::App;
use crate::app::by_account::WhichAccounts;
use crate::app::segments::Segment;
use crate::segment::Expression;
use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The parameters, in the order in which addresses have them.
pub(crate) const NAMES: [&str; 3] = ["segment", "where", "level"];

/// Whether a page that has nothing but a range keeps this parameter on its links.
pub(crate) fn is_kept_with_range(name: &str) -> bool {
    matches!(name, "since" | "until") || NAMES.contains(&name)
}

/// What `level` says where accounts are counted.
pub(crate) const ACCOUNT: &str = "account";

/// The same of accounts that none of the chosen users belongs to.
pub(crate) const OTHER_ACCOUNTS: &str = "other-accounts";

/// Whether accounts are counted, of those that have the chosen users or of the others.
pub(crate) fn counts_accounts(level: &str) -> bool {
    matches!(level, ACCOUNT | OTHER_ACCOUNTS)
}

/// Paths whose numbers can be those of accounts.
const OF_ACCOUNTS: [&str; 5] = ["/journeys/", "/retention", "/v1/journeys/", "/v1/retention", "/v1/stickiness"];

/// Users of a segment, or everybody.
pub(crate) struct Among {
    /// Narrowed to them.
    pub(crate) app: Arc<App>,
    /// What the address says.
    pub(crate) chosen: Chosen,
}

/// A choice of users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen {
    pub(crate) segment: Option<Segment>,
    /// As it is written when it is read back.
    pub(crate) words: Option<Expression>,
    /// All there are, by name; empty for the API.
    pub(crate) all: Vec<Segment>,
    /// Whether accounts are counted instead of users; `None` where only users can be.
    pub(crate) by_account: Option<bool>,
    /// The accounts are those that none of the users belongs to.
    pub(crate) of_none: bool,
    /// How many they are, of how many; `None` for everybody.
    pub(crate) count: Option<(usize, usize)>,
    /// The page, and its other parameters.
    pub(crate) path: String,
    pub(crate) kept: Vec<(String, String)>,
}

/// Why there are no such users.
#[derive(Debug)]
pub(crate) struct NoSuchUsers {
    is_api: bool,
    why: Why,
}

/// There is no such segment, or not any more.
const UNKNOWN: &str = "unknown_segment";

#[derive(Debug)]
enum Why {
    Query(QueryRejection),
    Said(&'static str, String),
    Storage(crate::storage::StorageError),
}

impl FromRequestParts<Arc<App>> for Among {
    type Rejection = NoSuchUsers;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NoSuchUsers> {
        let is_api = parts.uri.path().starts_with("/v1/");
        Self::of(parts, app, is_api).await.map_err(|why| NoSuchUsers { is_api, why })
    }
}

impl Among {
    async fn of(parts: &mut Parts, app: &Arc<App>, is_api: bool) -> Result<Self, Why> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let pairs = pairs.map_err(Why::Query)?.0;
        let text =
            |name: &str| pairs.iter().find(|(it, _)| it == name).map(|it| it.1.trim()).filter(|it| !it.is_empty());
        let mut chosen = Chosen { path: parts.uri.path().to_owned(), ..Chosen::default() };
        let asked = text("segment");
        if !is_api || asked.is_some() {
            chosen.all = app.segments().await.map_err(Why::Storage)?;
        }
        if let Some(id) = asked {
            let Some(segment) = chosen.all.iter().find(|it| it.id == id).cloned() else {
                return Err(Why::Said(UNKNOWN, format!("there is no segment {id:?}: it may have been removed")));
            };
            // A milestone it asks about may have gone meanwhile.
            app.check_segment(&segment.expression).map_err(|error| {
                Why::Said(UNKNOWN, format!("the segment “{}” cannot be told any more: {error}", segment.name))
            })?;
            chosen.segment = Some(segment);
        }
        if let Some(text) = text("where") {
            let words = app.read_segment(text);
            let words = words.map_err(|error| Why::Said("invalid_where", format!("`where` {text:?}: {error}")))?;
            chosen.words = Some(words);
        }
        let level = text("level").map(str::to_owned);
        chosen.kept = pairs.into_iter().filter(|(name, _)| !NAMES.contains(&name.as_str())).collect();
        let can_count_accounts = OF_ACCOUNTS.iter().any(|it| chosen.path.starts_with(it));
        chosen.by_account = match level.as_deref() {
            None | Some("user") => can_count_accounts.then_some(false),
            Some(level) if counts_accounts(level) && can_count_accounts => Some(true),
            Some(level) if counts_accounts(level) => {
                return Err(Why::Said("invalid_level", format!("`level` is {level}; here only users are counted")));
            }
            Some(other) => {
                return Err(Why::Said(
                    "invalid_level",
                    format!("`level` is {other:?}; expected user, account or other-accounts"),
                ));
            }
        };
        chosen.of_none = level.as_deref() == Some(OTHER_ACCOUNTS);
        if chosen.of_none && chosen.expression().is_none() {
            let message = format!("`level` is {OTHER_ACCOUNTS}; give `segment` or `where` for others to be");
            return Err(Why::Said("invalid_level", message));
        }
        let members = match chosen.expression() {
            None => None,
            Some(expression) => Some(app.segment_members(&expression).await.map_err(Why::Storage)?),
        };
        chosen.count = members.as_ref().map(|it| (it.count(), it.of()));
        let app = match (chosen.by_account, members) {
            (Some(true), members) => {
                let which = match members {
                    None => WhichAccounts::All,
                    Some(members) if chosen.of_none => WhichAccounts::OfNone(members),
                    Some(members) => WhichAccounts::OfAny(members),
                };
                Arc::new(app.by_account(which).await.map_err(Why::Storage)?)
            }
            (_, Some(members)) => Arc::new(app.among(members)),
            (_, None) => Arc::clone(app),
        };
        Ok(Self { app, chosen })
    }
}

impl Chosen {
    fn expression(&self) -> Option<Expression> {
        let named = self.segment.as_ref().map(|it| it.expression.clone());
        match (named, self.words.clone()) {
            (Some(named), Some(words)) => Some(named.and(words)),
            (named, words) => named.or(words),
        }
    }

    /// Everybody else, where some are chosen.
    fn others(&self) -> Option<Expression> {
        self.expression().map(|it| Expression::Not(Box::new(it)))
    }

    /// What `level` says; `None` where users are counted.
    fn level(&self) -> Option<&'static str> {
        let accounts = if self.of_none { OTHER_ACCOUNTS } else { ACCOUNT };
        (self.by_account == Some(true)).then_some(accounts)
    }

    /// The same about everybody else, where some are chosen.
    pub(crate) fn pairs_of_others(&self) -> Vec<(&'static str, String)> {
        match self.by_account {
            Some(true) => Self { of_none: true, ..self.clone() }.pairs(),
            _ => self.others().map(|it| ("where", it.to_string())).into_iter().collect(),
        }
    }

    /// For links that keep it.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let segment = self.segment.as_ref().map(|it| ("segment", it.id.clone()));
        let words = self.words.as_ref().map(|it| ("where", it.to_string()));
        let level = self.level().map(|it| ("level", it.to_owned()));
        segment.into_iter().chain(words).chain(level).collect()
    }

    /// The same page about users of another segment, or about everybody; a list begins again at its first page.
    pub(crate) fn href(&self, segment: Option<&str>) -> Href {
        let kept = self.kept.iter().filter(|(name, text)| name != "page" && !text.is_empty());
        Href::at(&self.path)
            .with_all(kept.map(|(name, text)| (name.as_str(), text.as_str())))
            .with_all(segment.map(|it| ("segment", it)))
            .with_all((self.by_account == Some(true)).then_some(("level", ACCOUNT)))
    }

    /// The same page with the other counted.
    pub(crate) fn counting(&self, accounts: bool) -> Href {
        let kept = self.kept.iter().filter(|(name, text)| name != "page" && !text.is_empty());
        let among = Self { by_account: Some(accounts), of_none: false, ..self.clone() }.pairs();
        Href::at(&self.path)
            .with_all(kept.map(|(name, text)| (name.as_str(), text.as_str())))
            .with_all(among.iter().map(|(name, text)| (*name, text.as_str())))
    }
}

impl IntoResponse for NoSuchUsers {
    fn into_response(self) -> Response {
        match (self.is_api, self.why) {
            (_, Why::Query(rejection)) => rejection.into_response(),
            (true, Why::Said(UNKNOWN, message)) => ApiError::NotFound { message }.into_response(),
            (true, Why::Said(code, message)) => ApiError::bad_request(code, message).into_response(),
            (true, Why::Storage(error)) => ApiError::from(error).into_response(),
            (false, Why::Said(_, message)) => {
                let instead = vec![Link { name: "Segments".to_owned(), href: Href::to(&["segments"]) }];
                PageError::BadAddress { message: format!("{message}."), instead }.into_response()
            }
            (false, Why::Storage(error)) => PageError::from(error).into_response(),
        }
    }
}
