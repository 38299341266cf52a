CREATE VIEW change_v1 AS
SELECT
    c.seq AS seq,
    c.op AS op,
    c.article_id AS article_id,
    c.revision_id AS revision_id,
    c.story_id AS story_id,
    c.other_story_id AS other_story_id,
    c.at AS at
FROM change c
