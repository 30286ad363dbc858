"""全部表：导入这个包即登记到同一份元数据."""

from models import (
    assessment,
    attachment,
    case,
    case_parts,
    journal,
    meeting,
    people,
    platform,
    rules,
    security,
    township,
)

__all__ = [
    "assessment",
    "attachment",
    "case",
    "case_parts",
    "journal",
    "meeting",
    "people",
    "platform",
    "rules",
    "security",
    "township",
]
