//! The ledger in the desk's file.

use super::super::residue;
use super::SqliteDesk;
use super::held::BUSY_TIMEOUT;
use crate::prompts::{Colleague, Decision, Ground, History};
use crate::storage::ledger::{
    Decide, Forgotten, KeptLease, Leased, Ledger, Muted, Person, PromptLease, Told, What, Wish, Withheld,
};
use crate::storage::{Answering, StorageError};
use domain::{LeaseId, PromptKind, Reasons};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use std::time::Instant;

/// Equal denials within this are one row.
const SAME_DENIAL_MS: i64 = 3_600_000;

/// Rows of one person that a decision looks at: years of prompts.
const PAST: usize = 1_000;

/// Rows of one account that a decision looks at; a budget allows a handful in its window, hints come on top.
const COLLEAGUES: usize = 5_000;

/// Denials kept of one browser: more than anybody reads.
const DENIALS_OF_BROWSER: i64 = 500;

impl Ledger for SqliteDesk {
    fn lease(&self, wish: Wish, decide: Decide) -> Answering<'_, Leased> {
        self.ask(move |desk| {
            adopt(desk, &wish)?;
            let leases = leases(desk, &wish.person, PAST)?;
            match decide(&history(desk, &wish, &leases)?) {
                Decision::Denied(grounds) => {
                    deny(desk, &wish, &grounds)?;
                    Ok(Leased::Denied(grounds))
                }
                Decision::Granted => match open_already(&wish, &leases) {
                    Some(lease) => Ok(Leased::Granted(lease)),
                    None => {
                        grant(desk, &wish)?;
                        Ok(Leased::Granted(wish.lease))
                    }
                },
            }
        })
    }

    fn give_back(&self, lease: LeaseId, anonymous: String, at_ms: i64) -> Answering<'_, bool> {
        self.ask(move |desk| {
            let given_back = desk
                .prepare_cached(
                    "UPDATE lease SET released_ms = ?3, over_ms = ?3, latest_ms = ?3
                     WHERE id = ?1 AND anonymous = ?2 AND released_ms IS NULL AND shown_ms IS NULL",
                )?
                .execute(params![lease.as_str(), anonymous, at_ms])?;
            Ok(given_back > 0)
        })
    }

    fn tell(&self, told: Vec<Told>) -> Answering<'_, ()> {
        self.ask(move |desk| told.iter().try_for_each(|it| tell(desk, it)))
    }

    fn told_until(&self) -> Answering<'_, i64> {
        self.ask(|desk| desk.query_row("SELECT position FROM told", [], |row| row.get(0)))
    }

    fn set_told_until(&self, position: i64) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute("UPDATE told SET position = ?1", [position])?;
            Ok(())
        })
    }

    fn mute(&self, person: Person, muted: Muted) -> Answering<'_, ()> {
        self.ask(move |desk| {
            for (anonymous, id) in named(&person) {
                set_mute(desk, anonymous, id, muted)?;
            }
            Ok(())
        })
    }

    fn muted(&self, person: Person) -> Answering<'_, Muted> {
        self.ask(move |desk| muted(desk, &person))
    }

    fn leases(&self, person: Person, limit: usize) -> Answering<'_, Vec<KeptLease>> {
        self.ask(move |desk| leases(desk, &person, limit))
    }

    fn denials(&self, person: Person, limit: usize) -> Answering<'_, Vec<Withheld>> {
        self.ask(move |desk| {
            let mut statement = desk.prepare_cached(include_str!("denials_of_person.sql"))?;
            let (users, anonymous) = lists(&person);
            let found = statement.query_map(params![users, anonymous, sql_limit(limit)], withheld)?;
            found.collect()
        })
    }

    fn completed(&self, prompt: String) -> Answering<'_, u64> {
        self.ask(move |desk| completed(desk, &prompt))
    }

    fn leases_of_prompt(
        &self,
        prompt: String,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
    ) -> Answering<'_, Vec<PromptLease>> {
        self.ask(move |desk| {
            let find = "SELECT id, anonymous, user, granted_ms FROM lease
                WHERE prompt = ?1 AND granted_ms >= ?2 AND granted_ms < ?3 ORDER BY granted_ms DESC, seq DESC";
            let mut statement = desk.prepare_cached(find)?;
            let range = params![prompt, since_ms.unwrap_or(i64::MIN), until_ms.unwrap_or(i64::MAX)];
            let leases = statement.query_map(range, |row| {
                Ok(PromptLease {
                    lease: LeaseId::new(row.get::<_, String>(0)?),
                    anonymous: row.get(1)?,
                    user: row.get(2)?,
                    granted_ms: row.get(3)?,
                })
            })?;
            leases.collect()
        })
    }

    fn leases_of_account(
        &self,
        account: String,
        since_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Answering<'_, Vec<KeptLease>> {
        self.ask(move |desk| leases_of_account(desk, &account, since_ms, until_ms, limit))
    }

    fn forget(&self, person: Person) -> Answering<'_, Forgotten> {
        let forgotten = self.ask(move |desk| forget(desk, &person));
        let emptied = self.work(|held| held.work(|desk| Ok(leave_nothing(desk)))?);
        Box::pin(async move {
            let forgotten = forgotten.await?;
            emptied.await?;
            Ok(forgotten)
        })
    }

    fn prune(&self, before_ms: i64) -> Answering<'_, ()> {
        self.ask(move |desk| {
            desk.execute("DELETE FROM withheld WHERE last_ms < ?1", [before_ms])?;
            desk.execute(
                "DELETE FROM lease WHERE granted_ms < ?1 AND completed_ms IS NULL AND answered_ms IS NULL
                 AND (released_ms IS NOT NULL OR kind IN ('inline', 'tab', 'hint') AND dismissed_ms IS NULL)",
                [before_ms],
            )?;
            Ok(())
        })
    }
}

