"""路 × 角色：每条路对二十个角色答什么，由计划的授权与各案件在哪里算出；手造的提交改不动无权的."""

from __future__ import annotations

import pytest
from tests.web.world import ROLES, full_township

@pytest.fixture(scope="module")
def world(urls, bare, whole_app, clock, tmp_path_factory):
    with full_township(urls.app, bare, whole_app, clock, tmp_path_factory.mktemp("world")) as found:
        yield found

def test_x(world):
    import time
    t=time.time()
    d=world.digest(); d2=world.digest(config=True)
    print(time.time()-t, len(d), len(d2))
    for k,v in world.cases.items(): print(k,v)
    print(world.meetings, world.files, world.attendees)
    for r,l in ROLES.items():
        t=time.time()
        b=world.browser(l)
        print(r, b.get('/').status_code, b.get('/cases/').status_code, b.get('/meetings/').status_code, time.time()-t)
