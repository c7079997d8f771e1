//! A limit on everything that comes from outside, each with its why.

/// One message as JSON; Segment's limit, so no Segment client is surprised.
pub const MESSAGE_BYTES: usize = 32 * 1024;

/// One request body after decompression; Segment's limit.
pub const BATCH_BYTES: usize = 500 * 1024;

/// Messages in one request; Segment's limit.
pub const BATCH_MESSAGES: usize = 2_500;

/// Any id, event name or page name: long enough for every known client, short enough to index.
pub const ID_BYTES: usize = 512;

/// Nesting of a message: honest data stays below ten, stack exhaustion starts far above.
pub const MESSAGE_DEPTH: usize = 32;

/// Milestones in one journey: ClickHouse's `windowFunnel` stops at 32 as well.
pub const JOURNEY_MILESTONES: usize = 32;

/// Journeys in one project: the whole config must stay small enough to ship to every page.
pub const JOURNEYS: usize = 64;

/// Nesting of a rule: deeper ones cannot be read by a person either.
pub const RULE_DEPTH: usize = 8;

/// Children of one `all` or `any`, conditions of one rule, values of one `in`.
pub const RULE_WIDTH: usize = 64;

/// The largest `count`: progress keeps one time per counted message.
pub const COUNT: u32 = 1_000;

/// Page patterns in `[hesitation]`: each is held against each URL.
pub const PAGE_PATTERNS: usize = 200;

/// Help links: one page offers a few.
pub const HELP_LINKS: usize = 200;

/// Steps of one page: eight characters each, of the kilobyte a page may have.
pub const STEPS: usize = 16;

/// Rows of what is normal: at most a kilobyte a page, and at most as much as a picture in all.
pub const BASELINES: usize = 200;

/// Characters of one text of a prompt: it is read at a glance, on a phone.
pub const PROMPT_TEXT: usize = 160;

/// Surveys in one project: each is held against each message of each page.
pub const SURVEYS: usize = 100;

/// Screens of one survey: nobody answers more than a handful.
pub const SURVEY_STEPS: usize = 40;

/// Choices of one step: more want a search field.
pub const CHOICES: usize = 40;

/// Things that bring one survey up.
pub const TRIGGERS: usize = 16;

/// Languages of one survey: as many as there are products in so many.
pub const LANGUAGES: usize = 64;

/// Plain texts and filled-in values of one text.
pub const TEXT_PARTS: usize = 64;

/// CLDR knows six categories: <https://cldr.unicode.org/index/cldr-spec/plural-rules>
pub const PLURAL_FORMS: usize = 6;

/// Characters of the title of a step, of a choice, of a button: see [`PROMPT_TEXT`]. A text below the title may be longer.
pub const SURVEY_TEXT: usize = 600;

/// Characters that somebody may write as one answer; at most four bytes each, so that it fits into a message.
pub const ANSWER_TEXT: usize = 4_000;
