"""字段加密：来件人姓名与电话加密存放，电话另存带密钥的指纹以便查找."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

_state: dict[str, bytes] = {}


class SealBroken(Exception):  # noqa: N818
    """密文解不开：密钥不对，或数据被改过."""


def configure(field_key: str) -> None:
    """装入字段密钥（``FIELD_KEY``，Fernet 格式的 32 字节 base64）；启动时调用一次."""
    Fernet(field_key.encode())
    _state["key"] = field_key.encode()


def _key() -> bytes:
    try:
        return _state["key"]
    except KeyError:
        raise RuntimeError("字段密钥还没有装入：先调用 app.crypto.configure") from None


def seal(text: str | None) -> str | None:
    """加密一段文字；空值照旧."""
    return None if text is None else Fernet(_key()).encrypt(text.encode()).decode()


def unseal(token: str | None) -> str | None:
    """解密；空值照旧。Raises SealBroken."""
    if token is None:
        return None
    try:
        return Fernet(_key()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def mark(text: str | None) -> str | None:
    """带密钥的指纹（HMAC-SHA256，十六进制）：同一号码恒得同一指纹，由指纹推不回号码."""
    if not text:
        return None
    key = hashlib.sha256(b"mark:" + base64.urlsafe_b64decode(_key())).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def token(text: str | None) -> int | None:
    """短指纹（42 位整数）：放进检索词表，用来按尾号查找."""
    digest = mark(text)
    return None if digest is None else int(digest[:10], 16)
