"""一页清单只有两条语句，翻到哪里都一样；各自走哪条索引见 test_plans."""

from __future__ import annotations

import pytest

from app.queries.case_list import CaseFilter, Cursor, case_page
from tests.conftest import NOW
from tests.sql import counted


@pytest.mark.parametrize("login", ["clerk", "zhifa", "chengguan", "grid09", "grid03b"])
def test_a_page_is_two_statements_wherever_it_stands(login, actor):
    who = actor(login)
    for cursor in (None, Cursor(NOW, 10), Cursor(None, 10), Cursor(NOW, 10, back=True)):
        with counted() as found:
            case_page(CaseFilter(), actor=who, cursor=cursor)
        assert len(found) == 2, found.report
