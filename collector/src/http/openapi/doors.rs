//! Every door: its path, what it takes, and each answer it may give.

use super::reference;
use super::schemas::{array, integer, json_body, nullable, object, rows, text};
use serde_json::{Map, Value, json};

/// Paths with their operations, in the order of `http.rs`.
pub(super) fn paths() -> Value {
    let mut paths = Paths::default();
    paths.messages();
    paths.prompts();
    paths.pages();
    paths.operators();
    Value::Object(paths.0)
}

#[derive(Default)]
struct Paths(Map<String, Value>);

const RANGE: [&str; 2] = ["Since", "Until"];
const ROWS: [&str; 2] = ["Offset", "Limit"];
const RESPONSES: [&str; 12] = [
    "Step",
    "Answer",
    "WhoAnswered",
    "Language",
    "User",
    "AccountId",
    "By",
    "Group",
    "Search",
    "State",
    "Assignee",
    "Tag",
];

impl Paths {
    fn add(&mut self, path: &str, method: &str, operation: Value) {
        let slot = self.0.entry(path).or_insert_with(|| json!({}));
        slot[method] = operation;
    }

    fn messages(&mut self) {
        let summary = "Sends messages; each ends in exactly one outcome.";
        self.ingest("/v1/batch", "batch", summary, "Batch");
        self.ingest("/v1/b", "batchShort", summary, "Batch");
        for kind in ["track", "identify", "group", "page", "screen", "alias"] {
            let summary = format!("Sends one {kind} message.");
            self.ingest(&format!("/v1/{kind}"), kind, &summary, "Message");
            let short = kind.chars().take(1).collect::<String>();
            self.ingest(&format!("/v1/{short}"), &format!("{kind}Short"), &summary, "Message");
        }
    }

    fn ingest(&mut self, path: &str, id: &str, summary: &str, body: &str) {
        let error_or_receipt = json!({ "anyOf": [reference("schemas", "Error"), reference("schemas", "Receipt")] });
        let mut shed = json_body(error_or_receipt.clone(), "Some or all messages were shed: send them again.");
        shed["headers"] = json!({ "Retry-After": reference("headers", "RetryAfter") });
        let operation = json!({
            "operationId": id, "tags": ["messages"], "summary": summary,
            "security": [{ "writeKey": [] }, {}],
            "requestBody": request_body(body),
            "responses": {
                "200": json_body(reference("schemas", "Receipt"), "Every message's outcome."),
                "400": json_body(error_or_receipt, "The body cannot be read, or its one message was rejected."),
                "401": answer("UnknownKey"), "403": answer("ForbiddenOrigin"), "408": answer("TooSlow"),
                "413": answer("TooLarge"), "415": answer("UnsupportedEncoding"), "429": answer("Limited"),
                "503": shed,
            },
        });
        self.add(path, "post", operation);
    }

    fn prompts(&mut self) {
        let lease = text("Granted or denied, in the compact form.");
        self.prompt("/v1/lease", "lease", "May this prompt be shown to this person now?", "LeaseRequest", "200", lease);
        let done = json!({ "description": "Done, or too late." });
        let summary = "Gives a lease back: nothing was shown.";
        self.prompt("/v1/lease/release", "release", summary, "Release", "204", done);
        let receipt = json_body(reference("schemas", "PrivacyReceipt"), "The receipt.");
        self.prompt("/v1/receipt", "receipt", "What is stored of this visitor's prompts.", "Visitor", "200", receipt);
        let done = json!({ "description": "Done." });
        self.prompt("/v1/receipt/mute", "mute", "No prompts for some days.", "Mute", "204", done);
        let erased = json_body(object(json!({ "erased": integer() })), "How many were deleted.");
        let summary = "Deletes the answers in the receipt.";
        self.prompt("/v1/receipt/erase", "eraseAnswers", summary, "Visitor", "200", erased);
    }