/// What nobody had said who it was becomes the user's.
fn adopt(desk: &Connection, wish: &Wish) -> rusqlite::Result<()> {
    let Some(user) = &wish.user else { return Ok(()) };
    for table in ["lease", "withheld"] {
        desk.prepare_cached(&format!("UPDATE {table} SET user = ?1 WHERE anonymous = ?2 AND user IS NULL"))?
            .execute(params![user, wish.anonymous])?;
    }
    Ok(())
}

fn history(desk: &Connection, wish: &Wish, leases: &[KeptLease]) -> rusqlite::Result<History> {
    let past = leases.iter().rev().filter(|it| it.released_ms.is_none());
    let past = past.map(|it| it.past(wish.account.as_deref())).collect();
    let mut colleagues = Vec::new();
    if let Some(account) = wish.account.as_deref().filter(|_| wish.kind.interrupts()) {
        for lease in leases_of_account(desk, account, wish.colleagues_since_ms, i64::MAX, COLLEAGUES)? {
            if !lease.is_of(&wish.person) && lease.past(None).counts(wish.at_ms) {
                let (at_ms, person) = (lease.granted_ms, lease.user.unwrap_or(lease.anonymous));
                colleagues.push(Colleague { person, at_ms });
            }
        }
    }
    let muted = muted(desk, &wish.person)?;
    Ok(History {
        past,
        colleagues,
        muted_until_ms: muted.until_ms,
        declined: muted.declined,
        completed: completed(desk, &wish.prompt)?,
    })
}

fn completed(desk: &Connection, prompt: &str) -> rusqlite::Result<u64> {
    let find = "SELECT responses FROM completed WHERE prompt = ?1";
    let found: Option<i64> = desk.prepare_cached(find)?.query_row([prompt], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(0).unsigned_abs())
}

