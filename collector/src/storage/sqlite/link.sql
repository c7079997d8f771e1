INSERT INTO link (anonymous, user, at_ms)
VALUES (?1, ?2, ?3)
ON CONFLICT (anonymous, user) DO UPDATE SET at_ms = excluded.at_ms
WHERE excluded.at_ms < link.at_ms
