"""环境变量的读法：一段文字读成一个值；读不成的抛 ValueError，话是中文的."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from datetime import date, time
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent

_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_FLAGS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def host(text: str) -> str:
    """监听地址：IP 或主机名."""
    try:
        return str(ip_address(text))
    except ValueError:
        # 纯数字加点却不是 IP 的，多半是手误，不当主机名放过
        if _HOST_NAME.fullmatch(text) and re.search(r"[A-Za-z]", text):
            return text
    raise ValueError(f"“{text}”不是地址也不是主机名")


def whole(low: int, high: int) -> Callable[[str], int]:
    """整数，两头都含."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
            raise ValueError(f"应为 {low} 到 {high} 的整数，现为“{text}”")
        return int(text)

    return parse


def flag(text: str) -> bool:
    """是否：1 或 0."""
    if text.lower() not in _FLAGS:
        raise ValueError(f"应为 1 或 0，现为“{text}”")
    return _FLAGS[text.lower()]


def day(text: str) -> date | None:
    """日期；空为没有."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"应为日期，如 2017-06-30，现为“{text}”") from None


def folder(text: str) -> Path:
    """能写的文件夹（相对路径从仓库根算起）；还没有时看最近的上级能不能写."""
    path = Path(os.path.abspath(ROOT / Path(text).expanduser()))  # noqa: PTH100 - 不解开符号链接
    nearest = next(up for up in (path, *path.parents) if up.exists())
    if not nearest.is_dir():
        raise ValueError(f"{nearest} 不是文件夹")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise ValueError(f"{nearest} 不能写；换一个文件夹，或用有权限的用户运行")
    return path


def existing_folder(text: str) -> Path | None:
    """已有的文件夹；空为没有."""
    if not text:
        return None
    path = ROOT / Path(text).expanduser()
    if not path.is_dir():
        raise ValueError(f"没有 {path} 这个文件夹")
    return path


def folder_or_none(text: str) -> Path | None:
    """能写的文件夹；空为没有另定."""
    return folder(text) if text else None


def existing_file(text: str) -> Path | None:
    """已有的文件；空为没有."""
    if not text:
        return None
    path = ROOT / Path(text).expanduser()
    if not path.is_file():
        raise ValueError(f"没有 {path} 这个文件")
    return path


def clock_or_off(text: str) -> time | None:
    """一天里的时刻，如 02:30；off 为不做."""
    if text.lower() == "off":
        return None
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError(f"应为时刻，如 02:30，或 off，现为“{text}”")
    return time.fromisoformat(text)


def database(text: str) -> str | None:
    """PostgreSQL 地址，统一成 SQLAlchemy 用的 postgresql+psycopg；空为没有."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError("不是合法的地址") from None
    if parts.scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError("应以 postgresql:// 开头；本产品只支持 PostgreSQL")
    if not parts.username or not parts.path.strip("/"):
        raise ValueError("应写全用户与库名：postgresql://用户:口令@主机:端口/库名")
    return "postgresql+psycopg" + text[len(parts.scheme) :]


def secret(text: str) -> str:
    """会话密钥：够长的任意文字."""
    if text and len(text) < 32:
        raise ValueError("至少 32 个字符")
    return text


def field_key(text: str) -> str:
    """字段密钥：32 个随机字节的 URL 安全 base64（Fernet 的格式）."""
    try:
        fits = not text or len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except (binascii.Error, ValueError):
        fits = False
    if not fits:
        raise ValueError("应为 32 个随机字节的 URL 安全 base64")
    return text
