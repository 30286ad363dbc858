"""词条：代码里的每个词、每个拒绝、每种取值都有中文；目录与各份词条一致，没有空的、没有存疑的."""

from __future__ import annotations

import ast
import csv
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import nodes

import app.domain as domain_package
from app.plan.load import load
from tests.house.test_house import ROOT, short, sources

FOLDER = ROOT / "translations"
GETTEXT = {"_", "_l", "gettext", "lazy_gettext", "_gettext", "_lazy_gettext"}
CHINESE = re.compile(r"[一-鿿]")
PLACES = re.compile(r"%\((\w+)\)[sd]")
CODE = re.compile(r"[a-z_]+(\.[A-Za-z0-9_\-一-鿿]+)+")
LABELS = {
    "Action": "case",
    "AgendaState": "agenda_state",
    "AssessmentState": "assessment_state",
    "Card": "card",
    "Clock": "clock",
    "DayKind": "day_kind",
    "EscalateKind": "escalate_kind",
    "EscalateReason": "escalate_reason",
    "EscalationState": "escalation_state",
    "Field": "field",
    "FinishResult": "finish_result",
    "Kind": "kind",
    "Leg": "leg",
    "Level": "level",
    "MeetingAction": "",
    "MeetingState": "meeting_state",
    "MinutesState": "minutes_state",
    "NoticeGroup": "notice_group",
    "NoFeedback": "no_feedback",
    "Party": "party",
    "Proposal": "proposal",
    "RejectReason": "reject_reason",
    "ReopenReason": "reopen_reason",
    "ResolutionState": "resolution_state",
    "Retention": "archive_period",
    "ReturnReason": "return_reason",
    "Satisfaction": "satisfaction",
    "SegmentKind": "explain",
    "Stage": "stage",
    "State": "state",
    "SuperviseKind": "supervise_kind",
    "SuspendReason": "suspend_reason",
    "Unit": "unit",
    "VerifyMethod": "verify_method",
    "Why": "assess_why",
}
"""领域的每种取值 → 词条的前缀（``MeetingAction`` 的值就是词条）."""
INTERNAL = {"Guard", "MeetingGuard", "RemainingKind", "Term"}
"""不上屏幕的：守卫的代码（话在 refused.* 里）、剩余时间的写法由 counted.* 给."""


@cache
def catalogue(locale: str = "zh") -> dict[str, str]:
    """目录：词条 → 译文."""
    return {str(one.id): str(one.string) for one in _book(locale) if one.id}


def _book(locale: str) -> Catalog:
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def build_script() -> ModuleType:
    """合并词条的脚本."""
    spec = importlib.util.spec_from_file_location("words_build", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def enums() -> Iterator[type[StrEnum]]:
    """领域的每种取值."""
    for found in pkgutil.iter_modules(domain_package.__path__):
        module = importlib.import_module(f"app.domain.{found.name}")
        for kind in vars(module).values():
            own = isinstance(kind, type) and issubclass(kind, StrEnum)
            if own and kind.__module__ == module.__name__:
                yield kind


# 目录


def test_the_zh_catalogue_has_no_empty_and_no_doubtful_entry():
    wrong = [str(one.id) for one in _book("zh") if one.id and (one.fuzzy or not one.string)]
    assert wrong == []


def test_the_catalogues_are_what_the_parts_give():
    script = build_script()
    for locale, texts in (("zh", script.words()), ("en", script.english())):
        path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
        fresh = script.catalog(locale, texts)
        assert path.read_bytes() == fresh, f"{locale}：运行 python translations/build.py"


def test_the_glossary_and_the_catalogue_say_the_same():
    with (FOLDER / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["code"] for row in rows}) == len(rows)
    zh = catalogue()
    assert {
        row["code"]: zh.get(row["code"]) for row in rows if zh.get(row["code"]) != row["中文"]
    } == {}
    assert set(catalogue("en")) == {row["code"] for row in rows}


def test_every_translation_keeps_the_places_of_its_sentence():
    wrong = {
        key: text
        for key, text in catalogue().items()
        if not CODE.fullmatch(key) and not set(PLACES.findall(text)) <= set(PLACES.findall(key))
    }
    assert wrong == {}


