INSERT INTO first_reach (milestone, sender, at_ms)
VALUES (?1, ?2, ?3)
ON CONFLICT (milestone, sender) DO UPDATE SET at_ms = excluded.at_ms
WHERE excluded.at_ms < first_reach.at_ms
