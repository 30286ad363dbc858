"""出错页：一句话说清怎么了、怎么办，带一个能在日志里查到的编号."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as Plain

from app.domain.errors import Refused
from views.base import refusal_words, undo
from views.security_session import login_url

log = logging.getLogger("township.web")

REFUSED_STATUS = {
    "not_found": 404,
    "not_granted": 403,
    "out_of_scope": 404,
    "limit": 403,
    "preview_read_only": 403,
    "preview_hidden": 403,
    "preview_over": 403,
}
CONFLICT = 409
EXPIRED = "home/expired.html"
_DRAWN = frozenset({400, 403, 404, 405, 413, 429, 500})
"""有专页的几种；其余用通用的一页."""


def init_app(app: Flask) -> None:
    """登记各种错的出错页."""
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(OperationalError, no_database)
    app.register_error_handler(PoolTimeout, no_database)
    app.register_error_handler(InternalError, wrote_while_read_only)
    app.register_error_handler(HTTPException, http_fault)
    app.register_error_handler(Exception, broken)


def reference() -> str:
    """出错编号（reference）：八位，写进日志也写在页上."""
    return secrets.token_hex(4).upper()


def page(
    status: int, title: str, words: str, *, number: str | None = None, **more: Any
) -> Response:
    """画出错页；要 JSON 的给 JSON；``more`` 带 ``template`` 的用那一页."""
    number = number or reference()
    log.warning(
        "%s %s %s %s user=%s: %s",
        number,
        status,
        request.method,
        request.path,
        _who(),
        title,
    )
    if _wants_json():
        answer = jsonify(error=title, words=words, reference=number)
    else:
        answer = current_app.make_response(_draw(status, title, words, number, **more))
    answer.status_code = status
    return answer


def _draw(status: int, title: str, words: str, number: str, **more: Any) -> str:
    usual = f"errors/{status}.html" if status in _DRAWN else "home/fault.html"
    template = more.pop("template", usual)
    if g.get("is_broken"):
        template = "home/fault_bare.html"
    return render_template(
        template,
        code=status,
        title=title,
        words=words,
        reference=number,
        base_template="appbuilder/baselayout.html",
        appbuilder=current_app.extensions["appbuilder"],
        **more,
    )


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" or request.headers.get("X-Requested-With") == "fetch"


def _who() -> str:
    if g.get("is_broken"):
        return "?"
    return str(current_user.get_id() or "-")


def stale_form(error: CSRFError) -> Response | Plain:
    """表单过期：登录还在就请刷新，登录已过期就请再登录；写的字在浏览器里留着."""
    if not current_user.is_authenticated:
        return _signed_out(400)
    words = _("Go back, refresh the page and submit again; what you typed was kept here.")
    return page(400, _("The form has expired."), words, template=EXPIRED)


def _signed_out(status: int) -> Response:
    words = _("Sign in again, then go back to the form: what you typed was kept here.")
    title = _("Your sign-in has expired.")
    return page(status, title, words, template=EXPIRED, login=login_url())


def refused(error: Refused) -> Response:
    """没有在页面里接住的拒绝：一句话说为什么."""
    undo()
    status = REFUSED_STATUS.get(error.code, CONFLICT)
    return page(status, _title(status), refusal_words(error))


def wrote_while_read_only(error: InternalError) -> Response:
    """预览里的页面要写库：数据库不让写，与提交一样拒绝；别的内部错照旧."""
    if isinstance(error.orig, ReadOnlySqlTransaction):
        return refused(Refused("preview_read_only"))
    return broken(error)


def http_fault(error: HTTPException) -> Response | Plain:
    """各种 HTTP 错误；没有登录的（401）引去登录."""
    status = error.code or 500
    if status == 401 and not _wants_json():
        # 交表时登录已过期的不转走：转走了，浏览器会以为办成了，把草稿清掉
        return redirect(login_url()) if request.method == "GET" else _signed_out(401)
    if status < 400:
        answer: Any = error.get_response()
        return answer
    if status >= 500 and not isinstance(error, InternalServerError):
        g.is_broken = True
    words = "" if status in _DRAWN else _(f"http.{status if status in _KNOWN else 'other'}")
    answer = page(status, _title(status), words)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


_KNOWN = frozenset({400, 401, 403, 404, 405, 408, 409, 410, 413, 414, 415, 429, 500, 503})


def _title(status: int) -> str:
    return _(f"http_title.{status if status in _KNOWN else 'other'}")


def no_database(error: Exception) -> Response:
    """数据库连不上、连接用完、语句超时：请稍后再试（503）."""
    number = reference()
    log.exception("%s database", number, exc_info=error)
    g.is_broken = True
    return page(503, _title(503), _("http.503"), number=number)


def broken(error: Exception) -> Response:
    """程序的错：作废改动，编号写进日志，页上只说编号."""
    number = reference()
    log.exception("%s %s %s", number, request.method, request.path, exc_info=error)
    if current_app.testing or current_app.debug:
        raise error
    undo()
    return page(500, _title(500), "", number=number)