    fn prompt(&mut self, path: &str, id: &str, summary: &str, body: &str, status: &str, fine: Value) {
        let mut responses = json!({
            "400": answer("BadRequest"), "401": answer("UnknownKey"), "403": answer("ForbiddenOrigin"),
            "408": answer("TooSlow"), "413": answer("TooLarge"), "429": answer("Limited"), "503": answer("Unavailable"),
        });
        responses[status] = fine;
        let operation = json!({
            "operationId": id, "tags": ["prompts"], "summary": summary, "security": [{}],
            "requestBody": request_body(body), "responses": responses,
        });
        self.add(path, "post", operation);
    }

    fn pages(&mut self) {
        let refusals =
            || json!({ "400": answer("BadRequest"), "403": answer("ForbiddenOrigin"), "404": answer("NotFound") });
        let mut config = refusals();
        config["200"] = text("The definitions.");
        config["304"] = json!({ "description": "Nothing has changed." });
        let key = json!([reference("parameters", "Key")]);
        self.public("/v1/config/{key}", "config", "Definitions for pages, in the compact form.", key.clone(), config);
        let mut settings = refusals();
        settings["200"] = json_body(object(json!({ "integrations": { "type": "object" } })), "Its settings.");
        let summary = "Where Segment's browser client sends.";
        self.public("/v1/projects/{key}/settings", "settings", summary, key, settings);
        let lives = json!({ "200": text("It does.") });
        self.public("/livez", "livez", "The process answers.", json!([]), lives);
        let ready = json!({ "200": text("It could."), "503": answer("Unavailable") });
        self.public("/readyz", "readyz", "A message could be stored.", json!([]), ready);
        let this = json!({ "200": json_body(json!({ "type": "object" }), "OpenAPI 3.1.") });
        self.public("/v1/openapi.json", "openapi", "This document.", json!([]), this);
    }

    fn public(&mut self, path: &str, id: &str, summary: &str, parameters: Value, responses: Value) {
        let operation = json!({
            "operationId": id, "tags": ["pages and probes"], "summary": summary, "security": [{}],
            "parameters": parameters, "responses": responses,
        });
        self.add(path, "get", operation);
    }

    fn next_actions(&mut self) {
        let part = || {
            object(
                json!({ "people": integer(), "share": nullable("number"), "interval": { "type": ["array", "null"] } }),
            )
        };
        let row = object(json!({
            "did": { "type": "string" }, "stopped": part(), "went_on": part(), "median_ms": nullable("integer"),
            "difference": { "type": ["object", "null"] },
        }));
        let found = object(json!({
            "journey": { "type": "string" }, "milestone": { "type": "string" },
            "next_milestone": { "type": "string" }, "window_ms": integer(), "stopped": integer(),
            "went_on": integer(), "rows": array(row),
        }));
        let asked = ["Id", "Milestone", "Window", "Since", "Until"];
        let summary = "What users did next after a milestone: who went no further, beside who went on.";
        let found = json_body(found, "What most of those did who went no further first.");
        self.read_counted("/v1/journeys/{id}/next", "next", summary, &[&asked], found);
        let user = object(json!({
            "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "account": nullable("string"),
            "traits": { "type": "object" }, "reached_at_ms": integer(), "did": nullable("string"),
            "did_at_ms": nullable("integer"),
        }));
        let people = json_body(rows(user), "Users, the latest to reach the milestone first.");
        let asked = [&asked[..], &["Did", "StandingNext"], &ROWS];
        self.read_counted(
            "/v1/journeys/{id}/next/people",
            "nextPeople",
            "The users behind a number of it.",
            &asked,
            people,
        );
    }

