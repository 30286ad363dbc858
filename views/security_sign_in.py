"""登录与退出：连错五次锁住；说还可试几次，但不让人看出有没有这个账号."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from limits.storage import MemoryStorage
from markupsafe import Markup
from wtforms import PasswordField, StringField

from app.domain.errors import Refused
from app.services import sign_in
from app.services.sign_in import LOCK_MINUTES, MAX_FAILURES
from views import security_session
from views.base import OurView, clock_now, commit, public, refusal_words, undo
from views.forms_base import Needed, at_most
from views.ui_filters import local

_nobody = MemoryStorage()


class SignInForm(FlaskForm):
    """登录：用户名与口令."""

    username = StringField(_l("User name"), [Needed(), at_most(64)])
    password = PasswordField(_l("Password"), [Needed(), at_most(256)])


class SignInView(OurView):
    """登录（sign in）与退出（sign out）."""

    route_base = ""
    default_view = "login"
    login_template = "security/sign_in.html"

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    @public
    def login(self) -> Any:
        """登录；不成的说还可试几次，锁住的说到几时."""
        target = security_session.safe_next(request.args.get("next"))
        if current_user.is_authenticated:
            return redirect(target or url_for("HomeView.index"))
        form, locked = SignInForm(), None
        if form.validate_on_submit():
            locked = self._attempt(form)
            if locked is None and current_user.is_authenticated:
                return redirect(target or url_for("HomeView.index"))
            form.password.data = ""
        return self.render_template(
            self.login_template,
            title=_("Sign in"),
            form=form,
            locked=locked,
            help_line=_help_line(),
        )

    def _attempt(self, form: SignInForm) -> str | None:
        """试一次；成了就登入，不成的把话说出来，锁住的返回那句话."""
        name, now = form.username.data.strip(), clock_now()
        account = sign_in.authenticate(name, form.password.data, now=now)
        if account is None:
            return self._failed(name, now)
        try:
            sign_in.record_success(account, now=now)
        except Refused as refused:
            undo()
            return refusal_words(refused)
        commit()
        security_session.begin(account)
        return None

    def _failed(self, name: str, now: datetime) -> str | None:
        state = sign_in.record_failure(name, now=now)
        commit()
        left, until = state.left, state.until
        if left == MAX_FAILURES:
            # 没有这个账号：照样数、照样锁，答复与有账号的一模一样
            left, until = _shadow(name, now)
        if left <= 0 and until is not None:
            return _(
                "Locked until %(time)s after five wrong tries. Ask the office if it is urgent.",
                time=f"{local(until):%H:%M}",
            )
        flash(_("The user name or the password is wrong; %(n)s tries left.", n=left), "warning")
        return None

    @expose("/logout/", methods=["GET", "POST"])
    @public
    def logout(self) -> Any:
        """退出只认 POST；地址栏里敲进来的给一个确认页."""
        if request.method == "GET":
            if not current_user.is_authenticated:
                return redirect(url_for(".login"))
            return self.render_template("security/sign_out.html", title=_("Sign out"))
        security_session.end()
        session.permanent = False
        flash(_("You have signed out."), "info")
        return redirect(url_for(".login"))


def _help_line() -> Markup:
    """登录框下面的一行：忘了口令去哪里."""
    link = Markup('<a href="{}">{}</a>').format(
        url_for("ForgottenView.reset"), _("I have a one-time code")
    )
    return Markup("{} {}").format(
        _("Forgotten the password? Ask the office for a one-time code."), link
    )


def _shadow(name: str, now: datetime) -> tuple[int, datetime | None]:
    """没有这个账号时的次数：记在内存里，十五分钟后清."""
    count = _nobody.incr(f"sign-in:{name.casefold()[:64]}", LOCK_MINUTES * 60)
    left = max(0, MAX_FAILURES - count)
    return left, now + timedelta(minutes=LOCK_MINUTES) if left == 0 else None
