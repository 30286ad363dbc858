"""看板的脚本里用到的字：随页面给，脚本自己不写中文."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.queries.case_board import POOL
from views.case_common import names, state_words


def script_words() -> dict[str, Any]:
    """键 → 字；``names`` 是各列的名称."""
    return {
        "names": {
            POOL: state_words("ACCEPTED"),
            **{one.code: one.name.removesuffix("平台") for one in names().platforms.values()},
        },
        "more": _("%(n)s more", n="{n}"),
        "pill": _("%(n)s changes waiting", n="{n}"),
        "picked": _("%(n)s chosen", n="{n}"),
        "others": _(" and others, %(n)s in all", n="{n}"),
        "cannot": _("%(n)s of them cannot: %(why)s", n="{n}", why="{why}"),
        "ofKind": _("%(words)s ×%(n)s", words="{words}", n="{n}"),
        "needsRedo": _("%(state)s, redispatch with a reason", state="{state}"),
        "allRedo": _("Not signed for yet: choosing a platform redispatches them, with a reason."),
        "sendTo": _("To %(platform)s", platform="{name}"),
        "redoTo": _("Redispatch to %(platform)s", platform="{name}"),
        "note": _(
            "The rule suggests %(rule)s; to %(platform)s all the same? Why?",
            rule="{rule}",
            platform="{to}",
        ),
        "noteMany": _(
            "The rule suggests other platforms for %(n)s of them; to %(platform)s all the same?",
            n="{n}",
            platform="{to}",
        ),
        "noteFirst": _("Write why it goes there."),
        "choosePlatform": _("Choose the new platform first."),
        "reasonShort": _("At least %(n)s characters.", n=10),
        "undo": _("Undo"),
        "nothingToUndo": _(
            "Nothing you sent is still unsigned; after that the platform returns it."
        ),
        "noCard": _("Go to a card first: J and K move, X chooses."),
        "backInPlace": _("Your move did not take effect; the card is back where it belongs."),
        "changed": _("Changed"),
        "tooLate": _("It can no longer be sent from here; what you typed is still below."),
        "live": _("Live · %(n)s s ago", n="{n}"),
        "offline": _("No connection · as of %(n)s s ago", n="{n}"),
        "lost": _("The connection is lost, nothing was changed; try again."),
        "failed": _("It was not done; refresh the board and look again."),
        "signedOut": _("Your sign-in has expired."),
        "signIn": _("Sign in"),
    }
