"""界面的 Jinja 全局：控件、图标、打包文件、脚本里的字、侧栏与顶栏的缺省."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from views.controls import control, search_control
from views.theme import THEMES, theme
from views.ui_filters import FILTERS, FLAG_LOOKS, LEVEL_TONES, cn_moment, is_enum_member

MANIFEST = "ui/manifest.json"


@lru_cache(maxsize=8)
def _manifest(path: Path, changed: float) -> dict[str, Any]:
    """打包清单；以改动时刻为键，重新打包后不必重启."""
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read


def manifest() -> dict[str, Any]:
    """打包清单（manifest）：``files`` 为名字 → 带指纹的文件名，``icons`` 为图标名.

    还没有打包时抛 ``RuntimeError``，说明该做什么。
    """
    path = Path(current_app.static_folder or "") / MANIFEST
    try:
        return _manifest(path, path.stat().st_mtime)
    except FileNotFoundError as missing:
        hint = "先打包界面（在 frontend 里 npm ci，再 npm run build）"
        raise RuntimeError(f"没有 {path}：{hint}") from missing


def static_ui(name: str) -> str:
    """打包文件的地址：``static_ui("app.css")`` → ``/static/ui/app-<指纹>.css``."""
    return url_for("static", filename=f"ui/{manifest()['files'][name]}")


def icon(name: str, cls: str = "") -> Markup:
    """图标（icon）：图标集里的一个，装饰用，读屏不读.

    名字不在 ``frontend/icons.txt`` 里时，测试与调试中抛 ``LookupError``，运行中画一个圆点。
    """
    known = manifest()
    if name not in known["icons"]:
        if current_app.testing or current_app.debug:
            raise LookupError(f"图标 {name!r} 不在 frontend/icons.txt 里")
        name = "circle-dot"
    return Markup(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'
    ).format(f"ic {cls}".strip(), static_ui("icons.svg"), name)


def ui_words() -> dict[str, str]:
    """脚本里用到的字，放在页首的 ``meta`` 里，脚本自己不写中文."""
    return {
        "cancel": _("Cancel"),
        "close": _("Close"),
        "chooseRows": _("Tick the rows to handle first."),
        "noMatch": _("Nothing matches."),
        "loading": _("Loading…"),
        "draftFound": _("A draft from %(time)s was kept on this computer.", time="{time}"),
        "draftRestore": _("Put it back"),
        "draftDrop": _("Discard"),
        "draftRestored": _("The draft from %(time)s has been put back.", time="{time}"),
        "draftSaved": _("Draft kept at %(time)s", time="{time}"),
        "draftsLeft": _(
            "%(n)s unsent drafts are kept on this computer; signing out removes them.", n="{n}"
        ),
        "signOut": _("Sign out"),
        "counter": _("%(n)s / %(max)s", n="{n}", max="{max}"),
        "counterOver": _("%(n)s characters too many", n="{n}"),
        "uploadWaiting": _("Waiting"),
        "uploadFailed": _("Not sent, network fault."),
        "uploadRetry": _("Try again"),
        "uploadRemove": _("Remove %(name)s", name="{name}"),
        "uploadTooBig": _("Larger than %(size)s, choose a smaller file.", size="{size}"),
        "uploadDone": _("Uploaded"),
        "uploadKind": _("This kind of file is not accepted."),
        "uploadBusy": _("Files are still being sent. Submit when they are done."),
        "newRows": _("%(n)s new", n="{n}"),
        "changed": _("This page has changed; click to refresh"),
        "selected": _("%(n)s chosen", n="{n}"),
        "keptBack": _("What you typed has been put back."),
        "copied": _("Copied"),
        "capsLock": _("Caps lock is on."),
        "showPassword": _("Show password"),
        "hidePassword": _("Hide password"),
        "choose": _("Choose"),
        "clear": _("Clear"),
        "notChosen": _("Not chosen"),
        "gridMembers": _("Looked after by %(names)s", names="{names}"),
        "notLocated": _("No place found; choose the village and grid."),
        "requiredDone": _("Required %(n)s / %(max)s", n="{n}", max="{max}"),
    }


def _no_menu() -> list[dict[str, Any]]:
    """侧栏的缺省：没有登记菜单时为空."""
    return []


def _plain_topbar() -> dict[str, Any]:
    """顶栏的缺省：只有名称；视图层登记自己的 ``topbar`` 覆盖它."""
    return {"title": current_app.config.get("APP_NAME", ""), "subtitle": ""}


def _now_words() -> str:
    """打印题头上的时刻；演示日固定时由视图层登记自己的."""
    return cn_moment(datetime.now(UTC))


def init_ui(app: Flask) -> None:
    """登记界面的全局与过滤器；``menu_items``、``topbar`` 已登记的不动."""
    env = app.jinja_env
    env.globals.update(
        control=control,
        search_control=search_control,
        static_ui=static_ui,
        icon=icon,
        ui_words=ui_words,
        theme=theme,
        THEMES=THEMES,
        LEVEL_TONES=LEVEL_TONES,
        FLAG_LOOKS=FLAG_LOOKS,
    )
    env.globals.setdefault("menu_items", _no_menu)
    env.globals.setdefault("topbar", _plain_topbar)
    env.globals.setdefault("now_words", _now_words)
    env.filters.update(FILTERS)
    env.tests["enum_member"] = is_enum_member
