//! Who is asking: an operator with a session cookie, or a program with an API token.
//!
//! Whether a session is open is `app/operators.rs`'s to know.

use super::dashboard::{Href, PageError};
use super::error::ApiError;
use super::gate::Client;
use super::permission::needed;
use crate::app::App;
use crate::app::operators::Token;
use crate::app::settings::OwnSettings;
use crate::project::Onlooker;
use crate::storage::{self, Role, SavedView, StorageError};
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts};
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

/// `__Host-` makes the browser refuse a cookie that is not Secure, not ours alone or not for `/`.
pub(super) const COOKIE: &str = "__Host-milepost";

/// What a browser holds between leaving for the provider and coming back.
const SIGN_IN_COOKIE: &str = "__Host-milepost-sign-in";

/// The server forgets what it is for at the same time.
const SIGN_IN_COOKIE_AGE_S: u32 = 10 * 60;

/// As long as a session can live at all; the server decides how long it does.
const COOKIE_AGE_S: u32 = 7 * 24 * 60 * 60;

/// A page longer than this in `next` is forgotten rather than carried along.
const NEXT_BYTES_MAX: usize = 2_048;

/// What the script of an open page sends along when it asks for the page again.
static BY_ITSELF: HeaderName = HeaderName::from_static("milepost-live");

/// What it listens to meanwhile.
const LIVE: &str = "/live";

/// A page's reader, logged in. Without one the answer is the way to the login page; where their role is not enough, the
/// page that says so. What a route needs says [`needed`].
#[derive(Clone)]
pub(crate) struct Operator {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) role: Role,
    /// The page that is read, with its query; empty where something is changed.
    pub(crate) address: String,
    /// Their own and the team's, by name.
    pub(crate) views: Vec<SavedView>,
    pub(crate) settings: OwnSettings,
    /// What had arrived before the page was made: see `http/live.rs`.
    pub(crate) news: u64,
}

impl Operator {
    /// As the application knows them.
    pub(crate) fn stored(&self) -> storage::Operator {
        storage::Operator { id: self.id, email: self.email.clone(), role: self.role }
    }
}

/// A reader of the JSON API: an operator's session or an API token. Without either the answer is 401; where it may not
/// do that, 403.
pub(crate) struct Reader {
    /// The operator's e-mail, or the token by its name: for what is written down.
    pub(crate) by: String,
}

/// The address the request came from; headers that claim another one are believed of trusted proxies only.
pub(crate) struct ClientAddress(pub(crate) Option<IpAddr>);

impl FromRequestParts<Arc<App>> for Operator {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, PageError> {
        if let Some(session) = session_cookie(&parts.headers)
            && let Some(operator) = operator_of(app, session, parts).await?
        {
            let news = app.news();
            let storage::Operator { id, email, role } = operator;
            // Another role was found when the request was sent here.
            if !app.is_for(Onlooker::Operator(role)) {
                return Err(PageError::Storage(StorageError::Busy));
            }
            let what = needed(parts);
            if !role.may(what) {
                return Err(PageError::NotAllowed { what, role });
            }
            let is_read = parts.method == Method::GET;
            let address = parts.uri.path_and_query().filter(|_| is_read).map_or("", |it| it.as_str()).to_owned();
            return Ok(Self {
                id,
                email,
                role,
                address,
                views: app.views(id).await?,
                settings: app.own_settings(id).await?,
                news,
            });
        }
        let wanted = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        Err(PageError::LoginNeeded { login: Href::to(&["login"]).with("next", same_site_path(wanted)).into_string() })
    }
}

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let what = needed(parts);
        if let Some(token) = bearer_token(&parts.headers) {
            let token = app.api_token(token).await?.ok_or(ApiError::Unauthorized)?;
            if token.onlooker().is_some_and(|it| !app.is_for(it)) {
                return Err(StorageError::Busy.into());
            }
            return if token.scope.may(what) {
                Ok(Self { by: format!("the token “{}”", token.name) })
            } else {
                Err(ApiError::NotAllowed { what })
            };
        }
        let Some(session) = session_cookie(&parts.headers) else { return Err(ApiError::Unauthorized) };
        let operator = app.operator_of(session).await?.ok_or(ApiError::Unauthorized)?;
        if !app.is_for(Onlooker::Operator(operator.role)) {
            return Err(StorageError::Busy.into());
        }
        if operator.role.may(what) { Ok(Self { by: operator.email }) } else { Err(ApiError::NotAllowed { what }) }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let client = parts.extensions.get::<Client>();
        Ok(Self(client.and_then(|it| it.address(&parts.headers))))
    }
}

/// A page that is kept up to date is no sign that anybody is there: it holds no session open.
async fn operator_of(app: &App, session: &str, parts: &Parts) -> Result<Option<storage::Operator>, StorageError> {
    let is_by_itself = parts.headers.contains_key(&BY_ITSELF) || parts.uri.path() == LIVE;
    if is_by_itself { app.operator_still(session).await } else { app.operator_of(session).await }
}

/// The session that a request shows.
pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE)
}

/// The sign-in that began in this browser.
pub(crate) fn sign_in_cookie(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, SIGN_IN_COOKIE)
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'))
        .find_map(|it| it.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Lax, not Strict: a link in an alert e-mail must find its reader logged in.
pub(crate) fn set_session_cookie(session: &Token) -> HeaderValue {
    let cookie =
        format!("{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={COOKIE_AGE_S}", session.as_str());
    HeaderValue::try_from(cookie).expect("a token is letters that a header can carry")
}

/// Lax, not Strict: the provider sends the browser back from another site.
pub(crate) fn set_sign_in_cookie(secret: &Token) -> HeaderValue {
    let age = SIGN_IN_COOKIE_AGE_S;
    let cookie = format!("{SIGN_IN_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}", secret.as_str());
    HeaderValue::try_from(cookie).expect("a token is letters that a header can carry")
}

pub(crate) fn drop_sign_in_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-milepost-sign-in=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

pub(crate) fn drop_session_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-milepost=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// The path where it stays on this site; `/` for anything a browser might read as another one.
pub(crate) fn same_site_path(wanted: &str) -> &str {
    let plain = wanted.len() <= NEXT_BYTES_MAX && wanted.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
    if plain && wanted.starts_with('/') && !wanted.starts_with("//") { wanted } else { "/" }
}

pub(super) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_login_the_browser_stays_on_this_site() {
        for path in ["/", "/journeys/a?window=14d&by=plan", "/journeys/a%2Fb"] {
            assert_eq!(same_site_path(path), path);
        }
        let elsewhere =
            ["", "journeys", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/\t/e"];
        for path in elsewhere {
            assert_eq!(same_site_path(path), "/", "{path:?}");
        }
        assert_eq!(same_site_path(&format!("/{}", "a".repeat(NEXT_BYTES_MAX))), "/");
    }

    #[test]
    fn the_session_is_found_among_other_cookies_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; x__Host-milepost=no; __Host-milepost2=no"));
        assert_eq!(session_cookie(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("c=d; __Host-milepost=yes"));
        assert_eq!(session_cookie(&headers), Some("yes"));
        assert_eq!(sign_in_cookie(&headers), None);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-milepost-sign-in=secret"));
        assert_eq!((session_cookie(&headers), sign_in_cookie(&headers)), (Some("yes"), Some("secret")));
    }
}
