//! A client, a browser that obeys it, and the transcript of what it was asked to do.

use domain::survey::Content;
use domain::{
    AccountId, LeaseAnswer, LeaseId, Lookup, MilestoneId, Reason, Reasons, Scalar, SurveyId, UserId, compact,
};
use expect_test::Expect;
use sdk_core::{
    Call, Client, Consent, Effect, Input, Leased, Level, Observation, Options, Page, PromptSaid, SurveySaid,
};
use std::fmt::Write;

/// What `JSON.parse` is in the browser.
pub(crate) fn read_json(text: &str) -> Box<dyn Lookup> {
    struct Json(serde_json::Value);
    impl Lookup for Json {
        fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
            let found = path.iter().try_fold(&self.0, |value, key| value.get(key))?;
            Some(scalar(found))
        }
    }
    fn scalar(value: &serde_json::Value) -> Scalar<'_> {
        match value {
            serde_json::Value::Null => Scalar::Null,
            serde_json::Value::Bool(it) => Scalar::Bool(*it),
            serde_json::Value::Number(it) => Scalar::Number(it.as_f64().expect("a number")),
            serde_json::Value::String(it) => Scalar::Text(it.into()),
            serde_json::Value::Array(it) => Scalar::List(it.iter().map(scalar).collect()),
            serde_json::Value::Object(_) => Scalar::Object,
        }
    }
    Box::new(Json(serde_json::from_str(text).unwrap_or_default()))
}

/// Runs a script and compares what the client asked for.
///
/// Script lines: a time (`250ms`, `5s`, `31m`) and what happens: `start`, `start hidden`, `track NAME JSON`,
/// `identify ID JSON`, `group ID`, `alias ID`, `reset`, `milestone ID`, `consent CHOICE`, `route PATH`, `show`, `hide`,
/// `active`, `online`, `click SELECTOR`, `in SELECTOR`, `out SELECTOR`, `answer BATCH STATUS [RETRY_AFTER_MS]`,
/// `see KIND NUMBERS` (an observation), `prompt SAID [TEXT]`, `context NAME`, `config`, `no config`, `ask SURVEY`, `grant`,
/// `deny MS REASONS`, `other-tab`, `unreachable`, `say SURVEY WHAT [VALUE]`, `offline`, `inspect`, `reload`.
/// Before each line the client is woken whenever it asked to be.
#[track_caller]
pub(crate) fn check(story: Story, script: &str, transcript: Expect) {
    transcript.assert_eq(&story.run(script));
}

/// How a story begins.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) options: Options,
    pub(crate) stored: Option<String>,
    /// The definitions in the compact form, sent at `config`.
    pub(crate) config: String,
    /// Show what goes into storage.
    pub(crate) shows_stored: bool,
    /// What `grant` grants; without content every lease is granted at once, as it comes.
    pub(crate) content: Option<Content>,
}

struct Run {
    client: Client,
    stored: Option<String>,
    page: Page,
    wake_at_ms: Option<i64>,
    shows_stored: bool,
    options: Options,
    content: Option<Content>,
    kept: String,
    lease: u32,
    transcript: String,
}

impl Story {
    fn run(self, script: &str) -> String {
        let mut run = Run {
            client: Client::new(self.options.clone(), 7, read_json),
            options: self.options,
            content: self.content,
            kept: String::new(),
            lease: 0,
            stored: self.stored,
            page: page("/"),
            wake_at_ms: None,
            shows_stored: self.shows_stored,
            transcript: String::new(),
        };
        for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (time, what) = line.split_once(' ').expect("a time and what happens");
            let now_ms = milliseconds(time);
            while let Some(at_ms) = run.wake_at_ms.take_if(|it| *it <= now_ms) {
                run.handle(at_ms, Input::Woke);
            }
            run.step(now_ms, what.trim(), &self.config);
        }
        run.transcript
    }
}

