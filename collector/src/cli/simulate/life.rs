//! One visitor's life with the product: when they come, what they do, when they give up.

use super::World;
use super::actions::{self, Action};
use super::cast::{Account, Person};
use super::hands::{Going, Hands};
use super::random::Random;
use super::respondent::{Moment, Respondent, Traits};
use super::tab::Tab;
use super::tally::Tally;
use super::{server_events, urls, words};
use crate::cli::failure::Failure;
use domain::{AccountId, Scope, UserId};
use jsonwebtoken::{EncodingKey, Header};
use sdk_core::{Call, Page};
use serde_json::{Map, Value, json};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Half of those who take the first, second, … step of a journey do so within this time.
const MEDIAN_DELAYS_MS: [u64; 6] = [2 * MINUTE_MS, 9 * MINUTE_MS, 2 * HOUR_MS, 20 * HOUR_MS, 2 * DAY_MS, 4 * DAY_MS];

/// Of those who took a step, these take the next; times the account's fit.
const GOING_ON: [f64; 6] = [0.97, 0.90, 0.84, 0.82, 0.74, 0.70];

/// Of those in the middle of one journey, these begin the next.
const NEXT_JOURNEY: f64 = 0.75;

/// What a colleague already did for the account is done again by so many.
const AGAIN: f64 = 0.45;

/// A longer pause ends a visit: the tab is closed.
const VISIT_PAUSE_MS: i64 = 25 * 60 * 1_000;

/// Identity tokens live this long, by the real clock.
const TOKEN_LIFE_MS: i64 = 3_600_000;

/// Something planned, at a time.
struct Plan {
    at_ms: i64,
    doing: Doing,
}

enum Doing {
    /// The account is made or joined: from now on the product knows who this is.
    SignUp,
    /// With the milestone that is reached by it, by journey and position.
    Act(Action, Option<(usize, usize)>),
    /// Looks at a page and does nothing.
    Browse(Page),
    /// Tries to do something on a page, and fails.
    Attempt(Page),
}

/// Of those who do not go on, these have tried to.
const TRYING: f64 = 0.6;

/// Of those who try and fail, these are seen to be at a loss; the others just leave.
const AT_A_LOSS: f64 = 0.75;

/// Of those who go on, these had to find out how.
const FINDING_OUT: f64 = 0.04;

/// Of those who only look at a page, these look as if they were lost: customers, and those who have not signed up, who
/// click on anything.
const WANDERING: f64 = 0.006;
const WANDERING_OUTSIDE: f64 = 0.32;

/// Who has nothing more to do for so long goes back to where the product begins.
const LINGERING_MS: i64 = 30 * SECOND_MS as i64;

/// Half of the things done take at most this long on their page.
const MEDIAN_WORK_MS: f64 = 45.0 * SECOND_MS as f64;

/// Plays one visitor from first visit to last.
pub(super) async fn live(world: &World, person: &Person, account: Option<&Account>) -> Result<Tally, Failure> {
    let mut random = Random::of(world.seed, "life", person.number);
    let mut fate = Random::of(world.seed, "fate", person.number);
    let mut plans = match account {
        Some(account) => customer(world, person, account, &mut random, &mut fate),
        None => passer_by(world, person, &mut random),
    };
    plans.retain(|it| it.at_ms < world.until_ms - HOUR_MS as i64);
    let locale = random.weighted(words::LOCALES);
    let hands = Hands::new(Random::of(world.seed, "hands", person.number), locale);
    let respondent = Respondent::new(world, Random::of(world.seed, "surveys", person.number), locale, &person.user_id);
    let (is_known, stored, tally) = (false, None, Tally::default());
    let mut visitor = Visitor { world, person, account, locale, random, hands, respondent, is_known, stored, tally };
    let mut rest = plans.as_slice();
    while let Some((first, _)) = rest.split_first() {
        let mut end = 1;
        let mut last_ms = first.at_ms;
        while let Some(next) = rest.get(end).filter(|it| it.at_ms - last_ms < VISIT_PAUSE_MS) {
            last_ms = next.at_ms;
            end += 1;
        }
        let (visit, later) = rest.split_at(end);
        visitor.visit(visit).await?;
        rest = later;
    }
    Ok(visitor.tally)
}

