"""旁边的：给了地址就用同样的办法量，只许本机（``PEERS="名=http://127.0.0.1:8000/路径,…"``）."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from tests.bench.visit import Figure, Visitor, measured


class BadPeer(ValueError):  # noqa: N818
    """地址写得不对，或不在本机."""


def read_peers(text: str, *, anywhere: bool = False) -> list[tuple[str, str]]:
    """名字与地址。Raises BadPeer."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, _, url = part.partition("=")
        parts = urlsplit(url)
        if not name or parts.scheme != "http" or not parts.hostname:
            raise BadPeer(f"“{part}”应写成 名=http://主机:端口/路径")
        if not anywhere and not _is_here(parts.hostname):
            raise BadPeer(f"“{name}”不在本机；确要量别处的，设 PEERS_ANYWHERE=1")
        found.append((name, url))
    return found


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def peer_figures(peers: list[tuple[str, str]]) -> list[Figure]:
    """各量一遍；连不上的写明."""
    found = []
    for name, url in peers:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            visitor = Visitor(f"http://{parts.netloc}")
            found.append(measured(visitor, f"【{name}】{path}", path))
        except OSError as error:
            found.append(Figure(f"【{name}】{path}", note=f"略去：连不上（{error}）"))
    return found
