SELECT id, anonymous, user, account, session, prompt, kind, cause, page, language, granted_ms, released_ms, shown_ms,
       answered_ms, completed_ms, dismissed_ms, dismissed_how, over_ms, latest_ms, asks_nps
FROM lease
WHERE account = ?1 AND granted_ms >= ?2 AND granted_ms < ?3 AND released_ms IS NULL
  AND (kind IN ('popover', 'question') OR kind = 'hint' AND over_ms IS NULL)
ORDER BY granted_ms DESC, seq DESC
LIMIT ?4
