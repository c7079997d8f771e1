SELECT operator.id, operator.email, operator.role
FROM identity
JOIN operator ON operator.id = identity.operator
WHERE identity.issuer = ?1
  AND identity.subject = ?2
