SELECT anonymous, user, account, prompt, kind, cause, page, reasons, grounds, first_ms, last_ms, times
FROM withheld
WHERE seq IN (
    SELECT seq FROM withheld WHERE user IN (SELECT value FROM json_each(?1))
    UNION ALL
    SELECT seq FROM withheld WHERE anonymous IN (SELECT value FROM json_each(?2))
)
ORDER BY last_ms DESC, seq DESC
LIMIT ?3
