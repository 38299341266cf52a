CREATE VIEW copy_v1 AS
SELECT
    a.id AS article_id,
    a.story_id AS story_id,
    s.original_article_id AS original_article_id,
    a.copy_of_id AS copy_of_article_id,
    a.copy_kind AS copy_kind,
    a.copy_score AS copy_score,
    p.key AS portal,
    a.canonical_url AS canonical_url,
    o.canonical_url AS original_url,
    q.key AS original_portal,
    CASE WHEN a.copy_kind = 'merged' THEN (
        SELECT MAX(v.other_id)
        FROM verdict v
        JOIN article e ON e.id = v.other_id
        WHERE v.article_id = a.id AND v.revision_id = a.revision_id AND v.kind = 'merged' AND e.story_id <> a.story_id
    ) END AS also_copy_of_article_id
FROM article a
JOIN story s ON s.id = a.story_id
JOIN portal p ON p.id = a.portal_id
LEFT JOIN article o ON o.id = s.original_article_id
LEFT JOIN portal q ON q.id = o.portal_id
WHERE a.copy_kind IS NOT NULL
