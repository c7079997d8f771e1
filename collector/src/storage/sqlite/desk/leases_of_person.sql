SELECT id, anonymous, user, account, session, prompt, kind, cause, page, language, granted_ms, released_ms, shown_ms,
       answered_ms, completed_ms, dismissed_ms, dismissed_how, over_ms, latest_ms, asks_nps
FROM lease
WHERE seq IN (
    SELECT seq FROM lease WHERE user IN (SELECT value FROM json_each(?1))
    UNION ALL
    SELECT seq FROM lease WHERE anonymous IN (SELECT value FROM json_each(?2))
)
ORDER BY granted_ms DESC, seq DESC
LIMIT ?3
