//! A rule cut down to verdicts, so that history can be held against it without looking inside messages again.
//!
//! What a part of a rule says to one message depends on that message alone. Those verdicts are taken once
//! ([`Abridged::verdicts`]) and kept; over them runs the same [`RuleProgress`] as in the browser, with a rule in which
//! every part is replaced by one that looks at its verdict.

use domain::{Condition, Fact, Kind, Lookup, NoProperties, Operator, Rule, RuleProgress, Scalar, Scope, Source, Value};

/// A rule, and the rule over verdicts that fires where it does.
#[derive(Clone, Debug)]
pub(super) struct Abridged {
    text: String,
    original: Rule,
    rule: Rule,
}

/// One verdict a byte. Of an event, page, click or sighting: fires or not. Of a condition on a trait: how it stands.
const NO: u8 = 0;
const YES: u8 = 1;
/// The message names the trait, and the condition does not hold.
const UNMET: u8 = 2;

impl Abridged {
    pub(super) fn new(rule: &Rule) -> Self {
        let mut next = 0;
        Self { text: domain::compact::write_rule(rule), original: rule.clone(), rule: abridge(rule, &mut next) }
    }

    /// The rule in the compact form.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether any part looks inside messages of this kind and name.
    pub(super) fn needs_body(&self, kind: Kind, name: &str) -> bool {
        super::interest::interests([&self.original])
            .iter()
            .any(|it| it.kind == kind && it.name == name && it.needs_body)
    }

    /// The verdicts on every message of this kind and name, where all get the same.
    pub(super) fn verdicts_on_all(&self, kind: Kind, name: &str) -> Option<Vec<u8>> {
        let mut is_same = !self.needs_body(kind, name);
        self.original.visit(&mut |rule| {
            if let Rule::Event { name: wanted, source: Source::Server, .. } = rule {
                is_same &= kind != Kind::Track || wanted != name;
            }
        });
        let fact = Fact { at_ms: 0, kind, name, url: "", from_server: false, properties: &NoProperties };
        let mut verdicts = Vec::new();
        self.verdicts(&fact, &mut verdicts);
        is_same.then_some(verdicts)
    }

    pub(super) fn is_single_message(&self) -> bool {
        self.original.is_single_message()
    }

    /// Writes what each part says to a message.
    pub(super) fn verdicts(&self, fact: &Fact<'_>, out: &mut Vec<u8>) {
        self.original.visit(&mut |rule| match rule {
            Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } => {
                out.push(if RuleProgress::new(rule).observe(rule, fact) { YES } else { NO });
            }
            Rule::Trait { of, conditions } => {
                let speaks = fact.kind == if *of == Scope::User { Kind::Identify } else { Kind::Group };
                out.extend(conditions.iter().map(|it| match speaks && it.touched_by(fact.properties) {
                    true if it.holds(fact.properties) => YES,
                    true => UNMET,
                    false => NO,
                }));
            }
            Rule::Count { .. } | Rule::All(_) | Rule::Any(_) | Rule::Not(_) => {}
        });
    }

    /// For the messages of one actor.
    pub(super) fn progress(&self) -> RuleProgress {
        RuleProgress::new(&self.rule)
    }

    /// Takes the verdicts on the next message, and says whether the rule fires at it.
    pub(super) fn observe(&self, progress: &mut RuleProgress, kind: Kind, at_ms: i64, verdicts: &[u8]) -> bool {
        // Traits speak in messages of their own kinds; every other part looks at its verdict in a `track`.
        let kind = if matches!(kind, Kind::Identify | Kind::Group) { kind } else { Kind::Track };
        let fact = Fact { at_ms, kind, name: "", url: "", from_server: false, properties: &Verdicts(verdicts) };
        progress.observe(&self.rule, &fact)
    }
}

/// Replaces what looks at a message by what looks at the verdicts from `next` on.
fn abridge(rule: &Rule, next: &mut usize) -> Rule {
    let mut path = || {
        *next += 1;
        vec![(*next - 1).to_string()]
    };
    match rule {
        Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } => {
            let fires = Condition { path: path(), operator: Operator::Eq, values: vec![Value::Bool(true)] };
            Rule::Event { name: String::new(), conditions: vec![fires], source: Source::Any }
        }
        Rule::Trait { of, conditions } => {
            // What is met while nothing is known stays so: `ne` also holds when the value is absent.
            let condition = |it: &Condition| match it.holds(&NoProperties) {
                true => Condition { path: path(), operator: Operator::Ne, values: vec![Value::Bool(false)] },
                false => Condition { path: path(), operator: Operator::Eq, values: vec![Value::Bool(true)] },
            };
            Rule::Trait { of: *of, conditions: conditions.iter().map(condition).collect() }
        }
        Rule::Count { at_least, within_ms, rule } => {
            Rule::Count { at_least: *at_least, within_ms: *within_ms, rule: Box::new(abridge(rule, next)) }
        }
        Rule::All(rules) => Rule::All(rules.iter().map(|it| abridge(it, next)).collect()),
        Rule::Any(rules) => Rule::Any(rules.iter().map(|it| abridge(it, next)).collect()),
        Rule::Not(rule) => Rule::Not(Box::new(abridge(rule, next))),
    }
}

struct Verdicts<'a>(&'a [u8]);

impl Lookup for Verdicts<'_> {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let index: usize = path.first()?.parse().ok()?;
        match *self.0.get(index)? {
            NO => None,
            verdict => Some(Scalar::Bool(verdict == YES)),
        }
    }
}
