//! A panic is a defect of ours: counted, logged, and answered, so that nobody waits for an answer that never comes.

use super::error::ApiError;
use crate::telemetry;
use axum::response::{IntoResponse, Response};
use std::any::Any;

pub(super) fn answer(panic: Box<dyn Any + Send>) -> Response {
    telemetry::count_panic();
    let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    // The panic's own message went to stderr with its place; here stands that a request ended with it.
    tracing::error!(panic = said.unwrap_or("?"), "a request ended in a panic; please report it");
    ApiError::Defect.into_response()
}

#[cfg(test)]
mod tests {
    use super::answer;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    #[tokio::test]
    async fn a_request_that_ends_in_a_panic_is_answered() {
        async fn panics() {
            panic!("on purpose");
        }
        let router: Router = Router::new().route("/", get(panics)).layer(CatchPanicLayer::custom(answer));
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 500);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("a body");
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("\"defect\"") && !text.contains("on purpose"), "{text}");
    }
}
