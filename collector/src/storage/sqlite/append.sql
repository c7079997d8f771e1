INSERT INTO message (id, subject, sender, at_ms, received_ms, trust, body{position})
VALUES {rows}
ON CONFLICT (id) DO NOTHING
