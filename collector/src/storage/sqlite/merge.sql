INSERT INTO merge (previous, user)
VALUES (?1, ?2)
ON CONFLICT (previous, user) DO NOTHING
