CREATE VIEW story_v1 AS
SELECT
    s.id AS story_id,
    s.original_article_id AS original_article_id,
    s.agency AS agency,
    s.created_at AS created_at,
    s.updated_at AS updated_at,
    s.merged_into_id AS merged_into_story_id,
    COUNT(a.id) AS article_count,
    COUNT(DISTINCT a.portal_id) AS portal_count,
    MIN(r.published_at) AS first_published_at,
    MAX(r.published_at) AS last_published_at
FROM story s
LEFT JOIN article a ON a.story_id = s.id
LEFT JOIN revision r ON r.id = a.revision_id
GROUP BY s.id, s.original_article_id, s.agency, s.created_at, s.updated_at, s.merged_into_id
