"""灌库：撤下外键与索引，COPY 进去，再照原样装回；装得回即全部约束都成立."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.bench.deal import Deal, Rows

COLUMNS = {
    "case_record": "id created_at received_at occurred_at reported_at due_at next_tick_at"
    " handled_at closed_at archived_at updated_at merged_into_id category_id village_id grid_id"
    " org_id handler_id registrar_id registrar_org_id seq version year turn state outcome level"
    " kind channel platform card archive_no retention is_sensitive number title place channel_data"
    " township_id",
    "case_text": "case_id reported_at is_sensitive phone_token doc body township_id",
    "case_informant": "id case_id name phone phone_mark township_id",
    "assignment": "id reported_at due_at assigned_at signed_at finished_at assigned_by_id"
    " signed_by_id org_id handler_id round turn platform role is_open case_id township_id",
    "case_org": "id reported_at due_at since org_id handler_id role is_open case_id township_id",
    "case_clock": "id start_at yellow_at red_at clock round turn yellow_rule red_rule"
    " rule_version owner case_id township_id",
    "supervision": "id triggered_at clock_id kind owner case_id township_id",
    "case_result": "id at round person_id org_id result account case_id township_id",
    "case_check": "id at round person_id passed method opinion case_id township_id",
    "case_feedback": "id at round person_id method content case_id township_id",
    "journal": "id at chain_seq case_id subject_kind subject_id actor_id actor_name actor_post"
    " actor_mode actor_role actor_org module action before after round elapsed_minutes data"
    " prev hash township_id",
    "notification": "id created_at person_id kind case_id facts dedup_key township_id",
}
"""灌哪些表、哪些列；没列的列取缺省。次序即外键的次序."""
BATCH = 5000
_REFERENCES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND (
  conrelid::regclass::text = ANY(%(t)s) OR confrelid::regclass::text = ANY(%(t)s))
"""
_UNIQUES = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'u' AND conrelid::regclass::text = ANY(%(t)s)
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid::regclass::text = ANY(%(t)s) AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
Say = Callable[[str], object]


def pour(connection: psycopg.Connection[Any], deal: Deal, *, say: Say = lambda _: None) -> None:
    """灌进空的案件表；一件也没有才灌，有就报错."""
    found = connection.execute("SELECT EXISTS (SELECT 1 FROM case_record)").fetchone()
    if found and found[0]:
        raise RuntimeError("库里已有案件，只往没有案件的乡里灌")
    _begin(connection, deal)
    with _bared(connection, say):
        done = 0
        for rows in deal.batches(BATCH):
            _copy(connection, rows)
            done += len(rows["case_record"])
            if done % (20 * BATCH) == 0:
                say(f"已灌 {done} 件")
    _settle(connection, deal)
    connection.commit()


def _begin(connection: psycopg.Connection[Any], deal: Deal) -> None:
    """接着播种时写的日志与通知往下编号、往下连."""
    head = connection.execute(
        "SELECT chain_seq, hash FROM journal_head WHERE township_id = %s", [deal.ground.township.id]
    ).fetchone()
    if head:
        deal.chain, deal.head = head
    for table in ("journal", "notification"):
        last = connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
        deal.ids[table] = last[0] if last else 0


@contextmanager
def _bared(connection: psycopg.Connection[Any], say: Say) -> Any:
    """撤下外键、唯一约束与索引，过后照原样装回：装的时候逐行验过."""
    given = {"t": list(COLUMNS)}
    references, uniques, indexes = (
        connection.execute(query, given).fetchall() for query in (_REFERENCES, _UNIQUES, _INDEXES)
    )
    for table, name, _definition in [*references, *uniques]:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    say("正在建索引、验约束……")
    connection.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for _name, definition in indexes:
        connection.execute(definition)
    for table, name, definition in [*uniques, *references]:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _copy(connection: psycopg.Connection[Any], rows: Rows) -> None:
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            listed = ", ".join(columns.split())
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows.get(table, ()):
                    copy.write_row(row)


def _settle(connection: psycopg.Connection[Any], deal: Deal) -> None:
    """序列、取号器、链首接着灌进去的走."""
    for table, last in deal.ids.items():
        sequence = connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table]).fetchone()
        if sequence and sequence[0]:
            connection.execute("SELECT setval(%s, %s)", [sequence[0], last])
    township = deal.ground.township.id
    for (kind, year), last in deal.numbers.items():
        connection.execute(
            "INSERT INTO number_counter (township_id, kind, year, last) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (township_id, kind, year) DO UPDATE SET last = excluded.last",
            [township, kind, year, last],
        )
    connection.execute(
        "INSERT INTO journal_head (township_id, chain_seq, hash) VALUES (%s, %s, %s)"
        " ON CONFLICT (township_id) DO UPDATE SET chain_seq = excluded.chain_seq,"
        " hash = excluded.hash",
        [township, deal.chain, deal.head],
    )