impl Run {
    fn step(&mut self, now_ms: i64, what: &str, config: &str) {
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        let (subject, json) =
            rest.split_once(" {").map_or((rest, String::new()), |(it, json)| (it, format!("{{{json}")));
        let input = match verb {
            "start" => Input::Started { page: self.page.clone(), visible: rest != "hidden" },
            "track" => Input::Call(Call::track(subject, json)),
            "identify" => Input::Call(Call::identify(Some(UserId::new(subject)), json)),
            "group" => Input::Call(Call::group(AccountId::new(subject), json)),
            "alias" => Input::Call(Call::alias(UserId::new(subject), None)),
            "page" => Input::Call(Call::page(Some(subject.into()), json)),
            "milestone" => Input::Call(Call::milestone(MilestoneId::new(subject))),
            "reset" => Input::Call(Call::reset()),
            "consent" => Input::Consent(match subject {
                "granted" => Consent::Granted,
                "denied" => Consent::Denied,
                _ => Consent::Pending,
            }),
            "route" => {
                self.page = page(subject);
                Input::Page(self.page.clone())
            }
            "restore" => Input::Restored(self.page.clone()),
            "show" => Input::Visible(true),
            "hide" => Input::Visible(false),
            "active" => Input::Active,
            "online" => Input::Online(true),
            "offline" => Input::Online(false),
            "ask" => Input::Call(Call::ask(SurveyId::new(subject))),
            "inspect" => Input::Inspect,
            "grant" => {
                let text = compact::write_lease(&LeaseAnswer::Granted {
                    lease: LeaseId::new(format!("l-{}", self.lease)),
                    expires_in_ms: 60_000,
                    content: self.content.clone(),
                });
                return self.handle(now_ms, Input::Leased { id: self.lease, answer: Leased::Text(&text) });
            }
            "deny" => {
                let (wait, names) = rest.split_once(' ').expect("a wait and reasons");
                let mut reasons = Reasons::NONE;
                for name in names.split(' ') {
                    reasons.add(Reason::ALL.into_iter().find(|it| it.as_str() == name).expect("a reason"));
                }
                let retry_after_ms = wait.parse().expect("a number");
                let text = compact::write_lease(&LeaseAnswer::Denied { reasons, retry_after_ms });
                return self.handle(now_ms, Input::Leased { id: self.lease, answer: Leased::Text(&text) });
            }
            "other-tab" => Input::Leased { id: self.lease, answer: Leased::OtherTab },
            "unreachable" => Input::Leased { id: self.lease, answer: Leased::Unreachable },
            "say" => {
                let mut words = rest.splitn(3, ' ');
                let (survey, said) = (words.next().expect("a survey"), words.next().expect("what it says"));
                let said = SurveySaid::ALL.into_iter().find(|it| format!("{it:?}").to_lowercase() == said);
                let value = words.next().unwrap_or_default().replace("\\n", "\n");
                let said = said.expect("something a survey says");
                return self.handle(now_ms, Input::Surveyed { said, value: &value, survey });
            }
            "reload" => {
                self.handle(now_ms, Input::Visible(false));
                self.client = Client::new(self.options.clone(), 8 + now_ms as u128, read_json);
                self.wake_at_ms = None;
                Input::Started { page: self.page.clone(), visible: true }
            }
            "click" => Input::Clicked { selector: subject },
            "in" => Input::Sighted { selector: subject, element: 1, in_view: true },
            "out" => Input::Sighted { selector: subject, element: 1, in_view: false },
            "see" => {
                let mut numbers = [0; 4];
                for (slot, number) in numbers.iter_mut().zip(rest.split(' ')) {
                    *slot = number.parse().expect("a number");
                }
                let [kind, first, second, third] = numbers;
                let seen = Observation::from_numbers(kind as u32, [first, second, third]);
                Input::Observed(seen.expect("a kind without texts"))
            }
            "prompt" => {
                let (said, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let said = PromptSaid::ALL.into_iter().find(|it| it.as_str() == said);
                Input::Prompt { said: said.expect("something a prompt says"), text }
            }
            "context" => Input::Context(subject.into()),
            "config" => Input::Configured(Some(config)),
            "no" => Input::Configured(None),
            "answer" => {
                let numbers: Vec<u64> = rest.split(' ').map(|it| it.parse().expect("a number")).collect();
                Input::Answered {
                    batch_id: numbers[0] as u32,
                    status: numbers[1] as u16,
                    retry_after_ms: numbers.get(2).copied(),
                    shed: "",
                }
            }
            other => panic!("unknown step {other}"),
        };
        self.handle(now_ms, input);
    }

    fn handle(&mut self, now_ms: i64, input: Input<'_>) {
        let mut effects = Vec::new();
        self.client.handle(now_ms, input, &mut effects);
        let mut at = 0;
        while at < effects.len() {
            let effect = effects[at].clone();
            at += 1;
            match effect {
                Effect::Load => {
                    let kept = self.kept.clone();
                    if !kept.is_empty() {
                        self.client.handle(now_ms, Input::Kept(&kept), &mut effects);
                    }
                    let stored = self.stored.clone();
                    self.client.handle(now_ms, Input::Stored(stored.as_deref()), &mut effects);
                }
                Effect::DescribePage => self.client.handle(now_ms, Input::Page(self.page.clone()), &mut effects),
                Effect::WakeAt(at_ms) => self.wake_at_ms = at_ms,
                Effect::Store(text) => {
                    if self.shows_stored {
                        self.say(now_ms, &format!("store {text:?}"));
                    }
                    self.stored = Some(text);
                }
                Effect::Remove => {
                    self.stored = None;
                    self.kept.clear();
                    self.say(now_ms, "remove what is stored");
                }
                Effect::FetchConfig => self.say(now_ms, "fetch the config"),
                Effect::Watch { clicks, sightings } => {
                    self.say(now_ms, &format!("watch clicks on {clicks:?}, sightings of {sightings:?}"));
                }
                Effect::Observe(level) => self.say(
                    now_ms,
                    match level {
                        Level::Everything => "observe",
                        Level::Scene => "observe the scene",
                        Level::Nothing => "no longer observe",
                    },
                ),
                Effect::Lease { id, request, is_alone } => {
                    self.lease = id;
                    let Some(request) = request else {
                        self.say(now_ms, "take the place");
                        self.client.handle(now_ms, Input::Leased { id, answer: Leased::Text("") }, &mut effects);
                        continue;
                    };
                    if self.content.is_none() {
                        let granted = LeaseAnswer::Granted {
                            lease: LeaseId::new(format!("l-{id}")),
                            expires_in_ms: 60_000,
                            content: None,
                        };
                        let text = compact::write_lease(&granted);
                        self.client.handle(now_ms, Input::Leased { id, answer: Leased::Text(&text) }, &mut effects);
                        continue;
                    }
                    let body: serde_json::Value = serde_json::from_str(&request.body("key")).expect("valid JSON");
                    let mut said = String::from(if is_alone { "lease alone" } else { "lease" });
                    for key in ["prompt", "kind", "trigger", "page", "sessions", "userId", "accountId"] {
                        if !body[key].is_null() {
                            write!(said, " {key} {}", body[key]).expect("memory");
                        }
                    }
                    self.say(now_ms, &said);
                }
                Effect::Release(request) => {
                    let body: serde_json::Value = serde_json::from_str(&request.body("key")).expect("valid JSON");
                    self.say(now_ms, &format!("release {}", body["lease"]));
                }
                // Every end has one.
                Effect::Unlock => {}
                Effect::Attend => self.say(now_ms, "attend to elements"),
                Effect::Draw(view) => {
                    let view: serde_json::Value = serde_json::from_str(&view).expect("valid JSON");
                    let mut said = format!("draw {} {}", view["surface"].as_str().expect("a surface"), view["survey"]);
                    let (step, answer) = (&view["content"]["steps"][number(&view["step"])], answer(&view));
                    if step.is_null() {
                        write!(said, " tab {}", view["tab"]).expect("memory");
                    } else {
                        let (at, of) = (&view["at"], &view["of"]);
                        write!(said, " {} {} {at}/{of} answer {answer}", step["id"], step["title"][0]).expect("memory");
                        for flag in ["canBack", "canSkip", "isLast", "isResumed"] {
                            if view[flag] == true {
                                write!(said, " {flag}").expect("memory");
                            }
                        }
                    }
                    self.say(now_ms, &said);
                }
                Effect::Undraw(survey) => self.say(now_ms, &format!("undraw {survey}")),
                Effect::Keep(text) => self.kept = text,
                Effect::Inspected(json) => {
                    let json: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
                    self.say(now_ms, &format!("inspected {json}"));
                }
                Effect::Introduced(request) => self.say(now_ms, &format!("introduced {}", request.body("key"))),
                Effect::Prompt { is_open, texts } => {
                    self.say(now_ms, &format!("{} {texts:?}", if is_open { "ask" } else { "hint" }));
                }
                Effect::Retract => self.say(now_ms, "retract"),
                Effect::Send(batch) => {
                    let body: serde_json::Value = serde_json::from_str(&batch.body("key", None)).expect("valid JSON");
                    let messages: Vec<String> =
                        body["batch"].as_array().expect("messages").iter().map(in_short).collect();
                    let how = if batch.keepalive { "" } else { " without keepalive" };
                    let token = body["identityToken"].as_str().map_or(String::new(), |it| format!(" as {it}"));
                    self.say(now_ms, &format!("send {}{how}{token}: {}", batch.id, messages.join(", ")));
                }
                // Told by `send` as well.
                Effect::Persist(_) | Effect::Forget(_) | Effect::Ungather => {}
                Effect::Gather(id) => {
                    let gathered = Input::Gathered { id, records: "", elsewhere: "", is_whole: true };
                    self.client.handle(now_ms, gathered, &mut effects);
                }
                Effect::Emit { topic, detail } => {
                    let detail: serde_json::Value = serde_json::from_str(&detail).expect("valid JSON");
                    match topic.as_str() {
                        "session" => self.say(now_ms, "session"),
                        "ready" => self.say(now_ms, "ready"),
                        topic => self.say(now_ms, &format!("{topic} {detail}")),
                    }
                }
            }
        }
    }

    fn say(&mut self, now_ms: i64, what: &str) {
        writeln!(self.transcript, "{now_ms} {what}").expect("memory");
    }
}

/// `2 track "Sent" u1`: sequence, type, name and what else tells messages apart.
fn in_short(message: &serde_json::Value) -> String {
    let mut text = format!("{} {}", message["context"]["seq"], message["type"].as_str().expect("a type"));
    for key in ["event", "name", "groupId", "previousId", "userId"] {
        if let Some(value) = message[key].as_str().filter(|it| it.len() < 36) {
            write!(text, " {value}").expect("memory");
        }
    }
    let page = &message["context"]["page"];
    if message["type"] == "page" {
        write!(
            text,
            " at {} from {}",
            page["path"].as_str().expect("a path"),
            page["referrer"].as_str().expect("a referrer")
        )
        .expect("memory");
    }
    for key in ["properties", "traits"] {
        if message["type"] != "page" && message[key].as_object().is_some_and(|it| !it.is_empty()) {
            write!(text, " {}", message[key]).expect("memory");
        }
    }
    text
}

pub(crate) fn page(path: &str) -> Page {
    let referrer = if path == "/" { "https://search.test/".into() } else { String::new() };
    Page { url: format!("https://app.test{path}"), path: path.into(), referrer, ..Page::default() }
}

fn milliseconds(time: &str) -> i64 {
    let (number, unit) = time.split_at(time.find(|it: char| it.is_ascii_alphabetic()).expect("a unit"));
    let number: i64 = number.parse().expect("a number");
    match unit {
        "ms" => number,
        "s" => number * 1_000,
        "m" => number * 60_000,
        "h" => number * 3_600_000,
        other => panic!("unknown unit {other}"),
    }
}

fn number(value: &serde_json::Value) -> usize {
    value.as_u64().unwrap_or_default() as usize
}

/// As `sdk/loader/view.js` makes it of what is drawn: choices by position.
fn answer(view: &serde_json::Value) -> serde_json::Value {
    let at = number(&view["step"]);
    let mut answer = view["answers"][at].clone();
    if answer["passed"] == true {
        return serde_json::Value::Null;
    }
    let ids = view["content"]["steps"][at]["ids"].as_array();
    if let (Some(ids), Some(chosen)) = (ids, answer["choices"].as_array()) {
        let position = |id| ids.iter().position(|it| it == id);
        let choices = chosen.iter().map(position).collect::<Vec<_>>();
        let other = answer["other"].as_str().unwrap_or_default();
        answer = serde_json::json!({ "choices": choices, "other": other });
    }
    answer
}
