"""平台、平台力量、议事机构及成员的表单."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import NumberRange, ValidationError

from app.access.actor import Actor
from app.queries import config_choices
from views.forms_base import (
    CODE,
    ConfigForm,
    LinesField,
    Needed,
    PickField,
    at_most,
    start_field,
)
from views.labels import BODY_KINDS, FUNCTIONS, coded

HUES = tuple((str(n), _l("Colour %(n)s", n=n)) for n in range(1, 9))
RELATIONS = ("依托", "指挥中枢", "主体")
FIXED_CODE = _l("Cannot be changed afterwards.")


class PlatformForm(ConfigForm):
    """平台的表单."""

    fixed = frozenset({"code"})
    ids = frozenset({"host_org_id", "hue"})
    rules: ClassVar[dict[str, str]] = {"uq_platform_township_id_code": "code"}
    groups = (
        (_l("Basics"), ("code", "name", "short_name", "hue", "sort_no", "valid_from")),
        (_l("Host of the platform"), ("host_org_id", "host_relation")),
        (_l("Scope of work"), ("functions", "lines", "forces")),
    )

    code = StringField(_l("Code"), [Needed(), CODE], description=FIXED_CODE)
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    short_name = StringField(_l("Short name"), [Needed(), at_most(16)])
    hue = PickField(_l("Colour"), [Needed()], blank=False)
    sort_no = IntegerField(_l("Sort order"), [NumberRange(0, 9999)], default=0)
    valid_from = start_field()
    host_org_id = PickField(_l("Host unit"), [Needed()])
    host_relation = PickField(_l("The host is its"), [Needed()], blank=False)
    functions = LinesField(_l("Functions"))
    lines = LinesField(
        _l("Lines of business"), description=_l("One a line; first-level categories follow them.")
    )
    forces = LinesField(_l("Forces"))

    def offer(self, actor: Actor, day: date) -> None:
        """色号、依托机构."""
        self.hue.offer(HUES)
        self.host_org_id.offer(config_choices.orgs(actor, day))
        self.host_relation.offer((word, word) for word in RELATIONS)


class PlatformOrgForm(ConfigForm):
    """平台力量机构：一机构可属多平台，主平台只有一个."""

    ids = frozenset({"org_id"})
    rules: ClassVar[dict[str, str]] = {
        "ex_platform_org_once": "org_id",
        "ex_platform_org_one_main": "is_main",
    }

    org_id = PickField(_l("Unit"), [Needed()])
    is_main = BooleanField(_l("This is its main platform"))
    valid_from = start_field(_l("First day"))

    def offer(self, actor: Actor, day: date) -> None:
        """在用的机构."""
        self.org_id.offer(config_choices.orgs(actor, day))


class BodyForm(ConfigForm):
    """议事机构的表单."""

    fixed = frozenset({"code"})
    ids = frozenset({"parent_id", "secretariat_id"})
    rules: ClassVar[dict[str, str]] = {"uq_body_township_id_code": "code"}
    groups = (
        (_l("Basics"), ("code", "name", "kind", "platform", "parent_id", "valid_from")),
        (_l("Scope of work"), ("secretariat_id", "leader_title", "cadence", "duties", "sort_no")),
    )

    code = StringField(_l("Code"), [Needed(), CODE], description=FIXED_CODE)
    name = StringField(_l("Name"), [Needed(), at_most(64)])
    kind = PickField(_l("Kind"), [Needed()], blank=False)
    platform = PickField(_l("Platform"))
    parent_id = PickField(_l("Belongs to"))
    valid_from = start_field()
    secretariat_id = PickField(_l("Secretariat"), [Needed()])
    leader_title = StringField(_l("Title of its leader"), [Needed(), at_most(16)], default="组长")
    cadence = StringField(_l("How often it meets"), [at_most(64)])
    duties = LinesField(_l("Duties"))
    sort_no = IntegerField(_l("Sort order"), [NumberRange(0, 9999)], default=0)

    def offer(self, actor: Actor, day: date) -> None:
        """种类、平台、上级、秘书处."""
        self.kind.offer(coded("body_kind", BODY_KINDS))
        self.platform.offer(config_choices.platforms(actor, day))
        self.parent_id.offer(config_choices.bodies(actor, day))
        self.secretariat_id.offer(config_choices.orgs(actor, day))


class BodyMemberForm(ConfigForm):
    """议事机构成员：按职务列（人随职务进出），或直接列人；党政办提出，组长批准."""

    ids = frozenset({"post_id", "person_id"})
    rules: ClassVar[dict[str, str]] = {
        "ex_body_member_one_leader": "function",
        "ck_body_member_post_or_person": "post_id",
    }

    function = PickField(_l("Function in the body"), [Needed()], blank=False)
    post_id = PickField(_l("By post"), description=_l("Whoever holds the post is the member."))
    person_id = PickField(_l("Or by name"))
    proposer_id = PickField(
        _l("Proposed by"), [Needed()], description=_l("Somebody of the office; not yourself.")
    )
    valid_from = start_field(_l("First day"))

    def offer(self, actor: Actor, day: date) -> None:
        """职务、人、提出人."""
        self.function.offer(coded("body_function", FUNCTIONS))
        self.post_id.offer(config_choices.posts(actor, day))
        self.person_id.offer(config_choices.everybody(actor))
        self.proposer_id.offer(config_choices.proposers(actor, day))

    def validate_post_id(self, field: Any) -> None:
        """职务与人只写一样."""
        if bool(field.data) == bool(self.person_id.data):
            raise ValidationError(_("Choose a post or a person, not both."))

    def fill(self, row: Any) -> None:
        """提出人不写进行里."""
        row.function = self.function.data
        row.post_id, row.person_id = self.post_id.as_id(), self.person_id.as_id()
        row.valid_from = self.valid_from.data
