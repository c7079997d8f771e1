//! Decisions and scores as lines of JSON.

use super::player::ScoreAt;
use crate::hesitation::sentences;
use domain::hesitation::Feature;
use sdk_core::hesitation::{Decision, Reason, Score};
use serde_json::{Value, json};
use std::fmt::{Display, Write};

/// What a score means: the share of such moments in which somebody is stuck.
pub fn probability(score: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(score) / 1_000.0).exp())
}

/// `{"type":"decision","session":…,"user":…,` what the decision says itself, then the same for people:
/// `"probability":…,"features":{…},"contributions":{…},"why":[…],"sentences":[…]}`
pub fn decision_line(session: &str, user: &str, decision: &Decision, language: &str) -> String {
    let own = decision.json();
    let own = own.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or_default();
    let mut line = String::from("{\"type\":\"decision\"");
    push(&mut line, "session", &Value::from(session));
    push(&mut line, "user", &Value::from(user));
    line.push(',');
    line.push_str(own);
    push(&mut line, "probability", &Value::from(probability(decision.score.total())));
    push_parts(&mut line, &decision.score);
    let reasons = decision.score.reasons();
    push(&mut line, "why", &reasons.iter().map(why).collect::<Value>());
    push(&mut line, "sentences", &Value::from(sentences(&reasons, language)));
    line.push('}');
    line
}

/// `{"type":"score",…}`
pub fn score_line(at: &ScoreAt<'_>, threshold: Option<i32>) -> String {
    let mut line = String::from("{\"type\":\"score\"");
    let texts = [("session", at.session), ("user", at.user), ("page", at.page), ("context", at.context)];
    for (key, text) in texts {
        push(&mut line, key, &Value::from(text));
    }
    push(&mut line, "t", &at.t_ms);
    push(&mut line, "age", &at.age_ms);
    let total = at.score.total();
    push(&mut line, "score", &total);
    push(&mut line, "probability", &Value::from(probability(total)));
    push(&mut line, "bias", &at.score.bias);
    push_parts(&mut line, at.score);
    if let Some(threshold) = threshold {
        push(&mut line, "threshold", &threshold);
    }
    line.push('}');
    line
}

fn why(reason: &Reason) -> Value {
    json!({
        "feature": reason.feature.as_str(),
        "contribution": reason.contribution,
        "measured": reason.measured,
        "usual": reason.usual,
    })
}

/// Features and contributions of zero are left out.
fn push_parts(line: &mut String, score: &Score) {
    push_features(line, "features", &|it| score.feature(it));
    push_features(line, "contributions", &|it| score.contribution(it));
}

fn push_features(line: &mut String, key: &str, of: &dyn Fn(Feature) -> i32) {
    let mut inner = String::new();
    for feature in Feature::ALL {
        let value = of(feature);
        if value != 0 {
            push(&mut inner, feature.as_str(), &value);
        }
    }
    push(line, key, &format_args!("{{{}}}", inner.trim_start_matches(',')));
}

/// Keys are our own and need no escaping.
fn push(line: &mut String, key: &str, value: &dyn Display) {
    // Writing to a text cannot fail.
    let _ = write!(line, ",\"{key}\":{value}");
}
