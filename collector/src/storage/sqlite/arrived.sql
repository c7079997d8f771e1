SELECT message.seq, subject.name, message.at_ms, message.body
FROM message JOIN subject ON subject.id = message.subject
WHERE message.subject = (SELECT id FROM subject WHERE name = ?1 AND kind = ?2)
  AND message.seq > ?3
ORDER BY message.seq
LIMIT ?4
