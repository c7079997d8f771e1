WITH counted AS (
    SELECT day, source, stored, duplicate, late, bot, dropped, clients, ended, 0 AS busy, expected, missing
    FROM delivery
    WHERE day >= ?1 AND day < ?2
    UNION ALL
    SELECT
        day, source, 0, 0, 0, 0, 0, COUNT(*), SUM(ended), SUM(NOT ended AND heard_ms >= ?3), SUM(highest),
        SUM(MAX(highest - arrived, 0))
    FROM client
    WHERE day >= ?1 AND day < ?2
    GROUP BY day, source
)
SELECT
    day, name, SUM(stored), SUM(duplicate), SUM(late), SUM(bot), SUM(dropped), SUM(clients), SUM(ended), SUM(busy),
    SUM(expected), SUM(missing)
FROM counted JOIN source ON source.id = counted.source
GROUP BY day, source
ORDER BY day, name
