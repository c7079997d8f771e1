INSERT INTO membership (sender, account, at_ms)
VALUES (?1, ?2, ?3)
ON CONFLICT (sender, account) DO UPDATE SET at_ms = excluded.at_ms
WHERE excluded.at_ms > membership.at_ms
