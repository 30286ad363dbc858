"""取号：几个连接同时取，连续、不重、不跳；作废的事务不占号."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

TAKE = text(
    "INSERT INTO number_counter (township_id, kind, year, last) VALUES (:t, 'race', 2099, 1)"
    " ON CONFLICT (township_id, kind, year) DO UPDATE SET last = number_counter.last + 1"
    " RETURNING last"
)


def test_numbers_taken_at_once_have_no_gap_and_no_twin(urls, bare):
    engine = create_engine(urls.app, poolclass=NullPool)
    with engine.begin() as connection:
        township = connection.execute(text("SELECT id FROM township WHERE code = 'BQ'")).scalar()

    def take(turn: int) -> int | None:
        with engine.connect() as connection:
            found = connection.execute(TAKE, {"t": township}).scalar_one()
            if turn % 5 == 0:
                connection.rollback()
                return None
            connection.commit()
            return found

    try:
        with ThreadPoolExecutor(4) as pool:
            taken = [n for n in pool.map(take, range(40)) if n is not None]
        assert sorted(taken) == list(range(1, 33))
    finally:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM number_counter WHERE kind = 'race'"))
        engine.dispose()


def test_the_application_role_cannot_rewrite_the_journal(urls, bare):
    engine = create_engine(urls.app, poolclass=NullPool)
    try:
        for statement in (
            "UPDATE journal SET opinion = 'x'",
            "DELETE FROM journal",
            "TRUNCATE journal",
        ):
            with engine.connect() as connection:
                refused = ""
                try:
                    connection.execute(text(statement))
                except Exception as error:
                    refused = type(getattr(error, "orig", error)).__name__
                assert refused == "InsufficientPrivilege", statement
    finally:
        engine.dispose()


def test_the_owner_cannot_rewrite_the_journal_either(urls, bare):
    engine = create_engine(urls.owner, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            refused = ""
            try:
                connection.execute(text("UPDATE journal SET opinion = 'x'"))
            except Exception as error:
                refused = str(error)
            assert "留痕只增不改" in refused
    finally:
        engine.dispose()
