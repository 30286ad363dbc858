"""角色与账号的表单."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField, TextAreaField

from app.access.actor import Actor
from app.queries import config_choices
from views.forms_base import LONG_TEXT, ConfigForm, Needed, PickField, at_most
from views.labels import coded

SCOPES = (
    "township",
    "platform",
    "platform_or_lead",
    "org",
    "grid_or_own",
    "village_service",
    "township_readonly",
    "masked",
    "config",
)
SENSITIVE = ("none", "number_state_only", "assigned_only", "full", "full_with_reason")
CODE_HINT = _l("Capital letters and digits; cannot be changed afterwards.")


class RoleForm(ConfigForm):
    """立角色."""

    code = StringField(_l("Code"), [Needed(), at_most(16)], description=CODE_HINT)
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    scope = PickField(_l("What it reaches"), [Needed()], blank=False)
    sensitive = PickField(_l("Sensitive text"), [Needed()], blank=False)
    platform = PickField(_l("Only on the platform"))
    note = TextAreaField(_l("Note"), [at_most(LONG_TEXT)])

    def offer(self, actor: Actor, day: date) -> None:
        """数据范围、敏感可见程度、平台."""
        self.scope.offer(coded("scope", SCOPES))
        self.sensitive.offer(coded("sensitivity", SENSITIVE))
        self.platform.offer(config_choices.platforms(actor, day))


class RenameRoleForm(ConfigForm):
    """改角色的名称与说明."""

    name = StringField(_l("Name"), [Needed(), at_most(64)])
    note = TextAreaField(_l("Note"), [at_most(LONG_TEXT)])


class CopyRoleForm(ConfigForm):
    """复制角色."""

    code = StringField(_l("Code of the new role"), [Needed(), at_most(16)], description=CODE_HINT)
    name = StringField(_l("Name of the new role"), [Needed(), at_most(64)])


class AccountForm(ConfigForm):
    """开账号：给一个人，头一次登录须改口令."""

    ids = frozenset({"person_id"})

    person_id = PickField(_l("Person"), [Needed()], description=_l("Who has no account yet."))
    login = StringField(
        _l("User name"),
        [Needed(), at_most(32)],
        description=_l("3 to 32 small letters, digits, . - _, a letter first."),
    )
    password = PasswordField(
        _l("First password"),
        [Needed(), at_most(128)],
        description=_l("Has to be changed at the first sign-in."),
    )

    def offer(self, actor: Actor, day: date) -> None:
        """还没有账号的在职的人."""
        self.person_id.offer(config_choices.without_account(actor))
