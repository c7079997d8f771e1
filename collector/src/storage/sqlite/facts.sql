SELECT seq, sender, at_ms, body
FROM message
WHERE subject = (SELECT id FROM subject WHERE name = ?1 AND kind = ?2)
  AND seq >= ?3
  AND at_ms >= ?4
  AND at_ms < ?5
ORDER BY seq
