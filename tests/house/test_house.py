"""家规：范围接口、权限名、尺寸、出处、模板、锁文件；读代码来查，说明在哪里、怎么办."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_appbuilder import ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface

from app.access.scope import SCOPES
from views.base_scope import ScopedInterface

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("app", "views", "models", "reports")
GENERATED = "migrations/versions"
MOST_LINES, MOST_IN_FUNCTION = 300, 40
REASON = re.compile(r"#\s*size[:：]\s*\S+")
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")


def sources(*rooms: str) -> Iterator[Path]:
    """产品的 Python 文件，迁移的各版不算."""
    for room in rooms or ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if GENERATED not in path.as_posix():
                yield path
    if not rooms:
        yield from (ROOT / "config.py", ROOT / "run.py")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# 视图


def views_of(app) -> list[ModelView]:
    """框架的模型视图."""
    return [v for v in app.extensions["appbuilder"].baseviews if isinstance(v, ModelView)]


def test_every_model_view_reads_through_the_scope(app):
    found = views_of(app)
    assert found
    for view in found:
        assert isinstance(view.datamodel, ScopedInterface), type(view).__name__
        assert view.datamodel.obj in SCOPES, type(view).__name__
        assert type(view.datamodel).get_related_interface is SQLAInterface.get_related_interface


def test_every_view_names_its_permission_itself(app):
    free = {
        "HomeView",
        "SearchView",
        "NoticeView",
        "SignInView",
        "ForgottenView",
        "PasswordView",
        "HealthView",
        "PublicCaseView",
        "ThemeView",
    }
    for view in app.extensions["appbuilder"].baseviews:
        name = type(view).__name__
        if name in free:
            continue
        named = [base for base in type(view).__mro__ if "class_permission_name" in vars(base)]
        own = [base for base in named if base.__module__.startswith("views.")]
        assert own, f"{name}：写明 class_permission_name，改了类名授权才不丢"
        assert view.method_permission_name, f"{name}：写明 method_permission_name"


def test_no_model_view_deletes_downloads_or_runs_bulk_actions(app):
    for view in views_of(app):
        left = {"delete", "download", "action", "action_post"} - set(view.exclude_route_methods)
        assert not left, f"{type(view).__name__} 还开着 {left}"


def test_related_lists_and_choices_are_scoped_too(app):
    for view in views_of(app):
        for column in view.datamodel.get_columns_list():
            if view.datamodel.is_relation(column):
                related = view.datamodel.get_related_interface(column)
                assert isinstance(related, ScopedInterface), f"{type(view).__name__}.{column}"


# 尺寸


def test_files_are_at_most_300_lines_or_say_why():
    wrong = {}
    for path in sources():
        text = path.read_text("utf-8")
        count = len(text.splitlines())
        if count > MOST_LINES and not REASON.search(text):
            wrong[short(path)] = count
    assert wrong == {}


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """做事的几行：签名与说明不算."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_at_most_40_lines_or_say_why():
    wrong = []
    for path in sources():
        text = path.read_text("utf-8")
        excused = {n for n, line in enumerate(text.splitlines(), 1) if REASON.search(line)}
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            lines = set(range(node.lineno - 1, (node.end_lineno or 0) + 1))
            if body_lines(node) > MOST_IN_FUNCTION and not lines & excused:
                wrong.append(f"{short(path)}:{node.lineno} {node.name} {body_lines(node)} 行")
    assert wrong == []


# 出处与写法


def test_everything_imported_of_ours_lies_in_this_repository():
    for name in ("app", "views", "models", "reports", "config"):
        module = __import__(name)
        places = [module.__file__] if module.__file__ else list(module.__path__)
        for place in places:
            assert Path(place).resolve().is_relative_to(ROOT), name
    loaded = [m for n, m in sys.modules.items() if n.split(".")[0] in ROOMS]
    for module in loaded:
        if getattr(module, "__file__", None):
            assert Path(module.__file__).resolve().is_relative_to(ROOT), module.__name__


def test_our_packages_are_imported_by_name_not_as_a_whole():
    wrong = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                wrong += [
                    f"{short(path)}:{node.lineno} import {alias.name}"
                    for alias in node.names
                    if alias.name.split(".")[0] == "app"
                ]
    assert wrong == []


def test_the_package_of_the_rules_is_empty():
    assert (ROOT / "app" / "__init__.py").read_text("utf-8").strip() == ""


def test_every_public_function_and_class_of_the_rules_is_explained():
    wrong = []
    for path in sources("app/domain", "app/access", "app/services", "reports"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
                continue
            shape = any(getattr(one, "id", "") == "overload" for one in node.decorator_list)
            if not shape and not ast.get_docstring(node):
                wrong.append(f"{short(path)}:{node.lineno} {node.name}")
    assert wrong == []


def test_nothing_is_left_to_do_in_the_code():
    marks = re.compile(r"\b(TODO|FIXME)\b|raise NotImplementedError|pytest\.mark\.xfail")
    paths = [*sources(), *(ROOT / "tests").rglob("*.py")]
    wrong = [
        f"{short(path)}:{number}"
        for path in paths
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert wrong == []


# 模板


def test_every_form_that_writes_carries_a_token():
    wrong = []
    for path in (ROOT / "app" / "templates").rglob("*.html"):
        text = re.sub(r"(?s)\{#.*?#\}", "", path.read_text("utf-8"))
        for form in re.findall(r"(?is)<form\b[^>]*method=[\"']post[\"'].*?</form>", text):
            if not re.search(r"csrf|hidden|token|caller\(\)", form):
                wrong.append(short(path))
    assert wrong == []


# 锁文件


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_hashes_and_hold_no_address(name):
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|@ file:", text)
    pinned = re.findall(r"^([A-Za-z0-9_.\-\[\]]+)==", text, re.MULTILINE)
    assert pinned
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    bare = [b.splitlines()[0] for b in blocks if "==" in b.splitlines()[0] and "--hash=" not in b]
    assert bare == []


def test_the_lock_of_the_front_end_holds_no_address():
    text = (ROOT / "frontend" / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text
