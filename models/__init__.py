"""全部表：导入这个包即登记到同一份元数据."""

from models import (
    attachment,
    backup,
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
    "attachment",
    "backup",
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
