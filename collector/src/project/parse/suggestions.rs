//! What someone may have meant.

/// Words people try, and ours.
const SYNONYMS: &[(&str, &str)] = &[
    ("trigger", "when"),
    ("triggers", "when"),
    ("audience", "who"),
    ("segment", "who"),
    ("target", "who"),
    ("frequency", "every"),
    ("repeat", "every"),
    ("start", "starts"),
    ("end", "ends"),
    ("limit", "answers"),
    ("steps", "step"),
    ("question", "step"),
    ("questions", "step"),
    ("question", "title"),
    ("description", "text"),
    ("options", "choices"),
    ("goto", "next"),
    ("to", "next"),
    ("then", "next"),
    ("condition", "if"),
    ("branches", "branch"),
    ("previous", "back"),
    ("submit", "send"),
    ("dismiss", "not_now"),
    ("cooldown", "gap"),
    ("lang", "language"),
    ("locale", "language"),
    ("color", "accent"),
    ("colour", "accent"),
    ("texts", "words"),
    ("wording", "words"),
    ("ignore", "exclude"),
    ("excluded", "exclude"),
    ("urls", "pages"),
    ("templates", "pages"),
    ("enabled", "ask"),
    ("href", "url"),
    ("link", "url"),
    ("text", "label"),
    ("recording", "record"),
    ("floor", "precision_floor"),
    ("precision", "precision_floor"),
    ("type", "kind"),
    ("title", "name"),
    ("label", "name"),
    ("title", "label"),
    ("name", "label"),
    ("page", "on"),
    ("origin", "origins"),
    ("allowed_origins", "origins"),
    ("domains", "origins"),
    ("secret", "secrets"),
    ("steps", "milestone"),
    ("step", "milestone"),
    ("funnel", "journey"),
    ("when", "rule"),
    ("trigger", "rule"),
    ("is_value", "value"),
    ("track", "event"),
    ("url", "page"),
    ("path", "page"),
    ("visible", "seen"),
    ("view", "seen"),
    ("clicked", "click"),
    ("properties", "where"),
    ("conditions", "where"),
    ("filter", "where"),
    ("times", "count"),
    ("at_least", "count"),
    ("group_trait", "account_trait"),
    ("and", "all"),
    ("or", "any"),
    ("none", "not"),
    ("=", "eq"),
    ("==", "eq"),
    ("is", "eq"),
    ("equals", "eq"),
    ("!=", "ne"),
    ("<>", "ne"),
    ("is_not", "ne"),
    ("neq", "ne"),
    (">", "gt"),
    ("greater_than", "gt"),
    (">=", "gte"),
    ("ge", "gte"),
    ("min", "gte"),
    ("<", "lt"),
    ("less_than", "lt"),
    ("<=", "lte"),
    ("le", "lte"),
    ("max", "lte"),
    ("one_of", "in"),
    ("includes", "contains"),
    ("prefix", "starts_with"),
    ("startswith", "starts_with"),
    ("begins_with", "starts_with"),
    ("present", "exists"),
];

/// The known word nearest to this one, if any is near enough.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = word.to_lowercase().replace('-', "_");
    let means = |it: &&&str| SYNONYMS.iter().any(|(synonym, meant)| *synonym == plain && meant == *it);
    if let Some(found) = known.iter().find(means) {
        return Some(found);
    }
    // A third of the letters may be wrong; in a word of two or three, one.
    let allowed = (plain.chars().count() / 3).max(1);
    known
        .iter()
        .map(|it| (strsim::osa_distance(&plain, it), *it))
        .filter(|(distance, it)| *distance <= allowed && *distance < it.len())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, it)| it)
}

/// "did you mean `x`?", or the list of what is known.
pub(super) fn help(word: &str, known: &[&str]) -> String {
    match nearest(word, known) {
        Some(found) => format!("did you mean `{found}`?"),
        None => format!("known here: {}", list(known)),
    }
}

/// `a`, `b`, `c`
pub(super) fn list(words: &[&str]) -> String {
    words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}
