"""会话：登入时换新、闲置即退出、口令一改别处的登录全部作废."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from models.security import Account
from views.base import clock_now, forget_actor, session_account

IDLE_KEY = "seen"
STAMP_KEY = "stamp"
TOUCH_EVERY = timedelta(minutes=1)
QUIET_HEADER = "X-Quiet"
"""定时轮询带这个头：不算人在操作."""

PASSWORD_ENDPOINT = "PasswordView.change"  # noqa: S105 - 视图名
_ALWAYS = frozenset(
    {"SignInView.login", "SignInView.logout", "ThemeView.choose", PASSWORD_ENDPOINT}
)


def init_app(app: Flask) -> None:
    """每个请求先看闲置与强制改口令."""
    app.before_request(check_session)


def check_session() -> Response | None:
    """没有登录的只进得了写明公开的；闲置太久的退出；头一次登录没有改过口令的引去改."""
    if request.endpoint in (None, "static"):
        return None
    if not current_user.is_authenticated:
        return None if _is_public() else abort(401)
    if _is_idle():
        end()
        flash(_("You were signed out after 30 idle minutes. What you typed was kept."), "warning")
        return redirect(login_url()) if request.method == "GET" else abort(401)
    account: Account = g.account
    if account.must_change_password and not account.is_demo and request.endpoint not in _ALWAYS:
        return redirect(url_for(PASSWORD_ENDPOINT))
    return None


def _is_public() -> bool:
    """这个画面写明了不登录也能进."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "_guard", "") == "public"


def _is_idle() -> bool:
    """闲置与否；不闲置就记下此刻（一分钟至多记一次）."""
    now = clock_now()
    seen = _moment(session.get(IDLE_KEY))
    limit: timedelta = current_app.config["PERMANENT_SESSION_LIFETIME"]
    if seen is None or now - seen > limit:
        return True
    if now - seen > TOUCH_EVERY and QUIET_HEADER not in request.headers:
        session[IDLE_KEY] = now.isoformat()
    return False


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def begin(account: Account) -> None:
    """登入：会话换新（旧的一概不留），记下账号的印记与此刻."""
    session.clear()
    login_user(account.user, remember=False)
    session.permanent = True
    session[IDLE_KEY] = clock_now().isoformat()
    session[STAMP_KEY] = account.session_stamp
    g.account = account
    forget_actor()


def renew(account: Account) -> None:
    """本人改了口令：本机这一处接着用，别处的都作废."""
    session[STAMP_KEY] = account.session_stamp
    g.account = account


def end() -> None:
    """退出：会话清空."""
    logout_user()
    session.clear()
    g.pop("account", None)
    forget_actor()


def load_user(key: str) -> Any:
    """登录的人；账号停用、口令已改（印记不符）、没有挂人的，一律当作没有登录."""
    if g.get("is_broken") or not str(key).isdigit():
        return None
    account = session_account(int(key))
    if account is None or not account.user.is_active:
        return None
    if session.get(STAMP_KEY) != account.session_stamp:
        return None
    g.account = account
    return account.user


def login_url() -> str:
    """登录页的地址，带上回来的地方：读页面回本页，提交的回到表单页."""
    if request.method == "GET":
        target = request.full_path.rstrip("?")
    else:
        target = urlsplit(request.referrer or "").path
    return url_for("SignInView.login", next=safe_next(target) or None)


def safe_next(target: str | None) -> str:
    """登录后回来的地方：本站的路径，登录页自己不算."""
    text = on_site(target)
    return text if urlsplit(text).path != url_for("SignInView.login") else ""


def on_site(target: str | None) -> str:
    """回来的地方只认本站的路径；别的一概当没有."""
    text = target or ""
    odd = "\\" in text or any(ord(letter) < 32 for letter in text)
    parts = urlsplit("" if odd else text)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or text.startswith("//"):
        return ""
    return text
