"""地址参数：手写的、过期的列表地址清理后仍能打开."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import Date, Enum, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from views.list_args import clean_list_args


@pytest.fixture(autouse=True)
def list_request() -> Iterator[None]:
    with Flask(__name__).test_request_context("/cases/list/"):
        yield


class Base(DeclarativeBase):
    """只给这里用的表，不进产品的元数据."""


class Level(enum.Enum):
    NORMAL = "一般"
    MAJOR = "较大"


class Village(Base):
    __tablename__ = "village"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(20))
    level: Mapped[Level] = mapped_column(Enum(Level))
    people: Mapped[int]
    urgent: Mapped[bool]
    due: Mapped[date] = mapped_column(Date)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    village: Mapped[Village] = relationship()


class ThingView(SimpleNamespace):
    """列表视图里清理要看的几样：数据接口、筛选、页长、排序列."""


@pytest.fixture(scope="module")
def view() -> ThingView:
    model = SQLAInterface(Thing, session=None)
    model.get_related_interface = lambda _column: SQLAInterface(Village, session=None)
    columns = ["title", "level", "people", "urgent", "due", "village"]
    filters = model.get_filters(columns)
    return ThingView(datamodel=model, _filters=filters, page_size=20, order_columns=["title"])


@pytest.mark.parametrize(
    "query",
    [
        "page_ThingView=3&psize_ThingView=50",
        "psize_ThingView=20",
        "_oc_ThingView=title&_od_ThingView=desc",
        "_flt_0_title=落石&_flt_0_level=MAJOR&_flt_1_people=-3",
        "_flt_0_urgent=y&_flt_1_due=2017-05-16&_flt_0_village=4",
        "next=/cases/&q=page",
    ],
)
def test_good_list_addresses_are_left_alone(view: ThingView, query: str) -> None:
    args = MultiDict([tuple(pair.split("=", 1)) for pair in query.split("&")])
    assert clean_list_args(view, args) is None


@pytest.mark.parametrize(
    "bad",
    [
        "page_ThingView=abc",
        "page_ThingView=-1",
        "page_ThingView=99999999",
        "page_OtherView=1",
        "homepage_ThingView=abc",
        "psize_ThingView=1000000",
        "psize_ThingView=٢٥",
        "_oc_ThingView=nosuch",
        "_od_ThingView=sideways",
        "_flt_0_nosuch=1",
        "_flt_9_level=MAJOR",
        "_flt_x_title=1",
        "_flt_0_level=较大",
        "_flt_0_people=many",
        "_flt_0_people=99999999999",
        "_flt_0_urgent=n",
        "_flt_0_due=someday",
        "_flt_0_village=abc",
        "_flt_0_title=",
        "_flt_0_title=a\x00b",
        "q=a\x00b",
    ],
)
def test_bad_list_addresses_are_cleaned_and_the_rest_is_kept(view: ThingView, bad: str) -> None:
    args = MultiDict([("_flt_2_title", "油烟"), tuple(bad.split("=", 1))])
    assert clean_list_args(view, args) == "/cases/list/?_flt_2_title=%E6%B2%B9%E7%83%9F"
