-- OR FAIL: whatever fails ends the whole transaction. To take back one statement alone, SQLite would copy each page that
-- it touches, which costs most of what storing the rows does.
INSERT OR FAIL INTO message (id, subject, sender, at_ms, received_ms, trust, body{position})
VALUES {rows}
ON CONFLICT (id) DO NOTHING
