"""全部表：导入这个包即登记到同一份元数据."""

from models import (
    attachment,
    case,
    case_life,
    case_parts,
    export,
    journal,
    meeting,
    people,
    platform,
    record,
    rules,
    security,
    township,
)

__all__ = [
    "attachment",
    "case",
    "case_life",
    "case_parts",
    "export",
    "journal",
    "meeting",
    "people",
    "platform",
    "record",
    "rules",
    "security",
    "township",
]