def test_every_sentence_on_screen_is_chinese():
    plain = re.compile(r"[\W\d_]*(%\(\w+\)s[\W\d_]*)*|PDF|Ctrl.*|[A-Z]")
    wrong = {
        key: text
        for key, text in catalogue().items()
        if not CHINESE.search(text) and not plain.fullmatch(text) and not PLACES.search(text)
    }
    assert wrong == {}


# 取值


def test_every_enumeration_of_the_domain_has_a_label_prefix_or_is_internal():
    found = {kind.__name__ for kind in enums()}
    assert found == set(LABELS) | INTERNAL


@pytest.mark.parametrize("name", sorted(LABELS))
def test_every_member_has_a_label(name):
    kind = next(one for one in enums() if one.__name__ == name)
    prefix, zh = LABELS[name], catalogue()
    keys = [f"{prefix}.{one.value}" if prefix else one.value for one in kind]
    assert [key for key in keys if key not in zh] == []


def test_the_code_and_the_catalogue_call_a_term_the_same():
    zh, wrong = catalogue(), []
    for kind in enums():
        prefix = LABELS.get(kind.__name__) if kind.__name__ != "Card" else None  # 标签用短名
        for one in kind if prefix is not None else ():
            key = f"{prefix}.{one.value}" if prefix else one.value
            told = getattr(one, "zh", None)
            if told and told != one.value and zh.get(key) != told:
                wrong.append(f"{key}：代码是“{told}”，目录是“{zh.get(key)}”")
    assert wrong == []


def test_every_grant_limit_role_and_module_of_the_plan_has_a_label():
    plan, zh = load(), catalogue()
    keys = {f"limit.{limit.code}" for limit in plan.limits}
    keys |= {f"role.{role.code}" for role in plan.roles}
    keys |= {f"module.{module.code}" for module in plan.modules}
    keys |= {f"scope.{role.scope}" for role in plan.roles}
    keys |= {f"platform.{platform.code}" for platform in plan.platforms}
    keys |= {f"{grant.module}.{grant.action}" for grant in plan.grants}
    assert sorted(keys - set(zh)) == []


# 拒绝


def refusals() -> Iterator[tuple[str, str]]:
    """代码里抛出的每个拒绝代码与在哪里."""
    for path in sources("app", "views", "reports"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name not in ("Refused", "RenderRefused"):
                continue
            for code in _texts(node.args[0]):
                yield code, f"{short(path)}:{node.lineno}"


def _texts(node: ast.AST) -> list[str]:
    """一个写死的字，或几个里挑一个."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_refusal_has_a_sentence():
    zh = catalogue()
    found = list(refusals())
    assert len({code for code, _place in found}) > 100
    # 数据库的约束不许：话在 constraint.<约束名>，没有的用 constraint.other
    assert "constraint.other" in zh
    wrong = {c: place for c, place in found if f"refused.{c}" not in zh and c != "broken_rule"}
    assert wrong == {}


def test_every_denial_of_the_grants_has_a_sentence():
    for code in ("not_granted", "out_of_scope", "limit", "not_found", "draft_only", "other"):
        assert f"refused.{code}" in catalogue()


# 用到的词


def used() -> Iterator[tuple[str, str]]:
    """代码与模板里要译的每个词条与在哪里."""
    for path in sources("app", "views", "reports"):
        yield from _used_in_code(path)
    yield from _used_in_templates()


def _used_in_code(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT and node.args:
            for text in _texts(node.args[0]):
                yield text, f"{short(path)}:{node.lineno}"


def _used_in_templates() -> Iterator[tuple[str, str]]:
    from jinja2 import Environment  # noqa: PLC0415 - 只读语法，不画页面

    reader = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for path in sorted((ROOT / "app" / "templates").rglob("*.html")):
        tree = reader.parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if getattr(call.node, "name", "") in GETTEXT and call.args:
                for text in _said(call.args[0]):
                    yield text, f"{short(path)}:{call.lineno}"


def _said(node: Any) -> list[str]:
    if isinstance(node, nodes.Const):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, nodes.CondExpr):
        return _said(node.expr1) + (_said(node.expr2) if node.expr2 else [])
    return []


def test_every_sentence_that_is_asked_for_is_translated():
    zh = catalogue()
    found = list(used())
    assert len(found) > 500
    missing = {text: place for text, place in found if text and text not in zh}
    assert missing == {}