    fn operators(&mut self) {
        let any = || json!({ "type": "object" });
        let funnel = json_body(any(), "The funnel.");
        let asked = ["Id", "Window", "Since", "Until", "By"];
        self.read_counted(
            "/v1/journeys/{id}/funnel",
            "funnel",
            "The ordered funnel of a journey.",
            &[&asked, &["Compare"]],
            funnel,
        );
        let user = object(json!({
            "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "account": nullable("string"),
            "traits": { "type": "object" }, "reached_at_ms": array(integer()),
        }));
        let asked = [&asked[..], &["Milestone", "Standing", "Group"], &ROWS];
        let people = json_body(rows(user), "Users.");
        self.read_counted("/v1/journeys/{id}/people", "funnelPeople", "The users behind a bar.", &asked, people);

        let time = json_body(
            object(json!({
                "milestone": { "type": "string" }, "started": integer(), "reached": integer(),
                "median_ms": nullable("integer"), "p90_ms": nullable("integer"),
                "quantiles": array(any()), "curve": array(any()), "watched_ms": integer(),
                "weeks": array(any()),
            })),
            "The time.",
        );
        let summary = "How long people take to value.";
        self.read_counted("/v1/journeys/{id}/value-time", "valueTime", summary, &[&["Id"], &RANGE], time);
        let user = object(json!({
            "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "account": nullable("string"),
            "traits": { "type": "object" }, "started_at_ms": integer(),
        }));
        let summary = "Who started and has not reached value.";
        let waiting = json_body(rows(user), "Users, the longest wait first.");
        self.read_counted("/v1/journeys/{id}/waiting", "waiting", summary, &[&["Id"], &RANGE, &ROWS], waiting);
        self.next_actions();
        let cohorts = json_body(any(), "By week.");
        let summary = "Weeks of starters: who got to value, or to each milestone, in time.";
        self.read_counted("/v1/journeys/{id}/cohorts", "cohorts", summary, &[&["Id", "Show"], &RANGE], cohorts);
        let user = object(json!({
            "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "account": nullable("string"),
            "traits": { "type": "object" }, "started_at_ms": integer(), "reached_at_ms": nullable("integer"),
        }));
        let cell = ["Id", "Week", "MilestoneInTime", "WithinTime", "StandingInTime"];
        let people = json_body(rows(user), "Users, the latest to start first.");
        let summary = "The users behind a number of it.";
        self.read_counted("/v1/journeys/{id}/cohorts/people", "cohortPeople", summary, &[&cell, &RANGE, &ROWS], people);
        self.retention();
        let annotation = object(json!({
            "at_ms": integer(), "text": { "type": "string" }, "url": nullable("string"),
            "changed": nullable("string"), "digest": nullable("string"),
        }));
        let annotations = json_body(object(json!({ "annotations": array(annotation) })), "In order of time.");
        let summary = "What happened: as the vendor wrote it down, and definitions that changed.";
        self.read("/v1/annotations", "annotations", summary, &[&RANGE], annotations);
        let delivery = json_body(any(), "By day and source.");
        self.read("/v1/delivery", "delivery", "How complete the stored messages are.", &[&RANGE], delivery);
        let user = object(json!({
            "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "name": nullable("string"),
            "email": nullable("string"), "account": nullable("string"), "account_name": nullable("string"),
            "first_seen_ms": integer(), "last_seen_ms": integer(), "reached": integer(),
            "reached_at_ms": array(nullable("integer")), "owner": nullable("string"), "state": nullable("string"),
            "snoozed_until_ms": nullable("integer"), "notes": integer(),
        }));
        let mut users = rows(user);
        users["properties"]["journey"] = nullable("string");
        users["properties"]["milestones"] = array(json!({ "type": "string" }));
        let users = json_body(users, "Users, and the milestones of the first journey.");
        let asked = [
            "SearchPart",
            "AccountId",
            "Reached",
            "NotReached",
            "Stuck",
            "Seen",
            "Since",
            "Until",
            "Identified",
            "Owner",
            "CareState",
            "SortUsers",
            "Order",
        ];
        self.read_among("/v1/users", "users", "Everybody, searched, filtered and sorted.", &[&asked, &ROWS], users);
        let account = object(json!({
            "account": { "type": "string" }, "name": nullable("string"), "users": integer(), "active_users": integer(),
            "last_seen_ms": integer(), "reached": integer(), "reached_at_ms": array(nullable("integer")),
            "reached_value": integer(), "touch": nullable("string"), "value_time_ms": nullable("integer"), "owner": nullable("string"),
            "state": nullable("string"), "snoozed_until_ms": nullable("integer"), "notes": integer(),
        }));
        let mut accounts = rows(account);
        accounts["properties"]["journey"] = nullable("string");
        accounts["properties"]["milestones"] = array(json!({ "type": "string" }));
        let accounts = json_body(accounts, "Accounts, and the milestones of the first journey.");
        let asked = ["SearchPart", "Since", "Until", "Owner", "CareState", "SortAccounts", "Order"];
        self.read_among("/v1/accounts", "accounts", "The customer companies.", &[&asked, &ROWS], accounts);
        let segment = object(json!({
            "id": { "type": "string" }, "name": { "type": "string" }, "where": { "type": "string" },
            "kept_by": nullable("string"), "changed_at_ms": nullable("integer"),
        }));
        let segments = json_body(object(json!({ "segments": array(segment) })), "Segments, by name.");
        self.read("/v1/segments", "segments", "The named groups of users.", &[], segments);
        let doings = object(json!({ "user": { "type": "string" }, "rows": array(any()) }));
        let timeline = json_body(doings, "The latest first.");
        let summary = "What one person did.";
        self.read("/v1/users/{id}/timeline", "timeline", summary, &[&["Id", "Limit"]], timeline);

        let hesitation = json_body(reference("schemas", "Hesitation"), "The answer.");
        self.read_among("/v1/hesitation", "hesitation", "Where people hesitate, page by page.", &[&RANGE], hesitation);
        let summary = "The sessions behind one of its numbers.";
        let sessions = json_body(rows(any()), "Sessions.");
        self.read_among(
            "/v1/hesitation/people",
            "hesitationPeople",
            summary,
            &[&["Who", "Page"], &RANGE, &ROWS],
            sessions,
        );

        let surveys = json_body(object(json!({ "surveys": array(any()) })), "Surveys.");
        let asked = ["By", "Per"];
        self.read_among("/v1/surveys", "surveys", "Every survey with its numbers.", &[&RANGE, &asked], surveys);
        let survey = json_body(any(), "The survey.");
        let summary = "Everything one survey came to.";
        self.read_among("/v1/surveys/{id}", "survey", summary, &[&["Id"], &RANGE, &asked], survey);
        let responses = || json_body(rows(reference("schemas", "Response")), "Responses.");
        let asked = [&["Id"][..], &RESPONSES, &RANGE, &ROWS];
        self.read_among("/v1/surveys/{id}/responses", "surveyResponses", "A survey's responses.", &asked, responses());
        let summary = "Whom a survey could have been shown to, was granted to, or was shown to.";
        let people = json_body(rows(any()), "People.");
        self.read_among(
            "/v1/surveys/{id}/people",
            "surveyPeople",
            summary,
            &[&["Id", "WhoAsked"], &RANGE, &ROWS],
            people,
        );
        let asked = [&["Survey"][..], &RESPONSES, &RANGE, &ROWS];
        self.read_among("/v1/responses", "responses", "Responses of all surveys.", &asked, responses());

        let why = json_body(reference("schemas", "Why"), "What is known.");
        let asked = ["UserAsked", "SurveyAsked", "At", "Limit"];
        self.read("/v1/why", "why", "Why somebody was, or was not, asked.", &[&asked], why);
        let counts = ["ids", "messages", "leases", "denials", "mutes"];
        let mut erased = json!({ "user": { "type": "string" } });
        counts.iter().for_each(|it| erased[it] = integer());
        let erased = json_body(object(erased), "How much it was.");
        let summary = "Erases all that is stored of a person.";
        self.operate("/v1/users/{id}", "delete", "eraseUser", summary, &[&["Id"]], erased);
    }

