CREATE VIEW revision_v1 AS
SELECT
    r.id AS revision_id,
    r.article_id AS article_id,
    r.number AS revision_number,
    r.url AS url,
    r.title AS title,
    r.dek AS dek,
    r.authors AS authors,
    r.section AS section,
    r.language AS language,
    r.body AS body,
    r.agency AS agency,
    r.published_at AS published_at,
    r.published_at_source AS published_at_source,
    r.modified_at AS modified_at,
    r.fetched_at AS fetched_at,
    r.stored_at AS stored_at,
    r.is_paywalled AS paywalled,
    r.word_count AS word_count,
    r.rule_version AS rule_version
FROM revision r
