SELECT operator.id, operator.email, operator.role, session.seen_ms
FROM session
JOIN operator ON operator.id = session.operator
WHERE session.token = ?1
  AND session.created_ms >= ?2
  AND session.seen_ms >= ?3
