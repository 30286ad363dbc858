"""口令：本人改、头一次登录须改、忘了的凭一次性口令换."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, url_for
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import no_cache
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo

from app.domain.errors import Refused
from app.services import accounts, passwords, sign_in
from views import security_session
from views.base import (
    OurView,
    clock_now,
    commit,
    current_actor,
    public,
    refusal_words,
    signed_in,
    undo,
)
from views.forms_base import Needed, at_most


def _rules() -> str:
    return _(
        "At least %(least)s characters of two kinds, without the user name; "
        "not one of the last %(kept)s.",
        least=passwords.MIN_LENGTH,
        kept=passwords.KEPT,
    )


class _NewPassword(FlaskForm):
    """新口令写两遍."""

    password = PasswordField(_l("New password"), [Needed(), at_most(256)])
    again = PasswordField(
        _l("New password again"),
        [Needed(), EqualTo("password", _l("The two passwords differ."))],
    )


class PasswordForm(_NewPassword):
    """本人改口令."""

    old = PasswordField(_l("Password now"), [Needed(), at_most(256)])


class ForgottenForm(_NewPassword):
    """凭一次性口令换."""

    username = StringField(_l("User name"), [Needed(), at_most(64)])
    code = StringField(_l("One-time code"), [Needed(), at_most(32)])


class PasswordView(OurView):
    """本人的口令（own password）."""

    route_base = "/account"
    default_view = "change"

    @expose("/password", methods=["GET", "POST"])
    @no_cache
    @signed_in
    def change(self) -> Any:
        """改口令；头一次登录的只能先到这里."""
        form, account = PasswordForm(), g.account
        forced = account.must_change_password and not account.is_demo
        if form.validate_on_submit():
            try:
                accounts.change_own_password(
                    account,
                    old=form.old.data,
                    new=form.password.data,
                    actor=current_actor(),
                    now=clock_now(),
                )
                commit()
            except Refused as refused:
                undo()
                place = form.old if refused.code == "password_wrong" else form.password
                place.errors = [refusal_words(refused)]
            else:
                security_session.renew(security_session.session_account(current_actor().user_id))
                flash(_("The password was changed; sign-ins elsewhere have ended."), "success")
                return redirect(url_for("HomeView.index"))
        return self.render_template(
            "security/password.html",
            title=_("Change the password"),
            form=form,
            forced=forced,
            rules=_rules(),
        )


class ForgottenView(OurView):
    """忘了口令（forgotten password）：一次性口令由管理员当面给."""

    route_base = "/forgotten"
    default_view = "reset"

    @expose("/", methods=["GET", "POST"])
    @no_cache
    @public
    def reset(self) -> Any:
        """用户名、一次性口令、新口令；不成的不说哪一样不对."""
        form = ForgottenForm()
        if form.validate_on_submit() and self._redeem(form):
            flash(_("The password was changed. Sign in with the new one."), "success")
            return redirect(url_for("SignInView.login"))
        return self.render_template(
            "security/forgotten.html", title=_("Forgotten password"), form=form, rules=_rules()
        )

    @staticmethod
    def _redeem(form: ForgottenForm) -> bool:
        try:
            account = sign_in.redeem_reset_code(
                login=form.username.data,
                code=form.code.data,
                password=form.password.data,
                now=clock_now(),
            )
        except Refused as refused:
            undo()
            form.password.errors = [refusal_words(refused)]
            return False
        commit()
        if account is None:
            words = _("The user name or the code is wrong, or the code has expired.")
            form.code.errors = [words]
        return account is not None
