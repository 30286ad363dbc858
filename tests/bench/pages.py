"""量哪些页：谁、哪个地址；清单的深页由库里取那一行的位置，照产品的办法签名."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from itsdangerous import URLSafeSerializer

from tests.bench import words
from tests.bench.town import SECRET_KEY, Town, libpq

DEEP = 0.8
"""深页在多深的地方."""


@dataclass(frozen=True, slots=True)
class Page:
    """一页：名字、谁来看、地址."""

    name: str
    login: str
    path: str


def pages(town: Town) -> list[Page]:
    """全部要量的页."""
    with psycopg.connect(libpq(town.urls.owner), autocommit=True) as connection:
        facts = _facts(connection)
    return [*_plain(facts), *_lists(facts), *_searches(facts)]


def _plain(facts: dict[str, Any]) -> list[Page]:
    return [
        Page("首页（受理员）", "clerk", "/"),
        Page("首页（网格员）", "grid09", "/"),
        Page("看板", "clerk", "/board/"),
        Page("看板（平台）", "zhifa", "/board/"),
        Page("案件页（在办）", "clerk", f"/cases/{facts['open']}"),
        Page("案件页（已归档）", "clerk", f"/cases/{facts['closed']}"),
        Page("登记表", "clerk", "/cases/add"),
        Page("例会清单", "zhifa", "/meetings/"),
    ]


def _lists(facts: dict[str, Any]) -> list[Page]:
    def at(**given: Any) -> str:
        return "/cases/?" + urlencode({k: v for k, v in given.items() if v is not None}, doseq=True)

    newest = {"view": "all", "sort": "recent"}
    return [
        Page("清单 在办（受理员）", "clerk", at()),
        Page("清单 在办（平台）", "zhifa", at()),
        Page("清单 在办（站所）", "chengguan", at()),
        Page("清单 在办（网格员）", "grid09", at()),
        Page("清单 全部 首页", "clerk", at(**newest)),
        Page("清单 全部 深页 80%", "clerk", at(**newest, cursor=facts["deep"])),
        Page("清单 全部（平台）", "zhifa", at(**newest)),
        Page("清单 全部（网格员）", "grid09", at(**newest)),
        Page("清单 已办结", "clerk", at(view="closed")),
        Page("筛选 在办 状态＋等级", "clerk", at(state="PROCESSING", level="重大")),
        Page("筛选 超期", "clerk", at(view="overdue")),
        Page("筛选 已办结 一类", "clerk", at(view="closed", category=facts["category"])),
        Page(
            "筛选 已办结 四项无果",
            "clerk",
            at(
                view="closed",
                category=facts["category"],
                level="重大",
                channel=facts["channel"],
                grid=facts["grid"],
                until="2012-12-31",
            ),
        ),
        Page(
            "筛选 已办结 四项少有",
            "clerk",
            at(
                view="closed",
                category=facts["category"],
                level="重大",
                channel=facts["channel"],
                grid=facts["grid"],
            ),
        ),
    ]


def _searches(facts: dict[str, Any]) -> list[Page]:
    def find(words_: str, **more: str) -> str:
        return "/cases/?" + urlencode({"view": "all", "sort": "recent", "q": words_, **more})

    return [
        Page("检索 常见二字", "clerk", find(words.COMMON)),
        Page("检索 常见四字", "clerk", find("生活垃圾")),
        Page("检索 五百分之一", "clerk", find(words.SOME.word)),
        Page("检索 五千分之一 六字", "clerk", find(words.PHRASE.word)),
        Page("检索 五万分之一", "clerk", find(words.RARE.word)),
        Page("检索 没有", "clerk", find(words.NOWHERE)),
        Page("检索 常见二字 在办", "clerk", find(words.COMMON, view="open")),
        Page("检索 常见二字（平台）", "zhifa", find(words.COMMON)),
        Page("检索 五百分之一（平台）", "zhifa", find(words.SOME.word)),
        Page("检索 常见二字（网格员）", "grid09", find(words.COMMON)),
        Page("检索 编号写全", "clerk", find(facts["number"])),
        Page("检索 只写序号", "clerk", find(str(facts["seq"]))),
        Page("检索 电话尾号", "clerk", find("0612")),
    ]


def _facts(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """从库里取几件来看：在办的、归档的、深处的那一行."""

    def one(query: str, *given: Any) -> Any:
        row = connection.execute(query.encode(), given).fetchone()
        assert row is not None, query
        return row

    closed = one(
        "SELECT id, number, seq FROM case_record WHERE state = 'ARCHIVED' LIMIT 1 OFFSET 50"
    )
    total = one("SELECT count(*) FROM case_record")[0]
    deep = one(
        "SELECT reported_at, id FROM case_record ORDER BY reported_at DESC, id DESC"
        " LIMIT 1 OFFSET %s",
        int(total * DEEP),
    )
    person = one("SELECT person_id FROM account a JOIN ab_user u ON u.id = a.user_id"
                 " WHERE u.username = 'clerk'")[0]  # fmt: skip
    signer = URLSafeSerializer(SECRET_KEY, salt=f"case-cursor-{person}")
    common = one(
        "SELECT category_id, channel, grid_id FROM case_record WHERE NOT is_open LIMIT 1 OFFSET 70"
    )
    return {
        "open": one(
            "SELECT id FROM case_record WHERE state = 'PROCESSING' ORDER BY id DESC LIMIT 1"
        )[0],
        "closed": closed[0],
        "number": closed[1],
        "seq": closed[2],
        "deep": signer.dumps([deep[0].isoformat(), deep[1], False]),
        **dict(zip(("category", "channel", "grid"), common, strict=True)),
    }
