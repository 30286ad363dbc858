"""表单里带回的附件编号."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 99
DIGITS = 18
"""编号最多几位：再长的不是库里的编号，库也装不下."""


def file_ids(texts: Iterable[str]) -> list[int]:
    """附件编号；不是数的、长得不像编号的略去，至多 99 个."""
    good = (t for t in texts if t.isascii() and t.isdigit() and len(t) <= DIGITS)
    return [int(text) for text in good][:MOST]
