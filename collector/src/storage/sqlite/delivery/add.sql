INSERT INTO delivery (day, source, stored, duplicate, late, bot, dropped)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (day, source) DO UPDATE SET
    stored = stored + excluded.stored,
    duplicate = duplicate + excluded.duplicate,
    late = late + excluded.late,
    bot = bot + excluded.bot,
    dropped = dropped + excluded.dropped