fn passer_by(world: &World, person: &Person, random: &mut Random) -> Vec<Plan> {
    let mut at_ms = waking(person.arrives_ms, random);
    let mut plans = Vec::new();
    for path in ["/", "/pricing", "/help"].iter().take(random.between(1, 4) as usize) {
        plans.push(Plan { at_ms, doing: Doing::Browse(urls::page(&format!("{}{path}", world.site))) });
        at_ms += random.log_normal(40.0 * SECOND_MS as f64, 0.8) as i64;
    }
    plans
}

/// `fate` has what only those know who are watched for hesitation; it leaves all other draws as they are.
fn customer(world: &World, person: &Person, account: &Account, random: &mut Random, fate: &mut Random) -> Vec<Plan> {
    let mut at_ms = waking(person.arrives_ms, random);
    let mut plans = vec![Plan { at_ms, doing: Doing::Browse(urls::page(&format!("{}/", world.site))) }];
    if random.chance(0.5) {
        at_ms += random.log_normal(45.0 * SECOND_MS as f64, 0.6) as i64;
        plans.push(Plan { at_ms, doing: Doing::Browse(urls::page(&format!("{}/pricing", world.site))) });
    }
    at_ms += random.log_normal(2.0 * MINUTE_MS as f64, 0.7) as i64;
    plans.push(Plan { at_ms, doing: Doing::SignUp });
    at_ms += (2 * SECOND_MS) as i64;
    for (number, journey) in world.definitions.journeys.iter().enumerate() {
        if number > 0 && !random.chance(NEXT_JOURNEY) {
            break;
        }
        let mut step_ms = at_ms;
        for (index, milestone) in journey.milestones.iter().enumerate() {
            let last = GOING_ON.len() - 1;
            let goes_on = (index == 0 && number == 0) || random.chance(GOING_ON[index.min(last)] * account.fit);
            let actions = actions::reaching(milestone, world, random);
            let Some(actions) = actions.as_ref().filter(|_| goes_on) else {
                let delay_ms = fate.log_normal(20.0 * MINUTE_MS as f64, 1.0) as i64;
                let at_ms = waking(step_ms + delay_ms, fate);
                let pages = || actions.iter().flatten().find_map(|(_, it)| world.workplaces.as_ref()?.page_of(it));
                if let Some(page) = pages().filter(|_| fate.chance(TRYING)) {
                    plans.push(Plan { at_ms, doing: Doing::Attempt(page) });
                }
                break;
            };
            if !(index == 0 && number == 0) {
                let median_ms = MEDIAN_DELAYS_MS[index.min(MEDIAN_DELAYS_MS.len() - 1)] as f64;
                step_ms = waking(step_ms + random.log_normal(median_ms, 1.0) as i64, random);
            }
            // The account has it already: not everyone does it again.
            if milestone.scope == Scope::Account && !person.is_founder && !random.chance(AGAIN) {
                continue;
            }
            for (place, (delay_ms, action)) in actions.iter().enumerate() {
                if *delay_ms > 0 {
                    step_ms = waking(step_ms + *delay_ms as i64, random);
                }
                let reached = (place + 1 == actions.len()).then_some((number, index));
                plans.push(Plan { at_ms: step_ms, doing: Doing::Act(action.clone(), reached) });
                step_ms += random.between(2 * SECOND_MS, 20 * SECOND_MS) as i64;
            }
            // The next journey may begin while this one is under way.
            if milestone.is_value {
                at_ms = step_ms;
            }
        }
    }
    for _ in 0..random.between(0, 5) {
        let back_ms = waking(at_ms + random.log_normal(3.0 * DAY_MS as f64, 1.0) as i64, random);
        plans.push(Plan { at_ms: back_ms, doing: Doing::Browse(urls::page(&format!("{}/app", world.site))) });
    }
    // By time; what is planned for the same time keeps its order.
    plans.sort_by_key(|it| it.at_ms);
    plans
}

