"""模板：没有旧样子、没有行内脚本与样式、宏都写了参数、FAB 的模板都换过."""

from __future__ import annotations

import re
from pathlib import Path

import flask_appbuilder
import pytest
from flask import Flask
from flask_appbuilder.filters import TemplateFilters
from flask_babel import Babel
from flask_wtf import CSRFProtect

from views.ui import init_ui

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
NAMES = [page.relative_to(TEMPLATES).as_posix() for page in PAGES]
COMPONENTS = [page for page in PAGES if page.parent.name == "components"]

FORBIDDEN = {
    "glyphicon": "旧图标",
    r"\bfa fa-|fa-fw": "旧图标",
    "select2": "旧下拉",
    r"data-(bs-)?toggle=": "Bootstrap 的脚本没有装",
    "panel-primary|btn-default|help-block|col-md-offset": "Bootstrap 3 的类",
    "appbuilder.static": "FAB 自带的样式与脚本",
    r"\sstyle=": "行内样式，内容安全策略会拦",
    r"<style": "行内样式，内容安全策略会拦",
    r"\son[a-z]+=": "行内脚本，内容安全策略会拦",
    r"javascript:": "行内脚本，内容安全策略会拦",
    r"hx-on": "表达式要 eval，内容安全策略会拦",
    r"https?://": "外部地址，离线用不了",
    r"\|\s*safe\b": "只有 FAB 部件画好的标记可以不转义",
}
SAFE_WIDGETS = re.compile(r"widgets|form_widget|list_widget")

# 这些页面没有入口：登录方式不用、自助注册不开、统计图与接口说明不装
UNREACHABLE = {
    "_formhelpers.html",
    "base.html",
    "general/charts/chart.html",
    "general/charts/chart_time.html",
    "general/charts/jsonchart.html",
    "general/model/search.html",
    "general/security/activation.html",
    "general/security/login_oauth.html",
    "general/security/login_saml.html",
    "general/security/register_mail.html",
    "general/security/register_oauth.html",
    "general/widgets/chart.html",
    "general/widgets/direct_chart.html",
    "general/widgets/multiple_chart.html",
    "swagger/swagger.html",
}


@pytest.fixture(scope="module")
def app() -> Flask:
    """只装界面的应用：没有数据库，也不登录."""
    made = Flask(
        __name__, template_folder=str(TEMPLATES), static_folder=str(ROOT / "app" / "static")
    )
    made.config.update(SECRET_KEY="for-tests", TESTING=True, BABEL_DEFAULT_LOCALE="en")
    Babel(made)
    CSRFProtect(made)
    TemplateFilters(made, None)
    init_ui(made)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_no_template_carries_the_old_look_or_inline_code(page: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", page.read_text("utf-8"), flags=re.DOTALL)
    for line in text.splitlines():
        for pattern, why in FORBIDDEN.items():
            if re.search(pattern, line) and not ("safe" in pattern and SAFE_WIDGETS.search(line)):
                pytest.fail(f"{page.name}: {why}：{line.strip()[:120]}")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_scripts_come_only_from_the_bundle(page: Path) -> None:
    for tag in re.findall(r"<script[^>]*>.*?</script>", page.read_text("utf-8"), re.DOTALL):
        assert re.fullmatch(r'<script defer src="\{\{ static_ui\(.*?\) \}\}"></script>', tag)


def test_every_fab_template_is_replaced_or_unreachable() -> None:
    theirs = Path(flask_appbuilder.__file__).parent / "templates" / "appbuilder"
    names = {page.relative_to(theirs).as_posix() for page in theirs.rglob("*.html")}
    ours = {
        page.relative_to(TEMPLATES / "appbuilder").as_posix()
        for page in (TEMPLATES / "appbuilder").rglob("*.html")
    }
    assert names - ours == UNREACHABLE, "FAB 有没换过的模板，或清单过时了"


@pytest.mark.parametrize("page", COMPONENTS, ids=[page.name for page in COMPONENTS])
def test_every_public_macro_is_described_at_the_head_of_its_file(page: Path) -> None:
    text = page.read_text("utf-8")
    head = re.match(r"\{#(.*?)#\}", text, re.DOTALL)
    assert head, f"{page.name} 开头要写每个宏的参数"
    public = [name for name in re.findall(r"macro (\w+)\(", text) if not name.startswith("_")]
    missing = [name for name in public if f"{name}(" not in head[1]]
    assert not missing, f"{page.name} 没有说明：{missing}"


def test_error_pages_exist_for_what_can_go_wrong() -> None:
    wanted = {"400", "403", "404", "405", "413", "429", "500", "expired_form"}
    assert wanted <= {page.stem for page in (TEMPLATES / "errors").glob("*.html")}


def test_the_500_page_needs_neither_menu_nor_sign_in() -> None:
    text = (TEMPLATES / "errors" / "500.html").read_text("utf-8")
    for risky in ("current_user", "topbar", "menu_items", "get_flashed_messages"):
        assert risky not in text
