"""进出的闸：内容安全策略与其他响应头、请求的大小与文字、静态文件的缓存."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from flask_login import current_user

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""内容安全策略：不许行内脚本与样式，不许连到别处."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
FOREVER = "public, max-age=31536000, immutable"
LONGEST_ADDRESS = 8000


def init_app(app: Flask) -> None:
    """装上进出的闸."""
    app.before_request(refuse_odd_requests)
    app.after_request(add_headers)


def refuse_odd_requests() -> None:
    """太长的地址、带空字符的文字，一进门就退回（400、414）."""
    if len(request.full_path) > LONGEST_ADDRESS:
        abort(414)
    values = request.args.to_dict(flat=False)
    if request.method == "POST":
        values = {**values, **request.form.to_dict(flat=False)}
    if any("\x00" in text for name, texts in values.items() for text in (name, *texts)):
        abort(400)


def add_headers(response: Response) -> Response:
    """每个响应都带安全头；带指纹的静态文件长存，登录后的页面不留在浏览器里."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if request.endpoint == "static":
        if response.status_code < 400 and request.path.startswith("/static/ui/"):
            response.headers["Cache-Control"] = FOREVER
    elif "Cache-Control" not in response.headers and current_user.is_authenticated:
        response.headers["Cache-Control"] = "private, no-store"
    return response
