"""The spine"""

import sqlalchemy as sa
from alembic import op

from service.store.refusals import install, remove
from service.store.types import LocalDay, UtcMoment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT = (
    "account",
    "admission",
    "appointment",
    "appointment_visitor",
    "blocked_date",
    "checkpoint",
    "convict",
    "device",
    "dispute",
    "erasure_request",
    "event",
    "exception_request",
    "file_entry",
    "gate",
    "institution",
    "law_version",
    "log",
    "message",
    "officer",
    "officer_role",
    "opening",
    "pass",
    "pass_key",
    "person",
    "place",
    "placement",
    "relationship",
    "review_flag",
    "room",
    "scan",
    "session_template",
    "visitor_ban",
)


def upgrade() -> None:
    """The spine"""
    op.create_table(
        "idempotent_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("principal", sa.String(length=60), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotent_answer")),
        sa.UniqueConstraint("principal", "idempotency_key", name="uq_idempotent_answer"),
    )
    op.create_table(
        "institution",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.String(length=120), nullable=False),
        sa.Column("name_ru", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("jurisdiction", sa.String(length=20), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
    )
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.create_index("uq_institution_number", ["number"], unique=True)

    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "law_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("jurisdiction", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("adopted_at", UtcMoment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_version")),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("verifier_key", sa.String(length=300), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcMoment(), nullable=False),
        sa.Column("head_size", sa.Integer(), nullable=False),
        sa.Column("head_root", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_message", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.create_index("ix_one_time_code_phone", ["phone_index", "asked_at"], unique=False)

    op.create_table(
        "pass_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("signs_from", UtcMoment(), nullable=False),
        sa.Column("signs_until", UtcMoment(), nullable=True),
        sa.Column("trusted_until", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass_key")),
    )
    with op.batch_alter_table("pass_key", schema=None) as batch_op:
        batch_op.create_index("uq_pass_key_number", ["number"], unique=True)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("family_name", sa.LargeBinary(), nullable=False),
        sa.Column("given_name", sa.LargeBinary(), nullable=False),
        sa.Column("patronymic", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date", sa.LargeBinary(), nullable=False),
        sa.Column("iin", sa.LargeBinary(), nullable=True),
        sa.Column("iin_index", sa.String(length=64), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("document_index", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("erased_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("uq_person_document_index", ["document_index"], unique=True)
        batch_op.create_index("uq_person_iin_index", ["iin_index"], unique=True)

    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("principal", sa.String(length=12), nullable=False),
        sa.Column("principal_id", sa.String(length=32), nullable=False),
        sa.Column("workstation", sa.String(length=60), nullable=True),
        sa.Column("started_at", UtcMoment(), nullable=False),
        sa.Column("seen_at", UtcMoment(), nullable=False),
        sa.Column("ends_at", UtcMoment(), nullable=False),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_who", ["principal_id"], unique=False)

    op.create_table(
        "throttle",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("window_start", UtcMoment(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "window_start", name=op.f("pk_throttle")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consented_at", UtcMoment(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            "uq_account_person_id",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index(
            "uq_account_phone_index",
            ["phone_index"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "checkpoint",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_checkpoint_log_id")),
        sa.PrimaryKeyConstraint("log_id", "size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "convict",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("file_number", sa.LargeBinary(), nullable=False),
        sa.Column("file_number_index", sa.String(length=64), nullable=False),
        sa.Column("lifer", sa.Boolean(), nullable=False),
        sa.Column("quarantine_left_on", LocalDay(), nullable=True),
        sa.Column("admitted_at", UtcMoment(), nullable=False),
        sa.Column("released_on", LocalDay(), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name=op.f("fk_convict_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_convict")),
    )
    with op.batch_alter_table("convict", schema=None) as batch_op:
        batch_op.create_index("uq_convict_file_number_index", ["file_number_index"], unique=True)

    op.create_table(
        "event",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("at", UtcMoment(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_event_log_id")),
        sa.PrimaryKeyConstraint("log_id", "number", name=op.f("pk_event")),
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=False),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_gate_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
    )
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.create_index("uq_gate_zone", ["institution_id", "zone"], unique=True)

    op.create_table(
        "officer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("employee_number", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=40), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("closed_at", UtcMoment(), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_officer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
    )
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.create_index("uq_officer_employee_number", ["employee_number"], unique=True)
        batch_op.create_index("uq_officer_login", ["login"], unique=True)
        batch_op.create_index("uq_officer_person_id", ["person_id"], unique=True)

    op.create_table(
        "tile",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_tile_log_id")),
        sa.PrimaryKeyConstraint("log_id", "level", "number", name=op.f("pk_tile")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("gate_id", sa.String(length=32), nullable=True),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("added_at", UtcMoment(), nullable=False),
        sa.Column("added_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_at", UtcMoment(), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.Column("revoked_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("kind IN ('bridge','kiosk')", name=op.f("ck_device_kind")),
        sa.ForeignKeyConstraint(["added_by"], ["officer.id"], name=op.f("fk_device_added_by")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_device_gate_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_device_institution_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["officer.id"], name=op.f("fk_device_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index("uq_device_key_hash", ["key_hash"], unique=True)

    op.create_table(
        "erasure_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.CheckConstraint("state = 'asked' OR decided_by IS NOT NULL", name=op.f("ck_erasure_request_decided")),
        sa.CheckConstraint("state IN ('asked','done','refused')", name=op.f("ck_erasure_request_state")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_erasure_request_two_people")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_erasure_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_erasure_request_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.create_index(
            "uq_erasure_request_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "exception_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("appointment_kind", sa.String(length=24), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_role", sa.String(length=40), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_role", sa.String(length=40), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.Column("usable_until", LocalDay(), nullable=False),
        sa.CheckConstraint(
            "state <> 'granted' OR decided_by IS NOT NULL", name=op.f("ck_exception_request_granted_by")
        ),
        sa.CheckConstraint("state IN ('asked','granted','refused','lapsed')", name=op.f("ck_exception_request_state")),
        sa.CheckConstraint("asked_by <> decided_by", name=op.f("ck_exception_request_two_people")),
        sa.CheckConstraint("asked_role <> decided_role", name=op.f("ck_exception_request_two_roles")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_exception_request_asked_by")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_exception_request_convict_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_exception_request_decided_by")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_exception_request_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exception_request")),
    )
    with op.batch_alter_table("exception_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exception_request_convict_id"), ["convict_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exception_request_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "file_entry",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("since", LocalDay(), nullable=False),
        sa.Column("until", LocalDay(), nullable=True),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=True),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('condition', 'degree', 'suspension', 'ban', 'illness', 'incentive', 'penalty', 'credit', 'first_visit', 'permission')",
            name=op.f("ck_file_entry_kind"),
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_file_entry_order")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_file_entry_convict_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_file_entry_institution_id")),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name=op.f("fk_file_entry_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_entry")),
    )
    with op.batch_alter_table("file_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_entry_convict_id"), ["convict_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_entry_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(
            "uq_file_entry_open",
            ["convict_id", "kind"],
            unique=True,
            sqlite_where=sa.text("until IS NULL AND kind IN ('condition','degree')"),
            postgresql_where=sa.text("until IS NULL AND kind IN ('condition','degree')"),
        )

    op.create_table(
        "officer_role",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("officer_id", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("founding", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("started_at", UtcMoment(), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("asked_by <> approved_by", name=op.f("ck_officer_role_two_people")),
        sa.CheckConstraint(
            "founding OR started_at IS NULL OR (asked_by IS NOT NULL AND approved_by IS NOT NULL)",
            name=op.f("ck_officer_role_two_named"),
        ),
        sa.CheckConstraint("officer_id <> approved_by", name=op.f("ck_officer_role_not_own")),
        sa.ForeignKeyConstraint(["approved_by"], ["officer.id"], name=op.f("fk_officer_role_approved_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["officer.id"], name=op.f("fk_officer_role_asked_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_officer_role_institution_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_role_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_role")),
    )
    with op.batch_alter_table("officer_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_role_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(
            "uq_officer_role_live",
            ["institution_id", "officer_id", "role"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "opening",
        sa.Column("log_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id", "number"], ["event.log_id", "event.number"], name="fk_opening_event"),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name=op.f("fk_opening_log_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_opening_person_id")),
        sa.PrimaryKeyConstraint("log_id", "number", "person_id", name=op.f("pk_opening")),
    )
    op.create_table(
        "placement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("institution_type", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("court_type", sa.String(length=40), nullable=True),
        sa.Column("since", LocalDay(), nullable=False),
        sa.Column("until", LocalDay(), nullable=True),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_placement_order")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_placement_convict_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_placement_institution_id")),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name=op.f("fk_placement_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_convict_id"), ["convict_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(
            "uq_placement_open",
            ["convict_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "relationship",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("represented_by", sa.String(length=32), nullable=True),
        sa.Column("listed_in_file", sa.Boolean(), nullable=False),
        sa.Column("permitted_by", sa.String(length=32), nullable=True),
        sa.Column("permitted_at", UtcMoment(), nullable=True),
        sa.Column("basis", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("claimed_at", UtcMoment(), nullable=False),
        sa.Column("accepted_at", UtcMoment(), nullable=True),
        sa.Column("accepted_how", sa.String(length=12), nullable=True),
        sa.Column("verified_at", UtcMoment(), nullable=True),
        sa.Column("verified_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", UtcMoment(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("since", LocalDay(), nullable=True),
        sa.Column("until", LocalDay(), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_ground", sa.String(length=60), nullable=True),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (accepted_at IS NOT NULL AND verified_by IS NOT NULL AND confirmed_by IS NOT NULL AND since IS NOT NULL)",
            name=op.f("ck_relationship_confirmed_by_two"),
        ),
        sa.CheckConstraint(
            "state IN ('claimed', 'accepted', 'declined', 'verified', 'confirmed', 'refused', 'revoked', 'withdrawn')",
            name=op.f("ck_relationship_state"),
        ),
        sa.CheckConstraint("person_id <> convict_id", name=op.f("ck_relationship_not_oneself")),
        sa.CheckConstraint("verified_by <> confirmed_by", name=op.f("ck_relationship_two_people")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["officer.id"], name=op.f("fk_relationship_confirmed_by")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_relationship_convict_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_relationship_institution_id")),
        sa.ForeignKeyConstraint(["permitted_by"], ["officer.id"], name=op.f("fk_relationship_permitted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_relationship_person_id")),
        sa.ForeignKeyConstraint(["represented_by"], ["person.id"], name=op.f("fk_relationship_represented_by")),
        sa.ForeignKeyConstraint(["verified_by"], ["officer.id"], name=op.f("fk_relationship_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship")),
    )
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relationship_convict_id"), ["convict_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relationship_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_relationship_live",
            ["person_id", "convict_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('claimed','accepted','verified','confirmed')"),
            postgresql_where=sa.text("state IN ('claimed','accepted','verified','confirmed')"),
        )

    op.create_table(
        "room",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("gate_id", sa.String(length=32), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=False),
        sa.Column("closed_on", LocalDay(), nullable=True),
        sa.CheckConstraint("kind IN ('short','long','video','call')", name=op.f("ck_room_kind")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_room_gate_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_room_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
    )
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "visitor_ban",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("since", LocalDay(), nullable=False),
        sa.Column("until", LocalDay(), nullable=True),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_visitor_ban_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visitor_ban_person_id")),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name=op.f("fk_visitor_ban_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_ban")),
    )
    with op.batch_alter_table("visitor_ban", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visitor_ban_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visitor_ban_person_id"), ["person_id"], unique=False)

    op.create_table(
        "blocked_date",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=True),
        sa.Column("first_on", LocalDay(), nullable=False),
        sa.Column("last_on", LocalDay(), nullable=False),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", UtcMoment(), nullable=False),
        sa.Column("lifted_at", UtcMoment(), nullable=True),
        sa.Column("lifted_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_blocked_date_order")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_blocked_date_institution_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["officer.id"], name=op.f("fk_blocked_date_lifted_by")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_blocked_date_room_id")),
        sa.ForeignKeyConstraint(["set_by"], ["officer.id"], name=op.f("fk_blocked_date_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_date")),
    )
    with op.batch_alter_table("blocked_date", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocked_date_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "place",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("opened_at", UtcMoment(), nullable=False),
        sa.Column("closed_on", LocalDay(), nullable=True),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_place_institution_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_place_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_room_id"), ["room_id"], unique=False)

    op.create_table(
        "session_template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("valid_from", LocalDay(), nullable=False),
        sa.Column("valid_to", LocalDay(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_session_template_minutes")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_session_template_valid")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_session_template_institution_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_session_template_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_template")),
    )
    with op.batch_alter_table("session_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_template_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_template_room_id"), ["room_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("convict_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("by_video", sa.Boolean(), nullable=False),
        sa.Column("room_id", sa.String(length=32), nullable=False),
        sa.Column("place_id", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UtcMoment(), nullable=False),
        sa.Column("ends_at", UtcMoment(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("charge_rule", sa.String(length=16), nullable=False),
        sa.Column("charge_kind", sa.String(length=8), nullable=True),
        sa.Column("charge_day", LocalDay(), nullable=False),
        sa.Column("charge_after", LocalDay(), nullable=True),
        sa.Column("charge_month", sa.String(length=24), nullable=True),
        sa.Column("charge_ordinal", sa.Integer(), nullable=True),
        sa.Column("credit_id", sa.String(length=32), nullable=True),
        sa.Column("exception_id", sa.String(length=32), nullable=True),
        sa.Column("from_long", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UtcMoment(), nullable=False),
        sa.Column("held_until", UtcMoment(), nullable=True),
        sa.Column("requested_at", UtcMoment(), nullable=True),
        sa.Column("decide_by", UtcMoment(), nullable=True),
        sa.Column("decided_at", UtcMoment(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("ended_at", UtcMoment(), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.Column("ended_article", sa.String(length=60), nullable=True),
        sa.Column("ended_words", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "charge_rule <> 'credit' OR credit_id IS NOT NULL", name=op.f("ck_appointment_charge_credit")
        ),
        sa.CheckConstraint(
            "charge_rule <> 'exception' OR exception_id IS NOT NULL", name=op.f("ck_appointment_charge_exception")
        ),
        sa.CheckConstraint(
            "charge_rule <> 'interval' OR charge_after < charge_day", name=op.f("ck_appointment_charge_interval")
        ),
        sa.CheckConstraint(
            "charge_rule IN ('interval','calendar_month','period','credit','unlimited','uncounted','exception')",
            name=op.f("ck_appointment_charge_rule"),
        ),
        sa.CheckConstraint(
            "charge_rule NOT IN ('calendar_month','period') OR (charge_month IS NOT NULL AND charge_ordinal IS NOT NULL)",
            name=op.f("ck_appointment_charge_month"),
        ),
        sa.CheckConstraint(
            "kind IN ('short', 'long', 'call', 'video_call', 'lawyer', 'marriage_registration')",
            name=op.f("ck_appointment_kind"),
        ),
        sa.CheckConstraint(
            "live = (state NOT IN ('refused', 'cancelled', 'lapsed'))", name=op.f("ck_appointment_live")
        ),
        sa.CheckConstraint("state <> 'held' OR held_until IS NOT NULL", name=op.f("ck_appointment_held")),
        sa.CheckConstraint(
            "state IN ('held', 'requested', 'granted', 'underway', 'completed', 'no_show', 'refused', 'cancelled', 'lapsed')",
            name=op.f("ck_appointment_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('granted','refused') OR decided_by IS NOT NULL", name=op.f("ck_appointment_decided")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_order")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_appointment_asked_by")),
        sa.ForeignKeyConstraint(["convict_id"], ["convict.id"], name=op.f("fk_appointment_convict_id")),
        sa.ForeignKeyConstraint(["credit_id"], ["file_entry.id"], name=op.f("fk_appointment_credit_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["officer.id"], name=op.f("fk_appointment_decided_by")),
        sa.ForeignKeyConstraint(["exception_id"], ["exception_request.id"], name=op.f("fk_appointment_exception_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_appointment_institution_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_appointment_place_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_appointment_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("id", "starts_at", "ends_at", "live", name="uq_appointment_period"),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_convict", ["convict_id", "charge_day"], unique=False)
        batch_op.create_index("ix_appointment_due", ["institution_id", "state", "decide_by"], unique=False)
        batch_op.create_index("ix_appointment_place_time", ["place_id", "starts_at"], unique=False)
        batch_op.create_index("ix_appointment_room_time", ["room_id", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_appointment_charge_month",
            ["convict_id", "charge_kind", "charge_month", "charge_ordinal"],
            unique=True,
            sqlite_where=sa.text("live AND charge_rule IN ('calendar_month','period')"),
            postgresql_where=sa.text("live AND charge_rule IN ('calendar_month','period')"),
        )
        batch_op.create_index(
            "uq_appointment_credit",
            ["credit_id"],
            unique=True,
            sqlite_where=sa.text("live AND credit_id IS NOT NULL"),
            postgresql_where=sa.text("live AND credit_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_appointment_exception",
            ["exception_id"],
            unique=True,
            sqlite_where=sa.text("live AND exception_id IS NOT NULL"),
            postgresql_where=sa.text("live AND exception_id IS NOT NULL"),
        )

    op.create_table(
        "appointment_visitor",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("relationship_id", sa.String(length=32), nullable=False),
        sa.Column("adult", sa.Boolean(), nullable=False),
        sa.Column("starts_at", UtcMoment(), nullable=False),
        sa.Column("ends_at", UtcMoment(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id", "starts_at", "ends_at", "live"],
            ["appointment.id", "appointment.starts_at", "appointment.ends_at", "appointment.live"],
            name="fk_appointment_visitor_period",
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_appointment_visitor_institution_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_visitor_person_id")),
        sa.ForeignKeyConstraint(
            ["relationship_id"], ["relationship.id"], name=op.f("fk_appointment_visitor_relationship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_visitor")),
        sa.UniqueConstraint("appointment_id", "person_id", name="uq_appointment_visitor_once"),
    )
    with op.batch_alter_table("appointment_visitor", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_visitor_person", ["person_id", "starts_at"], unique=False)

    op.create_table(
        "dispute",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("raised_by", sa.String(length=32), nullable=False),
        sa.Column("as_convict", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("raised_at", UtcMoment(), nullable=False),
        sa.Column("answered_at", UtcMoment(), nullable=True),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["officer.id"], name=op.f("fk_dispute_answered_by")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_dispute_appointment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_dispute_institution_id")),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name=op.f("fk_dispute_raised_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispute_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispute_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("arguments", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcMoment(), nullable=False),
        sa.Column("sent_at", UtcMoment(), nullable=True),
        sa.Column("supplier_reference", sa.String(length=80), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcMoment(), nullable=True),
        sa.Column("claimed_until", UtcMoment(), nullable=True),
        sa.CheckConstraint("channel IN ('sms','email','kiosk')", name=op.f("ck_message_channel")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_message_appointment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_message_institution_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_due", ["sent_at", "next_try_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_person_id"), ["person_id"], unique=False)

    op.create_table(
        "review_flag",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("raised_at", UtcMoment(), nullable=False),
        sa.Column("resolved_at", UtcMoment(), nullable=True),
        sa.Column("resolved_by", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_review_flag_appointment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_review_flag_institution_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["officer.id"], name=op.f("fk_review_flag_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_flag")),
    )
    with op.batch_alter_table("review_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_flag_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(
            "uq_review_flag_open",
            ["appointment_id", "code"],
            unique=True,
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "pass",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("visitor_id", sa.String(length=32), nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("gate_zone", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("visitor_tag", sa.String(length=8), nullable=False),
        sa.Column("not_before", UtcMoment(), nullable=False),
        sa.Column("not_after", UtcMoment(), nullable=False),
        sa.Column("issued_at", UtcMoment(), nullable=False),
        sa.Column("revoked_at", UtcMoment(), nullable=True),
        sa.Column("revoked_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("not_after > not_before", name=op.f("ck_pass_window")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_pass_appointment_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_pass_institution_id")),
        sa.ForeignKeyConstraint(["visitor_id"], ["appointment_visitor.id"], name=op.f("fk_pass_visitor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pass")),
    )
    with op.batch_alter_table("pass", schema=None) as batch_op:
        batch_op.create_index("ix_pass_appointment", ["appointment_id"], unique=False)
        batch_op.create_index(
            "uq_pass_live",
            ["visitor_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "scan",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("gate_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=5), nullable=False),
        sa.Column("pass_id", sa.String(length=32), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("scanned_at", UtcMoment(), nullable=False),
        sa.Column("received_at", UtcMoment(), nullable=False),
        sa.Column("offline_verdict", sa.String(length=20), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("refusal", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_scan_device_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_scan_gate_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_scan_institution_id")),
        sa.ForeignKeyConstraint(["pass_id"], ["pass.id"], name=op.f("fk_scan_pass_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("device_id", "sequence", name="uq_scan_sequence"),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("ix_scan_gate", ["gate_id", "received_at"], unique=False)
        batch_op.create_index("ix_scan_pass", ["pass_id"], unique=False)

    op.create_table(
        "admission",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.String(length=64), nullable=False),
        sa.Column("pass_id", sa.String(length=32), nullable=False),
        sa.Column("entry_scan_id", sa.String(length=32), nullable=False),
        sa.Column("admitted_at", UtcMoment(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=True),
        sa.Column("matched_by", sa.String(length=32), nullable=True),
        sa.Column("matched_at", UtcMoment(), nullable=True),
        sa.Column("exit_scan_id", sa.String(length=32), nullable=True),
        sa.Column("left_at", UtcMoment(), nullable=True),
        sa.Column("ended_code", sa.String(length=40), nullable=True),
        sa.CheckConstraint("matched IS NULL OR matched_by IS NOT NULL", name=op.f("ck_admission_matched")),
        sa.ForeignKeyConstraint(["entry_scan_id"], ["scan.id"], name=op.f("fk_admission_entry_scan_id")),
        sa.ForeignKeyConstraint(["exit_scan_id"], ["scan.id"], name=op.f("fk_admission_exit_scan_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_admission_institution_id")),
        sa.ForeignKeyConstraint(["matched_by"], ["officer.id"], name=op.f("fk_admission_matched_by")),
        sa.ForeignKeyConstraint(["pass_id"], ["pass.id"], name=op.f("fk_admission_pass_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission")),
    )
    with op.batch_alter_table("admission", schema=None) as batch_op:
        batch_op.create_index(
            "uq_admission_inside",
            ["pass_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    install(op.get_bind(), "0001", KEPT)


def downgrade() -> None:
    """Back to the state before."""
    with op.batch_alter_table("admission", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_admission_inside", sqlite_where=sa.text("left_at IS NULL"), postgresql_where=sa.text("left_at IS NULL")
        )

    op.drop_table("admission")
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_pass")
        batch_op.drop_index("ix_scan_gate")

    op.drop_table("scan")
    with op.batch_alter_table("pass", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pass_live", sqlite_where=sa.text("revoked_at IS NULL"), postgresql_where=sa.text("revoked_at IS NULL")
        )
        batch_op.drop_index("ix_pass_appointment")

    op.drop_table("pass")
    with op.batch_alter_table("review_flag", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_flag_open",
            sqlite_where=sa.text("resolved_at IS NULL"),
            postgresql_where=sa.text("resolved_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_review_flag_institution_id"))

    op.drop_table("review_flag")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_person_id"))
        batch_op.drop_index("ix_message_due")

    op.drop_table("message")
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_institution_id"))
        batch_op.drop_index(batch_op.f("ix_dispute_appointment_id"))

    op.drop_table("dispute")
    with op.batch_alter_table("appointment_visitor", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_visitor_person")

    op.drop_table("appointment_visitor")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointment_exception",
            sqlite_where=sa.text("live AND exception_id IS NOT NULL"),
            postgresql_where=sa.text("live AND exception_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_appointment_credit",
            sqlite_where=sa.text("live AND credit_id IS NOT NULL"),
            postgresql_where=sa.text("live AND credit_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_appointment_charge_month",
            sqlite_where=sa.text("live AND charge_rule IN ('calendar_month','period')"),
            postgresql_where=sa.text("live AND charge_rule IN ('calendar_month','period')"),
        )
        batch_op.drop_index("ix_appointment_room_time")
        batch_op.drop_index("ix_appointment_place_time")
        batch_op.drop_index("ix_appointment_due")
        batch_op.drop_index("ix_appointment_convict")

    op.drop_table("appointment")
    with op.batch_alter_table("session_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_template_room_id"))
        batch_op.drop_index(batch_op.f("ix_session_template_institution_id"))

    op.drop_table("session_template")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_room_id"))

    op.drop_table("place")
    with op.batch_alter_table("blocked_date", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_blocked_date_institution_id"))

    op.drop_table("blocked_date")
    with op.batch_alter_table("visitor_ban", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visitor_ban_person_id"))
        batch_op.drop_index(batch_op.f("ix_visitor_ban_institution_id"))

    op.drop_table("visitor_ban")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_institution_id"))

    op.drop_table("room")
    with op.batch_alter_table("relationship", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_relationship_live",
            sqlite_where=sa.text("state IN ('claimed','accepted','verified','confirmed')"),
            postgresql_where=sa.text("state IN ('claimed','accepted','verified','confirmed')"),
        )
        batch_op.drop_index(batch_op.f("ix_relationship_person_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_institution_id"))
        batch_op.drop_index(batch_op.f("ix_relationship_convict_id"))

    op.drop_table("relationship")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_placement_open", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_placement_institution_id"))
        batch_op.drop_index(batch_op.f("ix_placement_convict_id"))

    op.drop_table("placement")
    op.drop_table("opening")
    with op.batch_alter_table("officer_role", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_officer_role_live",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_officer_role_officer_id"))

    op.drop_table("officer_role")
    with op.batch_alter_table("file_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_file_entry_open",
            sqlite_where=sa.text("until IS NULL AND kind IN ('condition','degree')"),
            postgresql_where=sa.text("until IS NULL AND kind IN ('condition','degree')"),
        )
        batch_op.drop_index(batch_op.f("ix_file_entry_institution_id"))
        batch_op.drop_index(batch_op.f("ix_file_entry_convict_id"))

    op.drop_table("file_entry")
    with op.batch_alter_table("exception_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exception_request_institution_id"))
        batch_op.drop_index(batch_op.f("ix_exception_request_convict_id"))

    op.drop_table("exception_request")
    with op.batch_alter_table("erasure_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_erasure_request_open",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.drop_table("erasure_request")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index("uq_device_key_hash")

    op.drop_table("device")
    op.drop_table("tile")
    with op.batch_alter_table("officer", schema=None) as batch_op:
        batch_op.drop_index("uq_officer_person_id")
        batch_op.drop_index("uq_officer_login")
        batch_op.drop_index("uq_officer_employee_number")

    op.drop_table("officer")
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.drop_index("uq_gate_zone")

    op.drop_table("gate")
    op.drop_table("event")
    with op.batch_alter_table("convict", schema=None) as batch_op:
        batch_op.drop_index("uq_convict_file_number_index")

    op.drop_table("convict")
    op.drop_table("checkpoint")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_account_phone_index",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_account_person_id",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.drop_table("account")
    op.drop_table("throttle")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_who")

    op.drop_table("session")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("uq_person_iin_index")
        batch_op.drop_index("uq_person_document_index")

    op.drop_table("person")
    with op.batch_alter_table("pass_key", schema=None) as batch_op:
        batch_op.drop_index("uq_pass_key_number")

    op.drop_table("pass_key")
    with op.batch_alter_table("one_time_code", schema=None) as batch_op:
        batch_op.drop_index("ix_one_time_code_phone")

    op.drop_table("one_time_code")
    op.drop_table("log")
    op.drop_table("law_version")
    op.drop_table("job_lease")
    with op.batch_alter_table("institution", schema=None) as batch_op:
        batch_op.drop_index("uq_institution_number")

    op.drop_table("institution")
    op.drop_table("idempotent_answer")
    remove(op.get_bind(), ("kz_appointment_exception", "kz_visitor_insert", "kz_refuse"))
