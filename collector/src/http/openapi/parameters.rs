//! What stands in addresses.

use serde_json::{Value, json};

/// ISO 8601, without the days that not every month has; empty is as good as missing.
const TIME: &str = r"^((19[7-9][0-9]|20[0-9]{2})-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z)?)?$";

/// Larger numbers are refused.
const LARGEST: u64 = u64::MAX;

pub(super) fn all() -> Value {
    let text = || json!({ "type": "string" });
    let id = || json!({ "type": "string", "minLength": 1, "maxLength": 512 });
    let time = || json!({ "type": "string", "pattern": TIME });
    let number = || json!({ "type": "integer", "minimum": 0, "maximum": LARGEST });
    let answered = ["shown", "answered", "wrote", "completed", "dismissed", "abandoned", "ignored", "open"].as_slice();
    let mut all = json!({
        "Id": path("id", "As in milepost.toml, or a user's id.", id()),
        "Key": path("key", "A write key.", id()),
        "Window": query("window", "How long after the first milestone the others count, such as `14d`.", window()),
        "Since": query("since", "From this time on, such as 2026-01-31, where that day begins in the project's time zone, or 2026-01-31T12:00:00Z.", time()),
        "Until": query("until", "Before this time.", time()),
        "By": query("by", "A trait to break down by: `plan`, `account.plan`.", text()),
        "Per": query("per", "How the trend is cut.", choice(&["week", "month"])),
        "Milestone": required("milestone", "A milestone of the journey.", text()),
        "Standing": query("standing", "Who of them.", choice(&["reached", "stuck"])),
        "Group": query("group", "One value of the trait `by`.", text()),
        "Offset": query("offset", "Rows to pass over.", number()),
        "Limit": query("limit", "Rows to answer; more than the most are as good as the most.", number()),
        "Who": required("who", "What is counted; see docs/reference/metrics.md.", text()),
        "Page": query("page", "A page's template; all pages where it is missing.", text()),
        "Step": query("step", "A step of the survey.", text()),
        "Answer": query("answer", "An answer, or what was done.", text()),
        "WhoAnswered": query("who", "What became of it.", choice(answered)),
        "Language": query("language", "As recorded.", text()),
        "User": query("user", "A user's id.", text()),
        "Search": query("q", "Words.", text()),
        "State": query("state", "In the inbox.", choice(&["unread", "open", "resolved"])),
        "Assignee": query("assignee", "An operator.", text()),
        "Tag": query("tag", "A tag.", text()),
        "Survey": query("survey", "One survey.", text()),
        "WhoAsked": query("who", "Whom.", choice(&["eligible", "leased", "asked"])),
        "UserAsked": required("user", "A user's id, or an anonymous id.", id()),
        "SurveyAsked": query("survey", "One survey; `hesitation` for the detector's question.", text()),
        "Segment": query("segment", "The id of a segment: only its users are counted.", json!({ "type": "string", "maxLength": 512 })),
        "Where": query("where", "Only these users are counted, such as `plan = pro and seen within 30d`; see docs/reference/segments.md.", json!({ "type": "string", "maxLength": 2000 })),
        "Level": query("level", "What is counted; `other-accounts` are those that none of the chosen users belongs to.", choice(&["user", "account", "other-accounts"])),
        "At": query("at", "What happened around this time.", time()),
    });
    if let (Some(all), Value::Object(lists)) = (all.as_object_mut(), of_lists()) {
        all.extend(lists);
    }
    of_cohorts().as_object().into_iter().flatten().for_each(|(name, it)| all[name] = it.clone());
    all
}

