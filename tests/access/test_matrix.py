"""授权矩阵的纯算法：比较、改动、新凑到一只手里的几步。"""

from __future__ import annotations

from app.access.matrix import Change, after, compare, tidy
from app.access.separation import Overlap, new_overlaps

ALL = (("ALL",),)
A = {
    ("case", "read"): ALL,
    ("case", "accept"): ALL,
    ("case", "verify"): (("OWN_ENTRY", "SERVICE_ONLY"), ("WITH_REF",)),
}
B = {
    ("case", "read"): ALL,
    ("case", "verify"): (("WITH_REF",), ("SERVICE_ONLY", "OWN_ENTRY")),
    ("case", "archive"): ALL,
    ("meeting", "read"): ALL,
}


def test_two_roles_are_told_apart_by_action_and_by_limits() -> None:
    found = compare(A, {**B, ("case", "read"): (("OWN_ORG",),)})
    assert found.only_a == (("case", "accept"),)
    assert found.only_b == (("case", "archive"), ("meeting", "read"))
    assert found.differ == (("case", "read"),)
    assert found.same == (("case", "verify"),)
    assert found.total == 5


def test_the_order_of_limits_makes_no_difference_and_swapping_mirrors() -> None:
    one, other = compare(A, B), compare(B, A)
    assert one.differ == ()
    assert (one.only_a, one.only_b, one.same) == (other.only_b, other.only_a, other.same)
    assert tidy([["B", "A"], ["A", "B", "A"]]) == (("A", "B"),)


def test_the_given_order_of_actions_is_kept() -> None:
    order = [("meeting", "read"), ("case", "archive")]
    assert compare(A, B, order).only_b == tuple(order)


def test_changes_are_laid_over_the_grants() -> None:
    changes = [
        Change(1, "case", "accept", ALL, None),
        Change(1, "case", "read", ALL, (("SELF",),)),
        Change(1, "stats", "view", None, ALL),
    ]
    found = after(A, changes)
    assert ("case", "accept") not in found
    assert found["case", "read"] == (("SELF",),)
    assert found["stats", "view"] == ALL


def test_only_what_newly_comes_into_one_hand_is_told() -> None:
    had = [("meeting", "draft_minutes"), ("case", "finish"), ("case", "verify")]
    assert new_overlaps(had, had) == []
    assert new_overlaps(had, [*had, ("meeting", "sign_minutes")]) == [
        Overlap("SD6", ("meeting.draft_minutes", "meeting.sign_minutes"))
    ]
    assert new_overlaps([], [("reward", "approve")]) == []
