//! Every reader is answered by the application as they may see it ([`App::seen_by`]): one route table for each kind of
//! reader, and here the way to theirs.
//!
//! What a reader may do is asked later, where their session or token is read again; there it is also made sure that
//! this was the right table.

use super::session::{bearer_token, session_cookie};
use crate::app::App;
use crate::project::Onlooker;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Service, ServiceExt};

#[derive(Clone)]
pub(super) struct ByReader {
    app: Arc<App>,
    /// For those from whom nothing is hidden, and for whoever is no reader.
    all: Router,
    less: Arc<[(Onlooker, Router)]>,
}

impl ByReader {
    /// `routes`: all of them, answered by an application.
    pub(super) fn new(app: Arc<App>, routes: impl Fn(Arc<App>) -> Router) -> Self {
        let less = Onlooker::ALL.map(|reader| (reader, routes(Arc::new(app.seen_by(reader)))));
        Self { all: routes(Arc::clone(&app)), less: less.into(), app }
    }

    async fn routes_for(&self, parts: &Parts) -> Router {
        if self.app.project().hides.is_empty() {
            return self.all.clone();
        }
        let reader = reader(&self.app, parts).await;
        let theirs = self.less.iter().find(|it| Some(it.0) == reader).map(|it| &it.1);
        theirs.unwrap_or(&self.all).clone()
    }
}

/// Who asks, by what they show; the doors of the API look at tokens first, and pages at sessions only. Where that
/// cannot be found out it will not be found out later either.
async fn reader(app: &App, parts: &Parts) -> Option<Onlooker> {
    let token = bearer_token(&parts.headers).filter(|_| parts.uri.path().starts_with("/v1/"));
    if let Some(token) = token {
        return app.api_token(token).await.ok()??.onlooker();
    }
    let operator = app.operator_of(session_cookie(&parts.headers)?).await.ok()??;
    Some(Onlooker::Operator(operator.role))
}

impl Service<Request<Body>> for ByReader {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let routes = this.routes_for(&parts).await;
            Ok(routes.oneshot(Request::from_parts(parts, body)).await.into_response())
        })
    }
}