/// Of the lists of users and accounts.
fn of_lists() -> Value {
    let short = || json!({ "type": "string", "maxLength": 512 });
    let seen = json!({ "type": "string", "pattern": "^((not-)?within-[1-9][0-9]{0,4})?$" });
    json!({
        "SearchPart": query("q", "A part of a name, an id or an e-mail, whatever its case.", short()),
        "AccountId": query("account", "An account's id.", short()),
        "Reached": query("reached", "A journey and a milestone they reached: `onboarding/signed-up`.", short()),
        "NotReached": query("not_reached", "A journey and a milestone they have not reached.", short()),
        "Stuck": query("stuck", "A journey and a milestone they reached, and none after it.", short()),
        "Seen": query("seen", "When last, such as `within-30` or `not-within-30`: days.", seen),
        "Identified": query("who", "Whether they said who they are.", choice(&["identified", "anonymous"])),
        "Owner": query("owner", "The e-mail of the operator whose it is.", short()),
        "CareState": query("state", "Where it stands with the team.", choice(&["open", "snoozed", "resolved"])),
        "SortAccounts": query("sort", "By what.", choice(&["last-seen", "active-users", "reached-value", "name"])),
        "SortUsers": query("sort", "By what.", choice(&["last-seen", "first-seen", "name"])),
        "Order": query("order", "Which way.", choice(&["asc", "desc"])),
    })
}

/// Of comparisons, retention and journeys week by week.
fn of_cohorts() -> Value {
    let text = || json!({ "type": "string" });
    let time = || json!({ "type": "string", "pattern": TIME });
    // Whoever writes `milestone:` must name one that there is.
    let happening = || json!({ "type": "string", "pattern": "^([^m][\\s\\S]*)?$" });
    json!({
        "Compare": query("compare", "What to compare with: `before` for the range as long before this one, `segment:ID` for another segment, `others` for everybody else, or one value of the trait `by`.", text()),
        "Period": query("period", "How time is cut.", choice(&["day", "week", "month"])),
        "Periods": query("periods", "How many of them.", json!({ "type": "integer", "minimum": 0, "maximum": 62 })),
        "Start": query("start", "What users begin with: the name of an event, or `milestone:journey/milestone`; their first message where it is missing.", happening()),
        "Return": query("return", "What counts as coming: the name of an event, or `milestone:journey/milestone`; any message where it is missing.", happening()),
        "Cohort": query("cohort", "A time in the period in which the cohort began; all cohorts where it is missing.", time()),
        "After": query("after", "A period after the first; everybody who began where it is missing.", json!({ "type": "integer", "minimum": 0, "maximum": 62 })),
        "Counted": query("counted", "In exactly that period, or in it or a later one.", choice(&["exact", "unbounded"])),
        "StandingCame": query("standing", "Those who came, or those who did not.", choice(&["came", "away"])),
        "Show": query("show", "What the columns are.", choice(&["value", "milestones"])),
        "Week": query("week", "A time in the week; all weeks where it is missing.", time()),
        "MilestoneInTime": query("milestone", "A milestone of the journey; with `within`.", text()),
        "WithinTime": query("within", "How long it may take, such as `14d`; with `milestone`.", window()),
        "StandingInTime": query("standing", "Those who got there in time, or those who did not.", choice(&["reached", "away"])),
        "Did": required("did", "What they did next: `event:`, `page:` or `screen:` with a name, `other`, or `nothing`.", json!({ "type": "string", "pattern": "^((event|page|screen):[\\s\\S]*|other|nothing)$" })),
        "StandingNext": query("standing", "Those who went no further, or those who went on.", choice(&["stuck", "went-on"])),
        "Day": query("day", "The last day; today where it is missing.", time()),
        "Within": query("within", "How many days end with it.", choice(&["1", "7", "30"])),
    })
}

fn window() -> Value {
    json!({ "type": "string", "pattern": "^([1-9][0-9]{0,2}[smhd])?$" })
}

/// Empty is as good as missing.
fn choice(values: &[&str]) -> Value {
    let values: Vec<&str> = values.iter().copied().chain([""]).collect();
    json!({ "type": "string", "enum": values })
}

fn query(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": description, "schema": schema })
}

fn required(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": true, "description": description, "schema": schema })
}

fn path(name: &str, description: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema })
}
