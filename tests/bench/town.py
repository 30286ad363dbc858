"""被量的乡：自己的数据目录里一套内置数据库，播种一次、灌一次，以后各次接着用."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import psycopg

from app import crypto, migrate
from app.console import say
from app.db import db
from app.pg import DATABASE, Cluster, Urls, grant_app
from app.plan.load import load
from app.plan.seed import seed
from app.unit import unit_of_work
from tests.bench.deal import Deal
from tests.bench.ground import survey
from tests.bench.pour import pour
from tests.conftest import bare_app

NOW = datetime(2026, 6, 30, 1, 0, tzinfo=UTC)
"""此刻：2026 年 6 月 30 日上午九时。"""
PASSWORD = "Measured-2026"
FIELD_KEY = base64.urlsafe_b64encode(b"m" * 32).decode()
SECRET_KEY = "m" * 64
SIZES = {"10k": (10_000, 3.0), "100k": (100_000, 5.0), "1m": (1_000_000, 8.0)}
"""多少件、跨几年."""


@dataclass(frozen=True, slots=True)
class Town:
    """造好的乡：两个地址、数据目录、几件."""

    urls: Urls
    folder: Path
    cases: int

    @property
    def environ(self) -> dict[str, str]:
        """网页进程的环境."""
        return {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.urls.app,
            "SECRET_KEY": SECRET_KEY,
            "FIELD_KEY": FIELD_KEY,
            "DEMO_TODAY": "",
        }


@contextmanager
def standing(folder: Path, size: str) -> Iterator[Town]:
    """起数据库；头一次播种、灌库."""
    cases, years = SIZES[size]
    with Cluster(folder) as cluster:
        cluster.ensure_database(DATABASE)
        urls = Urls(cluster.app_url(DATABASE), cluster.owner_url(DATABASE))
        mark = folder / "poured.json"
        if not mark.exists():
            _reset(cluster)
            say(f"头一次：播种，造 {cases} 件……")
            build(urls, cases=cases, years=years)
            mark.write_text(json.dumps({"cases": cases, "revision": migrate.head()}))
        migrate.upgrade(urls.owner)
        _grant(urls)
        yield Town(urls, folder, cases)


def _reset(cluster: Cluster) -> None:
    """上回造到一半的不要."""
    cluster.drop(DATABASE)
    cluster.ensure_database(DATABASE)


def build(urls: Urls, *, cases: int, years: float, seeded: bool = False) -> None:
    """迁移、播种、灌库、整理；``seeded`` 为已经播过种."""
    crypto.configure(FIELD_KEY)
    if not seeded:
        migrate.upgrade(urls.owner)
        app = bare_app(urls.owner)
        with app.app_context():
            with unit_of_work():
                seed(load(), now=NOW, with_accounts=True, demo_password=PASSWORD)
            db.engine.dispose()
        _grant(urls)
    app = bare_app(urls.owner)
    with app.app_context():
        with unit_of_work():
            ground = survey(NOW.date(), Random(20))
        db.engine.dispose()
    deal = Deal(ground, now=NOW, years=years, total=cases, rng=Random(17))
    with psycopg.connect(libpq(urls.owner)) as connection:
        pour(connection, deal, say=say)
    with psycopg.connect(libpq(urls.owner), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _grant(urls: Urls) -> None:
    with psycopg.connect(libpq(urls.owner)) as connection:
        for statement in grant_app():
            connection.execute(statement.encode())


def libpq(url: str) -> str:
    """SQLAlchemy 地址化成 libpq 地址."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
