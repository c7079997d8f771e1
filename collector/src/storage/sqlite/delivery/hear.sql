INSERT INTO client (id, source, day, heard_ms, arrived, highest, ended)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (id) DO UPDATE SET
    heard_ms = MAX(heard_ms, excluded.heard_ms),
    arrived = arrived + excluded.arrived,
    ended = IIF(excluded.highest > highest, excluded.ended, ended),
    highest = MAX(highest, excluded.highest)
