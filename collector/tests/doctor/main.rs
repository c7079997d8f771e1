//! `milepost doctor` against real mistakes: each is made once, on real parts, and must be the only thing it finds.

mod street;

use serde_json::Value;
use street::{Proxy, Street, wrong};

#[tokio::test]
async fn where_all_is_well_nothing_is_found() {
    let street = Street::build().await;
    assert_eq!(wrong(&street.doctor(&[]).await), Vec::<String>::new());
}

/// Definitions and data folder.
#[tokio::test]
async fn mistakes_at_home_are_found() {
    let street = Street::build().await;
    street.write("broken.toml", "[project]\nname = 1\n");
    street.write("keyless.toml", "[project]\nname = \"Ledgerly\"\n[[key]]\nid = \"sk\"\nkind = \"server\"\n");
    street.write("a-file", "");
    std::fs::create_dir(street.path("damaged")).expect("a folder");
    street.write("damaged/events.sqlite", &"not a database ".repeat(1_000));
    for (expected, arguments) in [
        ("definitions_missing", ["--config", "none.toml", "--data", "data"]),
        ("definitions_broken", ["--config", "broken.toml", "--data", "data"]),
        ("no_browser_key", ["--config", "keyless.toml", "--data", "data"]),
        ("folder_unwritable", ["--config", "milepost.toml", "--data", "a-file"]),
        ("folder_unwritable", ["--config", "milepost.toml", "--data", "a-file/data"]),
        ("folder_damaged", ["--config", "milepost.toml", "--data", "damaged"]),
    ] {
        assert_eq!(wrong(&street.run(&arguments).await), [expected], "{arguments:?}");
    }
}

/// Between the page and the server.
#[tokio::test]
async fn mistakes_on_the_way_are_found() {
    let street = Street::build().await;
    let nobody = format!("http://127.0.0.1:{}", street::free_port());
    assert_eq!(wrong(&street.run(&["--url", &nobody]).await), ["server_unreachable"]);
    for (expected, proxy) in [
        ("not_milepost", Proxy { path: "/readyz", status: 404, ..Proxy::default() }),
        ("server_not_ready", Proxy { path: "/readyz", status: 503, ..Proxy::default() }),
        ("clock_differs", Proxy { date: Some("Thu, 01 Jan 2026 00:00:00 GMT"), ..Proxy::default() }),
        ("sdk_missing", Proxy { path: "/sdk.js", status: 404, ..Proxy::default() }),
        ("module_missing", Proxy { path: ".wasm", status: 403, ..Proxy::default() }),
    ] {
        let proxied = street.proxy(proxy).await;
        assert_eq!(wrong(&street.run(&["--url", &proxied]).await), [expected]);
    }
    for (expected, proxy) in [
        ("cors_lost", Proxy { without: Some("access-control-allow-origin"), ..Proxy::default() }),
        ("batch_refused", Proxy { path: "/v1/batch", status: 405, ..Proxy::default() }),
        ("config_refused", Proxy { path: "/v1/config", status: 401, ..Proxy::default() }),
    ] {
        let proxied = street.proxy(proxy).await;
        let page = street.page(&street.tag_at(&proxied, "wk"), &[]).await;
        assert_eq!(wrong(&street.run(&["--url", &proxied, "--page", &page]).await), [expected]);
    }
}

/// In the page.
#[tokio::test]
async fn mistakes_in_the_page_are_found() {
    let street = Street::build().await;
    let tag = street.tag("wk");
    let csp = "content-security-policy";
    let own = format!("script-src {}; connect-src 'self'", street.server());
    for (expected, html, headers) in [
        ("tag_missing", "<h1>Ledgerly</h1>".to_owned(), vec![]),
        ("script_unreachable", tag.replace("/sdk.js", "/sdk-old.js"), vec![]),
        ("key_unknown", street.tag("wk_typo"), vec![]),
        ("key_secret", street.tag("sk"), vec![]),
        ("origin_refused", street.tag("wk_elsewhere"), vec![]),
        ("policy_script", tag.clone(), vec![(csp, "script-src 'self'")]),
        ("policy_script", format!("<meta http-equiv={csp} content=\"default-src 'none'\">{tag}"), vec![]),
        ("policy_connect", tag.clone(), vec![(csp, own.as_str())]),
    ] {
        let page = street.page(&html, &headers).await;
        assert_eq!(wrong(&street.doctor(&["--page", &page]).await), [expected], "{html} {headers:?}");
    }
}

#[tokio::test]
async fn what_is_only_doubtful_is_no_failure() {
    let street = Street::build().await;
    let tag = street.tag("wk");
    let policy = format!("script-src {0}; connect-src {0}", street.server());
    for (expected, html, headers) in [
        ("policy_wasm", tag.clone(), vec![("content-security-policy", policy.as_str())]),
        ("tag_twice", format!("{tag}{tag}"), vec![]),
    ] {
        let page = street.page(&html, &headers).await;
        let answer = street.doctor(&["--page", &page]).await;
        assert_eq!(answer["ok"], true, "{answer}");
        assert!(street::codes(&answer, "warning").contains(&expected.to_owned()), "{answer}");
    }
}

#[tokio::test]
async fn tokens_that_vouch_for_nobody_are_explained() {
    let street = Street::build().await;
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()).expect("a time");
    let [live, late, eternal] = [600, -600, 90_000].map(|in_s| serde_json::json!({ "sub": "u-1", "exp": now + in_s }));
    for (expected, token) in [
        (None, street.token(&live, street::SECRET)),
        (Some("token_signature"), street.token(&live, "another-secret-of-thirty-two-bytes")),
        (Some("token_expired"), street.token(&late, street::SECRET)),
        (Some("token_too_long"), street.token(&eternal, street::SECRET)),
        (Some("token_malformed"), street.token(&serde_json::json!({ "user": "u-1" }), street::SECRET)),
        (Some("token_malformed"), "u-1".to_owned()),
    ] {
        street.write("token", &format!("{token}\n"));
        let answer: Value = street.doctor(&["--token-file", "token"]).await;
        assert_eq!(wrong(&answer), expected.into_iter().map(str::to_owned).collect::<Vec<_>>(), "{answer}");
    }
}