/// A survey in the page or behind the tab goes on under its lease, however often the page is loaded.
fn open_already(wish: &Wish, leases: &[KeptLease]) -> Option<LeaseId> {
    let is_open = |it: &&KeptLease| {
        it.prompt == wish.prompt && it.kind == wish.kind && it.anonymous == wish.anonymous && it.over_ms.is_none()
    };
    leases.iter().find(is_open).filter(|_| !wish.kind.interrupts()).map(|it| it.lease.clone())
}

fn grant(desk: &Connection, wish: &Wish) -> rusqlite::Result<()> {
    desk.prepare_cached(
        "INSERT INTO lease (id, anonymous, user, account, session, prompt, kind, cause, page, language, asks_nps,
                            granted_ms, latest_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12)",
    )?
    .execute(params![
        wish.lease.as_str(),
        wish.anonymous,
        wish.user,
        wish.account,
        wish.session,
        wish.prompt,
        wish.kind.as_str(),
        wish.trigger,
        wish.page,
        wish.language,
        wish.asks_nps,
        wish.at_ms,
    ])?;
    Ok(())
}

fn deny(desk: &Connection, wish: &Wish, grounds: &[Ground]) -> rusqlite::Result<()> {
    let reasons = Ground::reasons(grounds).bits() as i64;
    let before: Option<(i64, i64, i64, String)> = desk
        .prepare_cached(
            "SELECT seq, reasons, first_ms, kind FROM withheld WHERE anonymous = ?1 AND prompt = ?2
             ORDER BY last_ms DESC LIMIT 1",
        )?
        .query_row(params![wish.anonymous, wish.prompt], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let is_same = |it: &(i64, i64, i64, String)| {
        it.1 == reasons && wish.at_ms - it.2 < SAME_DENIAL_MS && it.3 == wish.kind.as_str()
    };
    if let Some((seq, ..)) = before.filter(is_same) {
        desk.prepare_cached("UPDATE withheld SET times = times + 1, last_ms = max(last_ms, ?2) WHERE seq = ?1")?
            .execute([seq, wish.at_ms])?;
        return Ok(());
    }
    desk.prepare_cached(
        "INSERT INTO withheld (anonymous, user, account, prompt, kind, cause, page, reasons, grounds, first_ms, last_ms,
                               times)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, 1)",
    )?
    .execute(params![
        wish.anonymous,
        wish.user,
        wish.account,
        wish.prompt,
        wish.kind.as_str(),
        wish.trigger,
        wish.page,
        reasons,
        serde_json::to_string(grounds).unwrap_or_default(),
        wish.at_ms,
    ])?;
    desk.prepare_cached(
        "DELETE FROM withheld WHERE anonymous = ?1 AND last_ms <= (
             SELECT last_ms FROM withheld WHERE anonymous = ?1 ORDER BY last_ms DESC LIMIT 1 OFFSET ?2)",
    )?
    .execute(params![wish.anonymous, DENIALS_OF_BROWSER])?;
    Ok(())
}

