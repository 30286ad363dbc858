"""导出时照地址参数读清单：网页里就是这次请求，任务进程里另备一份."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from flask import current_app, g, has_request_context

from app.access.actor import Actor
from app.services.export_sources import Query


@contextmanager
def as_asked(query: Query, actor: Actor) -> Iterator[None]:
    """在这个人、这些参数的请求里；清单页怎么读，导出就怎么读."""
    if has_request_context():
        yield
        return
    with current_app.test_request_context("/exports/", query_string=urlencode(query)):
        g.actor = actor
        yield
