"""配置：职务（在任、代行、空缺）与网格员."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload
from wtforms import SelectField, StringField

from app.queries import config_holders, holding_time
from models.people import GridMember, Post
from views.base import current_actor, today
from views.base_model import OurModelView
from views.base_scope import FilterPerson, ScopedInterface
from views.config_parts import (
    CLAUSE,
    CODE,
    LIFE,
    NAME,
    TERM,
    duty_words,
    fact,
    held,
    mode_chip,
)
from views.forms_people import GridMemberForm, PostForm
from views.holding_time import posts_section
from views.labels import ENGAGEMENTS, chip, coded, joined, link, span_words, word


class PostView(OurModelView):
    """职务（post）：先于人存在，可空缺，可由人代行."""

    datamodel = ScopedInterface(Post, eager=(joinedload(Post.org),), named="name")
    route_base = "/config/posts"
    verb, kind, icon = "post", "post", "user"
    form_class = PostForm
    list_title, add_title = _l("Posts"), _l("Add a post")
    list_columns = ["name", "org", "holders", "seats", "role_code", "life"]
    order_columns = ["name", "code"]
    search_columns = ["name", "code", "org"]
    base_order = ("sort_no", "asc")
    page_size = 50
    label_columns = {
        "name": NAME,
        "code": CODE,
        "org": _l("Unit"),
        "holders": _l("Held by"),
        "seats": _l("Seats"),
        "role_code": _l("Role it brings"),
        "life": LIFE,
    }

    def prepare(self, rows: Any) -> None:
        """整页各职务由谁担任，一条语句."""
        self.remember(holders=config_holders.holders(rows, current_actor(), today()))

    def cell_holders(self, row: Post) -> Any:
        """在任、代行的人；人多的只写前三名；没有人的写空缺."""
        found = self.remembered("holders").get(row.id, ())
        if not found:
            return chip("warn", _("Vacant"))
        shown = [self._holder(h) for h in found[:3]]
        more = [_("%(n)s in all", n=len(found))] if len(found) > 3 else []
        return joined([*shown, *more], "、")

    @staticmethod
    def _holder(holding: Any) -> Any:
        name = link(holding.person.name, "PersonView.show", pk=holding.person_id)
        return name if holding.mode == "在任" else joined((name, mode_chip(holding.mode)))

    def cell_seats(self, row: Post) -> str:
        """人数；按网格、按村设的注明."""
        per = word("seats_per", row.seats_per)
        return _("%(n)s, %(per)s", n=row.seats, per=per) if per else str(row.seats)

    def cell_role_code(self, row: Post) -> str:
        """带来的角色."""
        return word("role", row.role_code)

    def facts(self, row: Post) -> list[dict[str, Any]]:
        """职务的事实."""
        unit = row.org and link(row.org, "OrgView.show", pk=row.org_id)
        return [
            fact(NAME, row.name),
            fact(CODE, row.code),
            fact(_l("Unit"), unit),
            fact(_l("Seats"), self.cell_seats(row)),
            fact(_l("Role it brings"), self.cell_role_code(row)),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(CLAUSE, row.clause),
            fact(_l("Approves"), "、".join(row.approves), wide=True),
        ]

    def sections(self, row: Post) -> Iterable[dict[str, Any]]:
        """今天担任的人；历来由谁担任，空缺与代行."""
        found, actor = self.remembered("holders").get(row.id, ()), current_actor()
        yield held(found, actor, title=_("Held by"))
        yield posts_section([row], holding_time.of_posts([row.id], actor))


class GridMemberView(OurModelView):
    """网格员（grid member）：专职或兼职、业务线、力量来源；一员多用."""

    datamodel = ScopedInterface(
        GridMember,
        eager=(joinedload(GridMember.person), joinedload(GridMember.grid)),
        choices=("engagement",),
        special={"who": [FilterPerson]},
    )
    route_base = "/config/grid-members"
    verb, kind, icon = "post", "grid_member", "users"
    form_class = GridMemberForm
    list_title, add_title = _l("Grid members"), _l("Add a grid member")
    end_title = _l("End the service")
    list_columns = ["person", "grid", "duty", "engagement", "source", "lines", "life"]
    order_columns = ["engagement", "source"]
    quick = "who"
    search_columns = ["who", "grid", "engagement", "source"]
    search_form_extra_fields = {
        "who": StringField(_l("Person")),
        "engagement": SelectField(_l("Engagement"), choices=coded("engagement", ENGAGEMENTS)),
    }
    base_order = ("grid_id", "asc")
    label_columns = {
        "who": _l("Person"),
        "person": _l("Person"),
        "grid": _l("Grid"),
        "duty": _l("Duty"),
        "engagement": _l("Engagement"),
        "source": _l("Force of origin"),
        "lines": _l("Lines of business"),
        "life": LIFE,
    }

    def cell_person(self, row: GridMember) -> str:
        """姓名."""
        return row.person.name

    def cell_grid(self, row: GridMember) -> Any:
        """网格."""
        return link(row.grid.name, "GridView.show", pk=row.grid_id)

    def cell_duty(self, row: GridMember) -> str:
        """网格长或网格员，主责或兼管."""
        return duty_words(row)

    def facts(self, row: GridMember) -> list[dict[str, Any]]:
        """网格员的事实."""
        return [
            fact(_l("Person"), link(row.person.name, "PersonView.show", pk=row.person_id)),
            fact(_l("Grid"), self.cell_grid(row)),
            fact(_l("Duty"), duty_words(row)),
            fact(_l("Engagement"), row.engagement),
            fact(_l("Force of origin"), row.source),
            fact(_l("Certificate number"), row.certificate_no),
            fact(TERM, span_words(row.valid_from, row.valid_to)),
            fact(_l("Lines of business"), "、".join(row.lines), wide=True),
        ]