    fn retention(&mut self) {
        let any = || json!({ "type": "object" });
        let asked = ["Period", "Periods", "Start", "Return"];
        let retention = json_body(any(), "By cohort.");
        self.read_counted("/v1/retention", "retention", "Who comes back.", &[&asked, &RANGE], retention);
        let person = |more: Value| {
            let mut user = json!({
                "user": { "type": "string" }, "anonymous": { "type": "boolean" }, "account": nullable("string"),
                "traits": { "type": "object" },
            });
            more.as_object().into_iter().flatten().for_each(|(name, it)| user[name] = it.clone());
            object(user)
        };
        let summary = "The users behind a number of the grid.";
        let cell = ["Cohort", "After", "Counted", "StandingCame"];
        let user = person(json!({ "began_at_ms": integer(), "came": array(integer()) }));
        let people = json_body(rows(user), "Users, the latest to begin first.");
        self.read_counted("/v1/retention/people", "retentionPeople", summary, &[&asked, &cell, &RANGE, &ROWS], people);
        let day = object(json!({
            "day": { "type": "string" }, "dau": integer(), "wau": integer(), "mau": integer(),
            "stickiness": nullable("number"), "is_over": { "type": "boolean" },
        }));
        let days = json_body(object(json!({ "days": array(day) })), "By day.");
        let summary = "Daily, weekly and monthly active users.";
        self.read_counted("/v1/stickiness", "stickiness", summary, &[&["Return"], &RANGE], days);
        let summary = "The users who came on the days that end with one.";
        let user = person(json!({ "days": integer(), "last_day_ms": integer() }));
        let people = json_body(rows(user), "Users, those of most days first.");
        self.read_counted("/v1/stickiness/people", "active", summary, &[&["Return", "Day", "Within"], &ROWS], people);
    }

