"""一步几条语句：服务部分不超过 19 条，留给登录、装入操作人与通知计数."""

from __future__ import annotations

import pytest

from app.services import attachments, case_closing, case_dispatch, case_handling
from app.services.case_intake import draft, report
from app.services.case_reception import accept
from tests.conftest import NOW
from tests.factories import LONG, Walk, hotline, org_id, photo
from tests.sql import counted

STEP_BUDGET = 21


@pytest.fixture
def walk(actor):
    return Walk(actor, NOW)


def test_each_step_of_the_walk_stays_within_its_statements(walk, actor, db_session):
    clerk, hand, third = actor("clerk2"), actor("zhifa2"), actor("clerk3")
    case = draft(hotline(received_at=NOW), actor=clerk, now=NOW)
    proof = attachments.upload(photo(), "a.jpg", actor=hand, now=NOW)
    db_session.commit()
    steps = {
        "report": lambda: report(case, actor=clerk, now=walk.later()),
        "accept": lambda: accept(
            case,
            category_id=case.category_id,
            level="一般",
            kind="EVENT",
            sensitive=False,
            actor=clerk,
            now=walk.later(),
        ),
        "dispatch": lambda: case_dispatch.dispatch(
            case, platform="ZF", org_id=org_id("SHZX"), actor=clerk, now=walk.later()
        ),
        "sign_in": lambda: case_dispatch.sign_in(
            case,
            org_id=org_id("SHZX"),
            handler_id=hand.person_id,
            actor=hand,
            now=walk.later(),
        ),
        "record_progress": lambda: case_handling.record_progress(
            case, content="已到现场", actor=hand, now=walk.later()
        ),
        "finish": lambda: case_handling.finish(
            case,
            result="已解决",
            content=LONG,
            attachments=[proof.id],
            actor=hand,
            now=walk.later(),
        ),
        "verify": lambda: case_closing.verify(
            case, method="资料", opinion="属实", actor=third, now=walk.later()
        ),
        "feedback": lambda: case_closing.feedback(
            case, method="电话", content="已清", feedback_at=walk.now, actor=third, now=walk.later()
        ),
        "archive": lambda: case_closing.archive(
            case, retention="D10", secrecy_confirmed=True, actor=third, now=walk.later()
        ),
    }
    over = {}
    for name, step in steps.items():
        with counted() as found:
            step()
            db_session.flush()
        if len(found) > STEP_BUDGET:
            over[name] = f"{len(found)}\n{found.report}"
    assert not over, "\n\n".join(f"{k}: {v}" for k, v in over.items())
