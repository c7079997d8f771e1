INSERT INTO delivery (day, source, clients, ended, expected, missing)
SELECT day, source, COUNT(*), SUM(ended), SUM(highest), SUM(MAX(highest - arrived, 0))
FROM client
WHERE id BETWEEN ?1 AND ?2 AND heard_ms < ?3
GROUP BY day, source
ON CONFLICT (day, source) DO UPDATE SET
    clients = clients + excluded.clients,
    ended = ended + excluded.ended,
    expected = expected + excluded.expected,
    missing = missing + excluded.missing
