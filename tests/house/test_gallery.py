"""样品册：每个公开的部件都在，14 种状态都在；只有系统管理员进得去；主题可以指定."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, nodes

from app.domain.case_states import State
from tests.site import words
from views.gallery_form import SampleForm
from views.ui_filters import STATE_LOOKS

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
COMPONENTS, GALLERY = TEMPLATES / "components", TEMPLATES / "gallery"
READER = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


def macros() -> set[tuple[str, str]]:
    """各部件文件里公开的宏."""
    found = set()
    for path in COMPONENTS.glob("*.html"):
        tree = READER.parse(path.read_text("utf-8"))
        found |= {(path.name, one.name) for one in tree.find_all(nodes.Macro)}
    return {(file, name) for file, name in found if not name.startswith("_")}


def drawn() -> set[tuple[str, str]]:
    """样品册引入并真用到的宏."""
    found = set()
    for path in GALLERY.glob("*.html"):
        tree = READER.parse(path.read_text("utf-8"))
        called = {getattr(one.node, "name", "") for one in tree.find_all(nodes.Call)}
        for line in tree.find_all(nodes.FromImport):
            for name in line.names:
                own, alias = name if isinstance(name, tuple) else (name, name)
                if alias in called:
                    found.add((Path(line.template.value).name, own))  # type: ignore[attr-defined]
    return found


def test_every_component_has_its_sample_in_the_gallery() -> None:
    missing = sorted(macros() - drawn())
    assert missing == [], (
        "新部件在 app/templates/gallery 里放一件样品，样例值写在 gallery_samples.py"
    )


def test_the_fourteen_states_lead_the_table_of_looks() -> None:
    assert list(STATE_LOOKS)[:14] == [state.value for state in State]


def test_the_administrator_sees_every_state_level_and_field_drawn(client_for) -> None:
    browser = client_for("admin")
    answer = browser.get("/gallery/")
    assert answer.status_code == 200
    page, text = answer.get_data(as_text=True), words(answer)
    for state in State:
        assert state.zh in text
    for one in ("较大", "重大", "黄牌", "申请查看", "超 2 个工作日", "样例"):
        assert one in text, one
    assert page.count('aria-invalid="true"') >= 3
    names = [name for name in vars(SampleForm) if not name.startswith("_")]
    for name in set(names) - {"meta", "Meta"}:
        assert f'name="plain-{name}"' in page, name
        assert f'name="bad-{name}"' in page, name
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_a_theme_asked_for_is_drawn_without_the_frame(client_for) -> None:
    browser = client_for("admin")
    for code in ("light", "dark"):
        page = browser.get(f"/gallery/?theme={code}&bare=1").get_data(as_text=True)
        assert f'data-bs-theme="{code}"' in page
        assert '<aside class="side"' not in page
    both = browser.get("/gallery/both").get_data(as_text=True)
    assert both.count("<iframe ") == 2


def test_the_others_have_no_business_in_the_gallery(client_for) -> None:
    browser = client_for("clerk")
    assert browser.get("/gallery/", follow_redirects=False).status_code in (302, 403)
    assert "样品册" not in words(browser.get("/gallery/", follow_redirects=True))