    /// Of everybody, or of the users of a segment alone.
    fn read_among(&mut self, path: &str, id: &str, summary: &str, parameters: &[&[&str]], fine: Value) {
        let among: &[&str] = &["Segment", "Where"];
        let parameters: Vec<&[&str]> = parameters.iter().copied().chain([among]).collect();
        self.read(path, id, summary, &parameters, fine);
    }

    /// The same, of users or of accounts.
    fn read_counted(&mut self, path: &str, id: &str, summary: &str, parameters: &[&[&str]], fine: Value) {
        let level: &[&str] = &["Level"];
        let parameters: Vec<&[&str]> = parameters.iter().copied().chain([level]).collect();
        self.read_among(path, id, summary, &parameters, fine);
    }

    fn read(&mut self, path: &str, id: &str, summary: &str, parameters: &[&[&str]], fine: Value) {
        self.operate(path, "get", id, summary, parameters, fine);
    }

    fn operate(&mut self, path: &str, method: &str, id: &str, summary: &str, parameters: &[&[&str]], fine: Value) {
        let parameters: Vec<Value> =
            parameters.iter().flat_map(|it| it.iter()).map(|it| reference("parameters", it)).collect();
        let operation = json!({
            "operationId": id, "tags": ["operators"], "summary": summary,
            "security": [{ "token": [] }, { "session": [] }],
            "parameters": parameters,
            "responses": {
                "200": fine, "400": answer("BadRequest"), "401": answer("Unauthorized"), "403": answer("NotAllowed"),
                "404": answer("NotFound"), "503": answer("Unavailable"),
            },
        });
        self.add(path, method, operation);
    }
}

/// Pages send JSON as `text/plain`, which spares them the preflight.
fn request_body(schema: &str) -> Value {
    let schema = json!({ "schema": reference("schemas", schema) });
    json!({ "required": true, "content": { "application/json": schema } })
}

fn answer(name: &str) -> Value {
    reference("responses", name)
}
