"""以其身份预览：起、止与门口；预览里只能看，要写、要取文件、要看正文的都在门口退回."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import TextAreaField

from app.domain.errors import Refused
from app.services import previews
from models.security import Account
from views import seeing
from views.base import (
    OurView,
    actor_or_none,
    clock_now,
    commit,
    current_actor,
    find,
    forget_actor,
    go_read_only,
    own_actor_or_none,
    refuse,
    signed_in,
)
from views.forms_base import DeedForm, Needed, at_most
from views.ui_filters import local

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STOP, SIGN_OUT = "PreviewView.stop", "SignInView.logout"
WITHHELD = frozenset(
    {
        "CaseIntakeView.edit",  # 草稿里有来件人的电话与全文
        "CaseSuggestView.suggest",  # 相似件的事项不过可见程度
        "CaseView.look",  # 写事由看敏感正文
        "PasswordView.change",  # 本人自己的口令
    }
)
"""预览里不给的读；文件（附件、文书、导出）不必列，一律不给。"""
SHOWN = frozenset({"text/html", "application/json"})


class ViewAsForm(DeedForm):
    """预览的事由."""

    reason = TextAreaField(
        _l("Reason"),
        [Needed(), at_most(200)],
        description=_l("At least 10 characters; it goes into the audit log."),
    )


class PreviewView(OurView):
    """以其身份预览（view as）：只读十五分钟，别的都与那个人看到的一样."""

    route_base = "/users/view-as"
    class_permission_name = "user"
    method_permission_name = {"start": "view_as"}
    default_view = "start"

    @expose("/<int:pk>", methods=["GET", "POST"])
    @has_access
    def start(self, pk: int) -> Any:
        """写明事由，起."""
        account, form, error = find(Account, pk), ViewAsForm(), None
        if form.is_submitted():
            error = None if form.validate() else form.first_error()
            if error is None:
                try:
                    actor, now = current_actor(), clock_now()
                    until = previews.begin(account, form.reason.data, actor=actor, now=now)
                    commit()
                    seeing.begin(pk, until)
                    return redirect(url_for("HomeView.index"))
                except Refused as refused:
                    error = refuse(refused, module="user", action="view_as", kind="account", key=pk)
                    account = find(Account, pk)
        name = account.person.name
        deed = {
            "id": "view-as",
            "title": _("See the product as %(name)s", name=name),
            "url": url_for(".start", pk=pk),
            "words": _(
                "Menu, lists and reach are as this person has them, for 15 minutes. Nothing can be"
                " changed or downloaded, and the texts of cases stay hidden."
                " Start and end go into the audit log."
            ),
            "button": _("Start the preview"),
            "tone": "primary",
            "error": error,
        }
        back = url_for("AccountView.show", pk=pk)
        return self.render_template(
            "config/ask.html", title=deed["title"], deed=deed, form=form, back=back
        )

    @expose("/stop", methods=["POST"])
    @signed_in
    def stop(self) -> Any:
        """结束预览，回到那个账号的页面；本来没有预览的回首页."""
        if not seeing.is_on():
            return redirect(url_for("HomeView.index"))
        user_id = seeing.glimpse().user_id
        _finish("stopped")
        flash(_("The preview has ended."), "success")
        return redirect(url_for("AccountView.show", pk=user_id))


def init_app(app: Flask) -> None:
    """每个请求先过预览的门口；文件出不去；页上的带."""
    app.before_request(guard)
    app.after_request(keep_files)
    app.jinja_env.globals["preview_band"] = band


def guard() -> Response | None:
    """预览的门口：到时、收回的就此结束；要写的、不给看的退回；其余只读地放进去."""
    if request.endpoint == "static" or not current_user.is_authenticated or not seeing.is_on():
        return None
    own = own_actor_or_none()
    if request.method == "POST" and request.endpoint in (STOP, SIGN_OUT):
        if request.endpoint == SIGN_OUT:
            _finish("signed_out")
        else:
            g.actor = own  # 结束的是本人，不是被看的人
        return None
    if actor_or_none() is None:
        return _over()
    if request.method not in SAFE or request.endpoint in WITHHELD:
        _note_refused()
        written = request.method not in SAFE
        raise Refused("preview_read_only" if written else "preview_hidden")
    go_read_only()
    return None


def _over() -> Response:
    """预览不再成立：读的回首页，写的不办."""
    expired = seeing.is_over(clock_now())
    _finish("expired" if expired else "withdrawn")
    if request.method not in SAFE:
        raise Refused("preview_over")
    words = _("The 15 minutes are over; the preview has ended.")
    flash(words if expired else _("The preview is no longer allowed and has ended."), "warning")
    answer: Any = redirect(url_for("HomeView.index"))
    return answer


def _finish(why: str) -> None:
    """记下结束，会话里去掉，本次请求换回本人."""
    own, user_id = own_actor_or_none(), seeing.glimpse().user_id
    seeing.drop()
    forget_actor()
    if own is not None:
        previews.finish(user_id, why, actor=own, now=clock_now())
        commit()


def _note_refused() -> None:
    own = own_actor_or_none()
    if own is not None:
        what = f"{request.method} {request.endpoint or request.path}"[:120]
        previews.refuse(seeing.glimpse().user_id, what, actor=own, now=clock_now())
        commit()


def keep_files(response: Response) -> Response:
    """预览里只出页面与清单：附件、文书、导出不管由哪条路来，一律不给."""
    if not g.get("read_only") or request.endpoint == "static" or response.status_code == 304:
        return response
    if response.mimetype in SHOWN and "Content-Disposition" not in response.headers:
        return response
    response.close()
    return current_app.make_response(current_app.handle_user_exception(Refused("preview_hidden")))


def band() -> dict[str, Any] | None:
    """页上的带：以谁的身份、本人是谁、到几时；没有预览为空."""
    if g.get("is_broken") or not seeing.is_on():
        return None
    actor, own = actor_or_none(), own_actor_or_none()
    until = seeing.glimpse().until
    if actor is None or own is None or not actor.is_preview or until is None:
        return None
    main = actor.main
    return {
        "name": actor.name,
        "post": main.title if main else _("No post or role"),
        "own": own.name,
        "until": f"{local(until):%H:%M}",
        "stop_url": url_for(STOP),
    }
