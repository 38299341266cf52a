"""First schema"""

import sqlalchemy as sa
from alembic import op

from storage.models.base import BigId, Json, UtcDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("seq", BigId, autoincrement=False, nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.Column("article_id", BigId, nullable=True),
        sa.Column("revision_id", BigId, nullable=True),
        sa.Column("story_id", BigId, nullable=True),
        sa.Column("other_story_id", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_article_id", ["article_id"], unique=False)
        batch_op.create_index("ix_change_story_id", ["story_id"], unique=False)

    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", BigId, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "failure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("arguments", Json, nullable=False),
        sa.Column("page_id", BigId, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("traceback", sa.String(), nullable=False),
        sa.Column("failed_at", UtcDateTime(), nullable=False),
        sa.Column("tries", BigId, nullable=False),
        sa.Column("replayed_at", UtcDateTime(), nullable=True),
        sa.Column("dismissed_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure")),
    )
    with op.batch_alter_table("failure", schema=None) as batch_op:
        batch_op.create_index("ix_failure_page_id", ["page_id"], unique=False)

    op.create_table(
        "gauge",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("pid", BigId, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_gauge")),
    )
    op.create_table(
        "host",
        sa.Column("id", BigId, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("fence", BigId, nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("ready_at", UtcDateTime(), nullable=True),
        sa.Column("crawl_delay_seconds", sa.Double(), nullable=True),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("robots_text", sa.String(), nullable=True),
        sa.Column("robots_status", BigId, nullable=True),
        sa.Column("robots_fetched_at", UtcDateTime(), nullable=True),
        sa.Column("robots_expires_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("name", name=op.f("uq_host_name")),
    )
    with op.batch_alter_table("host", schema=None) as batch_op:
        batch_op.create_index("ix_host_due_at", ["due_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("fence", BigId, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "operation",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("selection", Json, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due", BigId, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_table(
        "portal",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("paused_at", UtcDateTime(), nullable=True),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("probed_at", UtcDateTime(), nullable=True),
        sa.Column("observed", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal")),
        sa.UniqueConstraint("key", name=op.f("uq_portal_key")),
    )
    op.create_table(
        "story",
        sa.Column("id", BigId, nullable=False),
        sa.Column("original_article_id", BigId, nullable=True),
        sa.Column("original_reasons", Json, nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("merged_into_id", BigId, nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["story.id"], name=op.f("fk_story_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
    )
    op.create_table(
        "habit",
        sa.Column("portal_id", BigId, nullable=False),
        sa.Column("version", BigId, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["portal_id"], ["portal.id"], name=op.f("fk_habit_portal_id")),
        sa.PrimaryKeyConstraint("portal_id", name=op.f("pk_habit")),
    )
    op.create_table(
        "page",
        sa.Column("id", BigId, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("host_id", BigId, nullable=False),
        sa.Column("portal_id", BigId, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("fence", BigId, nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("tries", BigId, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("discovered_at", UtcDateTime(), nullable=False),
        sa.Column("part_of_id", BigId, nullable=True),
        sa.Column("part_number", BigId, nullable=True),
        sa.Column("alias_of_id", BigId, nullable=True),
        sa.Column("entry", Json, nullable=True),
        sa.Column("entry_kind", sa.String(), nullable=True),
        sa.Column("hinted_at", UtcDateTime(), nullable=True),
        sa.Column("fetch_id", BigId, nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=True),
        sa.Column("status", BigId, nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("unchanged_streak", BigId, nullable=False),
        sa.Column("rung", BigId, nullable=False),
        sa.Column("revisit_at", UtcDateTime(), nullable=True),
        sa.Column("is_forced", sa.Boolean(), nullable=False),
        sa.Column("operation_id", BigId, nullable=True),
        sa.Column("lease_operation_id", BigId, nullable=True),
        sa.CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)", name=op.f("ck_page_lease")),
        sa.CheckConstraint("state <> 'quarantined' OR detail IS NOT NULL", name=op.f("ck_page_quarantine_reason")),
        sa.CheckConstraint("state IN ('scheduled', 'leased', 'done', 'quarantined')", name=op.f("ck_page_state")),
        sa.CheckConstraint("step IN ('fetch', 'clean')", name=op.f("ck_page_step")),
        sa.ForeignKeyConstraint(["alias_of_id"], ["page.id"], name=op.f("fk_page_alias_of_id")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_page_host_id")),
        sa.ForeignKeyConstraint(["part_of_id"], ["page.id"], name=op.f("fk_page_part_of_id")),
        sa.ForeignKeyConstraint(["portal_id"], ["portal.id"], name=op.f("fk_page_portal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("url", name=op.f("uq_page_url")),
    )
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.create_index(
            "ix_page_claimable",
            ["host_id", "due_at"],
            unique=False,
            postgresql_where=sa.text("step = 'fetch' AND state IN ('scheduled', 'done') AND due_at IS NOT NULL"),
            sqlite_where=sa.text("step = 'fetch' AND state IN ('scheduled', 'done') AND due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_page_leased",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state = 'leased'"),
            sqlite_where=sa.text("state = 'leased'"),
        )
        batch_op.create_index("ix_page_part_of_id", ["part_of_id"], unique=False)
        batch_op.create_index("ix_page_portal_id_discovered_at", ["portal_id", "discovered_at"], unique=False)
        batch_op.create_index(
            "ix_page_to_clean",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("step = 'clean' AND state = 'scheduled'"),
            sqlite_where=sa.text("step = 'clean' AND state = 'scheduled'"),
        )

    op.create_table(
        "seed",
        sa.Column("id", BigId, nullable=False),
        sa.Column("portal_id", BigId, nullable=False),
        sa.Column("host_id", BigId, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("parent_id", BigId, nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("fence", BigId, nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("interval_seconds", sa.Double(), nullable=False),
        sa.Column("visited_at", UtcDateTime(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=True),
        sa.Column("visits", BigId, nullable=False),
        sa.Column("failures", BigId, nullable=False),
        sa.Column("last_status", BigId, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("last_new", BigId, nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("unchanged_streak", BigId, nullable=False),
        sa.Column("is_conditional", sa.Boolean(), nullable=False),
        sa.Column("lastmod", UtcDateTime(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_seed_host_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["seed.id"], name=op.f("fk_seed_parent_id")),
        sa.ForeignKeyConstraint(["portal_id"], ["portal.id"], name=op.f("fk_seed_portal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seed")),
        sa.UniqueConstraint("portal_id", "url", name=op.f("uq_seed_portal_id_url")),
    )
    with op.batch_alter_table("seed", schema=None) as batch_op:
        batch_op.create_index("ix_seed_host_id_due_at", ["host_id", "due_at"], unique=False)

    op.create_table(
        "article",
        sa.Column("id", BigId, nullable=False),
        sa.Column("page_id", BigId, nullable=False),
        sa.Column("portal_id", BigId, nullable=False),
        sa.Column("canonical_url", sa.String(), nullable=False),
        sa.Column("revision_id", BigId, nullable=True),
        sa.Column("discovered_at", UtcDateTime(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.Column("story_id", BigId, nullable=True),
        sa.Column("is_original", sa.Boolean(), nullable=False),
        sa.Column("copy_kind", sa.String(), nullable=True),
        sa.Column("copy_score", sa.Double(), nullable=True),
        sa.Column("copy_of_id", BigId, nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("agency_source", sa.String(), nullable=True),
        sa.Column("agency_confidence", sa.Double(), nullable=True),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_article_page_id")),
        sa.ForeignKeyConstraint(["portal_id"], ["portal.id"], name=op.f("fk_article_portal_id")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_article_story_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("canonical_url", name=op.f("uq_article_canonical_url")),
        sa.UniqueConstraint("page_id", name=op.f("uq_article_page_id")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index("ix_article_portal_id", ["portal_id"], unique=False)
        batch_op.create_index("ix_article_story_id", ["story_id"], unique=False)

    op.create_table(
        "fetch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("page_id", BigId, nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("final_url", sa.String(), nullable=False),
        sa.Column("hops", Json, nullable=False),
        sa.Column("status", BigId, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("headers", Json, nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("size", BigId, nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("robots", sa.String(), nullable=True),
        sa.Column("directives", Json, nullable=False),
        sa.Column("operation_id", BigId, nullable=True),
        sa.Column("cleaned_at", UtcDateTime(), nullable=True),
        sa.Column("cleaning", sa.String(), nullable=True),
        sa.Column("cleaning_detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_fetch_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
    )
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.create_index("ix_fetch_fetched_at", ["fetched_at"], unique=False)
        batch_op.create_index("ix_fetch_page_id", ["page_id"], unique=False)

    op.create_table(
        "operation_item",
        sa.Column("operation_id", BigId, nullable=False),
        sa.Column("page_id", BigId, nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_operation_item_operation_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_operation_item_page_id")),
        sa.PrimaryKeyConstraint("operation_id", "page_id", name=op.f("pk_operation_item")),
    )
    with op.batch_alter_table("operation_item", schema=None) as batch_op:
        batch_op.create_index("ix_operation_item_page_id", ["page_id"], unique=False)

    op.create_table(
        "sighting",
        sa.Column("page_id", BigId, nullable=False),
        sa.Column("seed_id", BigId, nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("raw_url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_sighting_page_id")),
        sa.ForeignKeyConstraint(["seed_id"], ["seed.id"], name=op.f("fk_sighting_seed_id")),
        sa.PrimaryKeyConstraint("page_id", "seed_id", name=op.f("pk_sighting")),
    )
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.create_index("ix_sighting_seed_id", ["seed_id"], unique=False)

    op.create_table(
        "pin",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=False),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_pin_article_id")),
        sa.ForeignKeyConstraint(["other_id"], ["article.id"], name=op.f("fk_pin_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin")),
    )
    op.create_table(
        "posting",
        sa.Column("term", BigId, autoincrement=False, nullable=False),
        sa.Column("article_id", BigId, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_posting_article_id")),
        sa.PrimaryKeyConstraint("term", "article_id", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index("ix_posting_article_id", ["article_id"], unique=False)

    op.create_table(
        "record",
        sa.Column("fetch_id", BigId, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_record_fetch_id")),
        sa.PrimaryKeyConstraint("fetch_id", name=op.f("pk_record")),
    )
    op.create_table(
        "revision",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article_id", BigId, nullable=False),
        sa.Column("number", BigId, nullable=False),
        sa.Column("fetch_id", BigId, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("dek", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("blocks", Json, nullable=False),
        sa.Column("authors", Json, nullable=False),
        sa.Column("desks", Json, nullable=False),
        sa.Column("contributors", Json, nullable=False),
        sa.Column("credits", Json, nullable=False),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("tags", Json, nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("is_paywalled", sa.Boolean(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("word_count", BigId, nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("published_at_source", sa.String(), nullable=True),
        sa.Column("published_at_precision", sa.String(), nullable=True),
        sa.Column("published_at_zone", sa.String(), nullable=True),
        sa.Column("modified_at", UtcDateTime(), nullable=True),
        sa.Column("modified_at_source", sa.String(), nullable=True),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("agency_source", sa.String(), nullable=True),
        sa.Column("agency_confidence", sa.Double(), nullable=True),
        sa.Column("provenance", Json, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("habit_version", BigId, nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_revision_article_id")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_revision_fetch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_revision_article_id_number")),
    )
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_revision_pending",
            ["id"],
            unique=False,
            postgresql_where=sa.text("placed_at IS NULL"),
            sqlite_where=sa.text("placed_at IS NULL"),
        )

    op.create_table(
        "fingerprint",
        sa.Column("article_id", BigId, nullable=False),
        sa.Column("revision_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_fingerprint_article_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_fingerprint_revision_id")),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_fingerprint")),
    )
    op.create_table(
        "verdict",
        sa.Column("id", BigId, nullable=False),
        sa.Column("article_id", BigId, nullable=False),
        sa.Column("revision_id", BigId, nullable=False),
        sa.Column("other_id", BigId, nullable=False),
        sa.Column("other_revision_id", BigId, nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("is_related", sa.Boolean(), nullable=False),
        sa.Column("evidence", Json, nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_verdict_article_id")),
        sa.ForeignKeyConstraint(["other_id"], ["article.id"], name=op.f("fk_verdict_other_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_verdict_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index("ix_verdict_article_id", ["article_id"], unique=False)
        batch_op.create_index("ix_verdict_other_id", ["other_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index("ix_verdict_other_id")
        batch_op.drop_index("ix_verdict_article_id")

    op.drop_table("verdict")
    op.drop_table("fingerprint")
    with op.batch_alter_table("revision", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_revision_pending",
            postgresql_where=sa.text("placed_at IS NULL"),
            sqlite_where=sa.text("placed_at IS NULL"),
        )

    op.drop_table("revision")
    op.drop_table("record")
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.drop_index("ix_posting_article_id")

    op.drop_table("posting")
    op.drop_table("pin")
    with op.batch_alter_table("sighting", schema=None) as batch_op:
        batch_op.drop_index("ix_sighting_seed_id")

    op.drop_table("sighting")
    with op.batch_alter_table("operation_item", schema=None) as batch_op:
        batch_op.drop_index("ix_operation_item_page_id")

    op.drop_table("operation_item")
    with op.batch_alter_table("fetch", schema=None) as batch_op:
        batch_op.drop_index("ix_fetch_page_id")
        batch_op.drop_index("ix_fetch_fetched_at")

    op.drop_table("fetch")
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_index("ix_article_story_id")
        batch_op.drop_index("ix_article_portal_id")

    op.drop_table("article")
    with op.batch_alter_table("seed", schema=None) as batch_op:
        batch_op.drop_index("ix_seed_host_id_due_at")

    op.drop_table("seed")
    with op.batch_alter_table("page", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_page_to_clean",
            postgresql_where=sa.text("step = 'clean' AND state = 'scheduled'"),
            sqlite_where=sa.text("step = 'clean' AND state = 'scheduled'"),
        )
        batch_op.drop_index("ix_page_portal_id_discovered_at")
        batch_op.drop_index("ix_page_part_of_id")
        batch_op.drop_index(
            "ix_page_leased",
            postgresql_where=sa.text("state = 'leased'"),
            sqlite_where=sa.text("state = 'leased'"),
        )
        batch_op.drop_index(
            "ix_page_claimable",
            postgresql_where=sa.text("step = 'fetch' AND state IN ('scheduled', 'done') AND due_at IS NOT NULL"),
            sqlite_where=sa.text("step = 'fetch' AND state IN ('scheduled', 'done') AND due_at IS NOT NULL"),
        )

    op.drop_table("page")
    op.drop_table("habit")
    op.drop_table("story")
    op.drop_table("portal")
    op.drop_table("operation")
    op.drop_table("lease")
    with op.batch_alter_table("host", schema=None) as batch_op:
        batch_op.drop_index("ix_host_due_at")

    op.drop_table("host")
    op.drop_table("gauge")
    with op.batch_alter_table("failure", schema=None) as batch_op:
        batch_op.drop_index("ix_failure_page_id")

    op.drop_table("failure")
    op.drop_table("counter")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_story_id")
        batch_op.drop_index("ix_change_article_id")

    op.drop_table("change")