fn tell(desk: &Connection, told: &Told) -> rusqlite::Result<()> {
    let found: Option<(String, Option<String>, String, bool)> = desk
        .prepare_cached("SELECT anonymous, user, prompt, completed_ms IS NOT NULL FROM lease WHERE id = ?1")?
        .query_row([told.lease.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let Some((anonymous, user, prompt, was_completed)) = found else { return Ok(()) };
    // Whatever is told of it, it was shown: a lease given back counts again then.
    let set = match &told.what {
        What::Shown => "",
        What::Asked => ", kind = CASE kind WHEN 'hint' THEN 'question' ELSE kind END",
        What::Answered => ", answered_ms = min(coalesce(answered_ms, ?2), ?2)",
        What::Completed => {
            ", completed_ms = min(coalesce(completed_ms, ?2), ?2), over_ms = min(coalesce(over_ms, ?2), ?2)"
        }
        What::Dismissed(_) => {
            ", dismissed_ms = min(coalesce(dismissed_ms, ?2), ?2), over_ms = min(coalesce(over_ms, ?2), ?2),
             dismissed_how = coalesce(dismissed_how, ?3)"
        }
        What::TimedOut => ", over_ms = min(coalesce(over_ms, ?2), ?2)",
    };
    let how = match &told.what {
        What::Dismissed(how) => Some(how.as_str()),
        _ => None,
    };
    let update = format!(
        "UPDATE lease SET released_ms = NULL, shown_ms = min(coalesce(shown_ms, ?2), ?2),
                over_ms = CASE WHEN released_ms IS NULL THEN over_ms END, latest_ms = max(latest_ms, ?2){set}
         WHERE id = ?1 AND ?3 IS ?3"
    );
    desk.prepare_cached(&update)?.execute(params![told.lease.as_str(), told.at_ms, how])?;
    if told.what == What::Completed && !was_completed {
        desk.prepare_cached(
            "INSERT INTO completed (prompt, responses) VALUES (?1, 1)
             ON CONFLICT (prompt) DO UPDATE SET responses = responses + 1",
        )?
        .execute([&prompt])?;
    }
    if how == Some("never") {
        let ids = [(true, Some(&anonymous)), (false, user.as_ref())];
        for (is_anonymous, id) in ids.into_iter().filter_map(|(kind, id)| Some((kind, id?))) {
            decline(desk, is_anonymous, id, told.at_ms)?;
        }
    }
    Ok(())
}

/// A word that was taken back later is not heard again when messages are told anew.
fn decline(desk: &Connection, is_anonymous: bool, id: &str, at_ms: i64) -> rusqlite::Result<()> {
    desk.prepare_cached(
        "INSERT INTO mute (anonymous, id, until_ms, declined, undone_ms) VALUES (?1, ?2, NULL, 1, 0)
         ON CONFLICT (id, anonymous) DO UPDATE SET declined = 1 WHERE undone_ms < ?3",
    )?
    .execute(params![is_anonymous, id, at_ms])?;
    Ok(())
}

fn set_mute(desk: &Connection, is_anonymous: bool, id: &str, muted: Muted) -> rusqlite::Result<()> {
    desk.prepare_cached(
        "INSERT INTO mute (anonymous, id, until_ms, declined, undone_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id, anonymous)
         DO UPDATE SET until_ms = ?3, declined = ?4, undone_ms = max(undone_ms, excluded.undone_ms)",
    )?
    .execute(params![is_anonymous, id, muted.until_ms, muted.declined, muted.undone_ms])?;
    Ok(())
}

fn muted(desk: &Connection, person: &Person) -> rusqlite::Result<Muted> {
    let (users, anonymous) = lists(person);
    desk.prepare_cached(
        "SELECT max(until_ms), coalesce(max(declined), 0), coalesce(max(undone_ms), 0) FROM mute
         WHERE anonymous = 0 AND id IN (SELECT value FROM json_each(?1))
            OR anonymous = 1 AND id IN (SELECT value FROM json_each(?2))",
    )?
    .query_row(params![users, anonymous], |row| {
        Ok(Muted { until_ms: row.get(0)?, declined: row.get(1)?, undone_ms: row.get(2)? })
    })
}

fn leases(desk: &Connection, person: &Person, limit: usize) -> rusqlite::Result<Vec<KeptLease>> {
    let (users, anonymous) = lists(person);
    let mut statement = desk.prepare_cached(include_str!("leases_of_person.sql"))?;
    let found = statement.query_map(params![users, anonymous, sql_limit(limit)], kept)?;
    found.collect()
}

fn leases_of_account(
    desk: &Connection,
    account: &str,
    since_ms: i64,
    until_ms: i64,
    limit: usize,
) -> rusqlite::Result<Vec<KeptLease>> {
    let mut statement = desk.prepare_cached(include_str!("leases_of_account.sql"))?;
    let found = statement.query_map(params![account, since_ms, until_ms, sql_limit(limit)], kept)?;
    found.collect()
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptLease> {
    Ok(KeptLease {
        lease: LeaseId::new(row.get::<_, String>(0)?),
        anonymous: row.get(1)?,
        user: row.get(2)?,
        account: row.get(3)?,
        session: row.get(4)?,
        prompt: row.get(5)?,
        kind: kind(&row.get::<_, String>(6)?),
        trigger: row.get(7)?,
        page: row.get(8)?,
        language: row.get(9)?,
        granted_ms: row.get(10)?,
        released_ms: row.get(11)?,
        shown_ms: row.get(12)?,
        answered_ms: row.get(13)?,
        completed_ms: row.get(14)?,
        dismissed_ms: row.get(15)?,
        dismissed_how: row.get(16)?,
        over_ms: row.get(17)?,
        latest_ms: row.get(18)?,
        asks_nps: row.get(19)?,
    })
}

fn withheld(row: &Row<'_>) -> rusqlite::Result<Withheld> {
    Ok(Withheld {
        anonymous: row.get(0)?,
        user: row.get(1)?,
        account: row.get(2)?,
        prompt: row.get(3)?,
        kind: kind(&row.get::<_, String>(4)?),
        trigger: row.get(5)?,
        page: row.get(6)?,
        reasons: Reasons::from_bits(row.get::<_, i64>(7)?.unsigned_abs()),
        grounds: serde_json::from_str(&row.get::<_, String>(8)?).unwrap_or_default(),
        first_ms: row.get(9)?,
        last_ms: row.get(10)?,
        times: row.get::<_, i64>(11)?.unsigned_abs(),
    })
}

/// What cannot be read counts as the kind that is held to most.
fn kind(text: &str) -> PromptKind {
    PromptKind::parse(text).unwrap_or(PromptKind::Popover)
}

fn forget(desk: &Connection, person: &Person) -> rusqlite::Result<Forgotten> {
    let (users, anonymous) = lists(person);
    let delete = |table: &str| {
        desk.execute(
            &format!(
                "DELETE FROM {table} WHERE user IN (SELECT value FROM json_each(?1))
                 OR anonymous IN (SELECT value FROM json_each(?2))"
            ),
            params![users, anonymous],
        )
    };
    let (leases, denials) = (delete("lease")? as u64, delete("withheld")? as u64);
    let mut mutes = 0;
    for (is_anonymous, id) in named(person) {
        mutes += desk.execute("DELETE FROM mute WHERE id = ?1 AND anonymous = ?2", params![id, is_anonymous])? as u64;
    }
    Ok(Forgotten { leases, denials, mutes })
}

/// Moves all that was written into the file proper, cuts the log to nothing once nobody reads it any more, and
/// cleans the free space of pages.
fn leave_nothing(desk: &Connection) -> Result<(), StorageError> {
    let started = Instant::now();
    loop {
        let busy: i64 = desk.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            break;
        }
        if started.elapsed() > BUSY_TIMEOUT {
            return Err(StorageError::Busy);
        }
    }
    let path = Path::new(desk.path().unwrap_or_default());
    // Nobody else may write meanwhile.
    desk.execute_batch("BEGIN IMMEDIATE")?;
    let cleaned = residue::find(path).and_then(|found| residue::clean(path, &found));
    desk.execute_batch("COMMIT; PRAGMA shrink_memory")?;
    cleaned.map_err(|error| StorageError::Failed(format!("cannot clean {}: {error}", path.display())))
}

fn named(person: &Person) -> impl Iterator<Item = (bool, &String)> {
    person.users.iter().map(|it| (false, it)).chain(person.anonymous.iter().map(|it| (true, it)))
}

/// As JSON, which `json_each` reads.
fn lists(person: &Person) -> (String, String) {
    let list = |ids: &[String]| serde_json::to_string(ids).unwrap_or_else(|_| "[]".to_owned());
    (list(&person.users), list(&person.anonymous))
}

fn sql_limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
