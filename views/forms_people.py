"""人、职务、任职、网格员的表单."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, Regexp, ValidationError

from app.access.actor import Actor
from app.queries import config_choices
from views.forms_base import (
    CODE,
    LONG_TEXT,
    ConfigForm,
    LinesField,
    Needed,
    PickField,
    at_most,
    optional_date,
    start_field,
)
from views.labels import ENGAGEMENTS, FORCE_SOURCES, MODES, coded, word

PHONE = Regexp(r"[0-9][0-9 \-]{4,19}\Z", message=_l("Digits, spaces and - only."))
BASIS = _l("The document or meeting it rests on.")


class PersonForm(ConfigForm):
    """人的表单."""

    ids = frozenset({"org_id"})

    name = StringField(_l("Full name"), [Needed(), at_most(64)])
    org_id = PickField(_l("Unit"))
    phone = StringField(
        _l("Phone"), [Optional(), PHONE], description=_l("Kept encrypted; shown masked.")
    )
    left_on = optional_date(_l("Left on"), description=_l("Leave empty while in service."))
    note = TextAreaField(_l("Note"), [at_most(LONG_TEXT)])

    def offer(self, actor: Actor, day: date) -> None:
        """在用的机构."""
        self.org_id.offer(config_choices.orgs(actor, day))


class PostForm(ConfigForm):
    """职务的表单：先于人存在，可空缺."""

    fixed = frozenset({"code"})
    ids = frozenset({"org_id"})
    rules: ClassVar[dict[str, str]] = {
        "uq_post_township_id_code": "code",
        "ck_post_seats": "seats",
    }

    code = StringField(
        _l("Code"), [Needed(), CODE], description=_l("Cannot be changed afterwards.")
    )
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    org_id = PickField(_l("Unit"))
    role_code = PickField(_l("Role it brings"), description=_l("Proposed when somebody takes it."))
    seats = IntegerField(_l("Seats"), [NumberRange(1, 99)], default=1)
    seats_per = PickField(
        _l("Seats are counted"), description=_l("Per grid or per village, else in all.")
    )
    approves = LinesField(_l("Approves"), description=_l("One a line: what this post approves."))
    sort_no = IntegerField(_l("Sort order"), [NumberRange(0, 9999)], default=0)
    valid_from = start_field()

    def offer(self, actor: Actor, day: date) -> None:
        """机构、角色、按什么计席."""
        self.org_id.offer(config_choices.orgs(actor, day))
        self.role_code.offer(config_choices.roles(actor))
        self.seats_per.offer((code, word("seats_per", code)) for code in ("grid", "village"))


PLACES = ("platform", "org_id", "grid_id", "village_id", "body_id")


class HoldingForm(ConfigForm):
    """任职的表单：职务、角色、地、方式、起止、依据；地只能有一处."""

    ids = frozenset({"post_id", "org_id", "grid_id", "village_id", "body_id"})
    rules: ClassVar[dict[str, str]] = {
        "ex_holding_one_a_seat": "post_id",
        "ck_holding_span": "valid_to",
        "ck_holding_delegate_30_days": "valid_to",
    }
    groups = (
        (_l("Post and role"), ("post_id", "role", "mode", "basis")),
        (_l("Where (one at most)"), PLACES),
        (_l("Term"), ("valid_from", "valid_to")),
    )

    post_id = PickField(_l("Post"), description=_l("Leave empty for a role without a post."))
    role = PickField(_l("Role"), description=_l("Empty: the role the post brings."))
    mode = PickField(_l("Mode"), [Needed()], blank=False)
    basis = StringField(_l("Basis"), [Needed(), at_most(256)], description=BASIS)
    platform = PickField(_l("Platform"))
    org_id = PickField(_l("Unit"))
    grid_id = PickField(_l("Grid"))
    village_id = PickField(_l("Village"))
    body_id = PickField(_l("Body"))
    valid_from = start_field(_l("First day"))
    valid_to = optional_date(
        _l("Last day"), description=_l("Last day included; empty: until ended.")
    )

    def offer(self, actor: Actor, day: date) -> None:
        """职务、角色、方式、各种地."""
        self.post_id.offer(config_choices.posts(actor, day))
        self.role.offer(config_choices.roles(actor))
        self.mode.offer(coded("mode", MODES))
        self.platform.offer(config_choices.platforms(actor, day))
        self.org_id.offer(config_choices.orgs(actor, day))
        self.grid_id.offer(config_choices.grids(actor, day))
        self.village_id.offer(config_choices.villages(actor, day))
        self.body_id.offer(config_choices.bodies(actor, day))

    def validate_role(self, field: PickField) -> None:
        """职务与角色至少写一样."""
        if not field.data and not self.post_id.data:
            raise ValidationError(_("Choose a post or a role."))

    def validate_platform(self, field: PickField) -> None:
        """地只能有一处."""
        if sum(bool(self[name].data) for name in PLACES) > 1:
            raise ValidationError(_("Choose one place at most."))

    def validate_valid_to(self, field: Any) -> None:
        """止日不早于起日."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("The last day comes before the first."))


class GridMemberForm(ConfigForm):
    """网格员的表单：专职或兼职、业务线、力量来源；主责网格同时只有一个."""

    ids = frozenset({"grid_id", "person_id"})
    fixed = frozenset({"person_id", "grid_id"})
    rules: ClassVar[dict[str, str]] = {
        "ex_grid_member_one_main": "is_main",
        "ck_grid_member_span": "valid_from",
    }

    person_id = PickField(_l("Person"), [Needed()])
    grid_id = PickField(_l("Grid"), [Needed()])
    engagement = PickField(_l("Engagement"), [Needed()], blank=False)
    source = PickField(_l("Force of origin"), [Needed()], description=_l("One of the six forces."))
    is_head = BooleanField(_l("Grid head"))
    is_main = BooleanField(
        _l("This is the grid they answer for"),
        default=True,
        description=_l("One person answers for one grid at a time; others are besides."),
    )
    lines = LinesField(_l("Lines of business"), description=_l("One a line; several are welcome."))
    certificate_no = StringField(_l("Certificate number"), [at_most(64)])
    valid_from = start_field(_l("First day"))

    def offer(self, actor: Actor, day: date) -> None:
        """在职的人、在用的网格、六类力量."""
        self.person_id.offer(config_choices.everybody(actor))
        self.grid_id.offer(config_choices.grids(actor, day))
        self.engagement.offer(coded("engagement", ENGAGEMENTS))
        names = [word("force_source", code) for code in FORCE_SOURCES]
        self.source.offer((name, name) for name in names)
