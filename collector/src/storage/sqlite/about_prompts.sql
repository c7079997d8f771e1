SELECT message.seq, subject.name, message.at_ms, message.body
FROM prompt_message
JOIN message ON message.seq = prompt_message.seq
JOIN subject ON subject.id = message.subject
WHERE prompt_message.sender IN (
    SELECT id FROM sender WHERE anonymous = 0 AND text IN (SELECT value FROM json_each(?1))
    UNION ALL
    SELECT id FROM sender WHERE anonymous = 1 AND text IN (SELECT value FROM json_each(?2))
)
ORDER BY message.seq DESC
LIMIT ?3
