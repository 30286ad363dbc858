"""拒绝都有句子：案件各处抛出的代码，个个有中文说法，事实都填得进去."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from app.domain.case_words import Action
from app.queries.case_options import WIRED
from views.case_forms import FORMS
from views.case_forms.base import PLACES

CODE = re.compile(r"""Refused\(\s*["']([a-z_]+)["']""")
PLACES_TO_LOOK = ("app/domain/case_*.py", "app/services/case_*.py", "app/services/attachments.py")


def catalogue(here: Path) -> dict[str, str]:
    """全部中文词条."""
    found: dict[str, str] = {}
    for part in sorted((here / "translations/parts").glob("*.yaml")):
        found |= yaml.safe_load(part.read_text("utf-8")) or {}
    return found


def raised(here: Path) -> set[str]:
    """源码里抛出的代码."""
    files = [file for pattern in PLACES_TO_LOOK for file in here.glob(pattern)]
    return {code for file in files for code in CODE.findall(file.read_text("utf-8"))}


def test_every_refusal_of_a_case_has_its_sentence(here: Path) -> None:
    words = catalogue(here)
    missing = {code for code in raised(here) if f"refused.{code}" not in words}
    assert missing == set()


def test_every_sentence_ends_as_one(here: Path) -> None:
    words = catalogue(here)
    for code in raised(here):
        assert words[f"refused.{code}"].endswith("。"), code


def test_every_wired_action_has_its_form() -> None:
    assert set(FORMS) == set(WIRED)


@pytest.mark.parametrize("code", sorted(PLACES))
def test_a_refusal_lands_on_a_field_of_some_form(code: str) -> None:
    fields = {name for form in FORMS.values() for name in dir(form) if not name.startswith("_")}
    assert PLACES[code] in fields


def test_actions_shown_on_screen_are_named(here: Path) -> None:
    words = catalogue(here)
    assert [action for action in Action if f"case.{action}" not in words] == []