/// The same time, or the next morning: people sleep.
fn waking(at_ms: i64, random: &mut Random) -> i64 {
    let of_day_ms = at_ms.rem_euclid(DAY_MS as i64);
    let morning_ms = (6 * HOUR_MS) as i64;
    if (morning_ms..(21 * HOUR_MS) as i64).contains(&of_day_ms) {
        return at_ms;
    }
    let midnight_ms = at_ms - of_day_ms + if of_day_ms < morning_ms { 0 } else { DAY_MS as i64 };
    midnight_ms + morning_ms + random.between(0, 4 * HOUR_MS) as i64
}

struct Visitor<'w> {
    world: &'w World,
    person: &'w Person,
    account: Option<&'w Account>,
    locale: &'static str,
    random: Random,
    hands: Hands,
    respondent: Respondent<'w>,
    /// Has signed up.
    is_known: bool,
    /// What the browser keeps between visits.
    stored: Option<String>,
    tally: Tally,
}

impl Visitor<'_> {
    async fn visit(&mut self, plans: &[Plan]) -> Result<(), Failure> {
        let Some(first) = plans.first() else { return Ok(()) };
        let mut landing = match &first.doing {
            Doing::Browse(page) | Doing::Attempt(page) => page.clone(),
            Doing::SignUp | Doing::Act(..) => urls::page(&format!("{}/app", self.world.site)),
        };
        if self.stored.is_none() {
            landing.referrer = self.random.weighted(words::SOURCES).to_owned();
        }
        let (seed, stored) = (self.random.wide_bits(), self.stored.take());
        let mut tab = Tab::open(self.world, seed, self.locale, first.at_ms, landing, stored).await?;
        let is_landing = matches!(first.doing, Doing::Browse(_));
        self.respondent.arrive(first.at_ms);
        self.meet(&mut tab, &Moment::Page).await?;
        for plan in plans.iter().skip(usize::from(is_landing)) {
            self.lead_up(&mut tab, plan).await?;
            tab.wait_until(plan.at_ms).await?;
            match &plan.doing {
                Doing::Browse(page) => {
                    tab.go(page.clone()).await?;
                    self.meet(&mut tab, &Moment::Page).await?;
                }
                Doing::SignUp => self.sign_up(&mut tab).await?,
                Doing::Act(action, reached) => {
                    self.act(&mut tab, action).await?;
                    if let Some(milestone) = reached {
                        self.respondent.reach(*milestone, tab.now_ms());
                    }
                    self.meet(&mut tab, &Moment::Act(action)).await?;
                    if let Some(milestone) = reached {
                        self.meet(&mut tab, &Moment::Reached(*milestone)).await?;
                    }
                }
                Doing::Attempt(page) => self.attempt(&mut tab, page).await?,
            }
        }
        let stay_ms = self.random.log_normal(40.0 * SECOND_MS as f64, 0.8) as i64;
        let leave_ms = tab.now_ms() + stay_ms.min(VISIT_PAUSE_MS);
        let going = self.looking_around();
        self.hands.spend(&mut tab, leave_ms, going).await?;
        tab.wait_until(leave_ms).await?;
        self.meet(&mut tab, &Moment::Stayed(stay_ms.max(0) as u64)).await?;
        let (stored, tally) = tab.close().await?;
        self.stored = stored;
        self.tally.add(&tally);
        Ok(())
    }

    /// The time before something is done: first where one is, then on the page where it is done.
    async fn lead_up(&mut self, tab: &mut Tab<'_>, plan: &Plan) -> Result<(), Failure> {
        let Some(workplaces) = &self.world.workplaces else { return Ok(()) };
        let page = match &plan.doing {
            Doing::SignUp => Some(urls::page(&format!("{}/signup", self.world.site))),
            Doing::Act(action, _) => workplaces.page_of(action),
            Doing::Browse(_) | Doing::Attempt(_) => None,
        };
        let work_ms = page.as_ref().map_or(0, |_| self.hands.random.log_normal(MEDIAN_WORK_MS, 0.6) as i64);
        // What is done is done: most products then lead back to where one began.
        let is_done = self.is_known && !tab.page().path.starts_with("/app");
        if is_done && plan.at_ms - work_ms - tab.now_ms() > LINGERING_MS {
            tab.go(urls::page(&format!("{}/app", self.world.site))).await?;
        }
        let going = self.looking_around();
        self.hands.spend(tab, plan.at_ms - work_ms, going).await?;
        let Some(page) = page else { return Ok(()) };
        if page.path != tab.page().path {
            tab.go(page).await?;
        }
        let going = if self.hands.random.chance(FINDING_OUT) { Going::Badly } else { Going::Well };
        self.hands.spend(tab, plan.at_ms, going).await
    }

    /// What happened may bring up a survey.
    async fn meet(&mut self, tab: &mut Tab<'_>, moment: &Moment<'_>) -> Result<(), Failure> {
        if self.world.surveys.is_empty() {
            return Ok(());
        }
        let known = |traits: Option<&Map<String, Value>>| traits.filter(|_| self.is_known).cloned().unwrap_or_default();
        let traits = Traits::new(known(Some(&self.person.traits)), known(self.account.map(|it| &it.traits)));
        self.respondent.meet(tab, moment, &traits).await
    }

    async fn attempt(&mut self, tab: &mut Tab<'_>, page: &Page) -> Result<(), Failure> {
        if page.path != tab.page().path {
            tab.go(page.clone()).await?;
        }
        let going = if self.hands.random.chance(AT_A_LOSS) { Going::Badly } else { Going::Well };
        let until_ms = tab.now_ms() + self.hands.random.log_normal(1.5 * MEDIAN_WORK_MS, 0.4) as i64;
        self.hands.spend(tab, until_ms, going).await
    }

    fn looking_around(&mut self) -> Going {
        let wandering = if self.is_known { WANDERING } else { WANDERING_OUTSIDE };
        if self.hands.random.chance(wandering) { Going::Idly } else { Going::Well }
    }

    async fn sign_up(&mut self, tab: &mut Tab<'_>) -> Result<(), Failure> {
        let page = urls::page(&format!("{}/signup", self.world.site));
        if page.path != tab.page().path {
            tab.go(page).await?;
        }
        tab.call(self.identify(&self.person.traits)).await?;
        self.is_known = true;
        match self.account {
            Some(account) => tab.call(group(account, &account.traits)).await,
            None => Ok(()),
        }
    }

    async fn act(&mut self, tab: &mut Tab<'_>, action: &Action) -> Result<(), Failure> {
        match action {
            Action::Track { name, properties } => tab.call(Call::track(name.as_str(), text(properties))).await,
            Action::Server { name, properties } => {
                let (world, person) = (self.world, self.person);
                let sent = server_events::send(world, person, name, properties, tab.now_ms(), &mut self.random).await?;
                self.tally.add(&sent);
                Ok(())
            }
            Action::Visit { page, properties } => {
                tab.go(page.clone()).await?;
                if properties.is_empty() {
                    return Ok(());
                }
                tab.call(Call::page(None, text(properties))).await
            }
            Action::Click { selector } => tab.click(selector).await,
            Action::See { selector } => tab.look_at(selector).await,
            Action::UserTraits(traits) => tab.call(self.identify(traits)).await,
            Action::AccountTraits(traits) => match self.account {
                Some(account) => tab.call(group(account, traits)).await,
                None => Ok(()),
            },
            Action::Milestone(id) => tab.call(Call::milestone(id.clone())).await,
        }
    }

    fn identify(&self, traits: &Map<String, Value>) -> Call {
        Call::identify(Some(UserId::new(self.person.user_id.as_str())), text(traits)).with_token(self.token())
    }

    /// What the vendor's server would hand its page, where it has a secret to sign with.
    fn token(&self) -> Option<String> {
        let secret = self.world.identity_secret.as_ref()?;
        let claims = json!({ "sub": self.person.user_id, "exp": (self.world.now_ms + TOKEN_LIFE_MS) / 1_000 });
        let key = EncodingKey::from_secret(secret.expose().as_bytes());
        jsonwebtoken::encode(&Header::default(), &claims, &key).ok()
    }
}

fn group(account: &Account, traits: &Map<String, Value>) -> Call {
    Call::group(AccountId::new(account.id.as_str()), text(traits))
}

fn text(object: &Map<String, Value>) -> String {
    serde_json::to_string(object).unwrap_or_default()
}
