INSERT INTO message (id, subject, sender, at_ms, received_ms, trust, body, seq)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (id) DO NOTHING
