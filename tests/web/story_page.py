"""读一页真的 HTML：有哪些按钮与链接、哪些表单、表单里有哪些项；像浏览器那样把表单交上去."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import MultiDict

SKIPPED = frozenset({"script", "style", "template", "kbd"})
Attrs = dict[str, str | None]


@dataclass
class Choice:
    """单选、多选、下拉的一项：值、字、所属（随上一级联动的）."""

    value: str
    words: str = ""
    on: bool = False
    parent: str = ""


@dataclass
class Box:
    """表单里的一项：``depends`` 是它跟着哪一项走，``upload_url`` 是附件逐个传到哪里."""

    name: str
    kind: str
    value: str = ""
    choices: list[Choice] = field(default_factory=list)
    depends: str = ""
    many: bool = False
    upload_url: str = ""

    def option(self, wanted: str) -> Choice:
        """按字（整个或开头）、再按值挑一项；没有或不止一项的不行."""
        exact = [one for one in self.choices if wanted in (one.words, one.value)]
        near = [one for one in self.choices if one.words.split(" · ")[0] == wanted]
        near = near or [one for one in self.choices if one.words.startswith(f"{wanted} ")]
        found = exact or near
        assert len(found) == 1, f"{self.name} 里的 {wanted}：{[one.words for one in self.choices]}"
        return found[0]

    def add_file(self, key: int) -> None:
        """传好的附件的编号."""
        self.choices.append(Choice(str(key), on=True))

    def pairs(self) -> list[tuple[str, str]]:
        """浏览器交的几对."""
        if self.kind in ("radio", "checkbox", "files"):
            return [(self.name, one.value) for one in self.choices if one.on]
        if self.kind == "select":
            picked = [one for one in self.choices if one.on] or self.choices[: not self.many]
            return [(self.name, one.value) for one in picked]
        # 多行框开头的换行浏览器不算
        return [(self.name, self.value.removeprefix("\r\n"))]


@dataclass
class Button:
    """按钮或链接：字、读法、去处、能不能按."""

    words: str = ""
    label: str = ""
    name: str = ""
    value: str = ""
    url: str = ""
    off: bool = False


@dataclass
class Form:
    """一张表单."""

    url: str
    boxes: dict[str, Box] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)

    def box(self, name: str) -> Box:
        """叫这个名字的一项；没有的说清楚有哪些."""
        assert name in self.boxes, f"{self.url} 上没有 {name}，只有 {sorted(self.boxes)}"
        return self.boxes[name]

    def fill(self, typed: Mapping[str, Any]) -> None:
        """照名字填：字就写上，勾选给真假，几个勾给一列，别的按字或值挑."""
        for name, value in typed.items():
            self._put(self.box(name), value)

    def _put(self, box: Box, value: Any) -> None:
        assert box.kind not in ("hidden", "files"), f"{box.name} 不是人写得了的"
        if box.kind == "checkbox" and isinstance(value, bool):
            box.choices[0].on = value
        elif box.choices:
            wanted = [value] if isinstance(value, str) else list(value)
            chosen = [box.option(one) for one in wanted]
            self._check_parent(box, chosen)
            for one in box.choices:
                one.on = one in chosen
        else:
            box.value = str(value)

    def _check_parent(self, box: Box, chosen: list[Choice]) -> None:
        if not box.depends:
            return
        above = dict(self.box(box.depends).pairs()).get(box.depends)
        assert all(one.parent == above for one in chosen), f"{box.name} 不在选中的 {box.depends} 里"

    def data(self, press: str) -> MultiDict[str, str]:
        """按这个按钮时交上去的."""
        button = self.button(press)
        assert button is not None, f"{self.url} 上没有“{press}”，只有 {self.buttons}"
        pairs = [pair for box in self.boxes.values() for pair in box.pairs()]
        pressed = [(button.name, button.value)] if button.name else []
        return MultiDict([*pairs, *pressed])

    def button(self, words: str) -> Button | None:
        """叫这个名字、按得动的按钮."""
        known = (one for one in self.buttons if words in (one.words, one.label) and not one.off)
        return next(known, None)


class Page(HTMLParser):
    """一页：``text`` 是看得见的字."""

    def __init__(self, html: str, status: int, path: str) -> None:
        super().__init__()
        self.status, self.path = status, path
        self.forms: list[Form] = []
        self.links: list[Button] = []
        self._spans: list[tuple[str, Button]] = []
        self._words: list[str] = []
        self._open: list[Any] = []
        self._form: Form | None = None
        self._select: Box | None = None
        self._skip = 0
        self.feed(html)
        self.text = " ".join("".join(self._words).split())

    @property
    def chips(self) -> list[str]:
        """标签上的字."""
        return [one.words for kind, one in self._spans if kind == "chip"]

    def link(self, path: str) -> Button | None:
        """去这个地方、点得动的链接."""
        return next((one for one in self.links if one.url == path and not one.off), None)

    def form(self, path: str) -> Form:
        """交到这个地方的表单；页上有几张的取最后一张（主体）."""
        found = [one for one in self.forms if (one.url or self.path) == path]
        assert found, f"{self.path} 上没有交到 {path} 的表单：{self.text[:400]}"
        return found[-1]

    def link_named(self, words: str) -> Button:
        """写着这几个字的链接."""
        found = next((one for one in self.links if one.words == words and not one.off), None)
        assert found is not None, f"{self.path} 上没有“{words}”：{self.text}"
        return found

    def form_or_none(self, press: str) -> Form | None:
        """有这个按钮的表单；没有为空."""
        return next((one for one in self.forms if one.button(press) is not None), None)

    def form_with(self, press: str) -> Form:
        """有这个按钮的表单；须有."""
        found = self.form_or_none(press)
        assert found is not None, f"{self.path} 上没有“{press}”：{self.text}"
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """元素开头."""
        self._skip += tag in SKIPPED
        self._words.append(" ")
        here: Attrs = dict(attrs)
        start = getattr(self, f"_start_{tag}", None)
        if start is not None:
            start(here)

    def handle_endtag(self, tag: str) -> None:
        """元素结尾."""
        self._skip -= tag in SKIPPED
        self._words.append(" ")
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """字：归到正开着的按钮、链接、选项、多行框."""
        if self._skip:
            return
        self._words.append(data)
        for tag, one in self._open:
            if tag == "textarea":
                one.value += data
            else:
                one.words = " ".join((one.words + data).split())

    def _add(self, box: Box) -> Box:
        if self._form is None:
            return box
        return self._form.boxes.setdefault(box.name, box)

    def _start_form(self, here: Attrs) -> None:
        self._form = Form(here.get("action") or "")
        if (here.get("method") or "").lower() == "post":
            self.forms.append(self._form)

    def _start_div(self, here: Attrs) -> None:
        if here.get("data-upload"):
            name = here.get("data-name") or ""
            self._add(Box(name, "files", upload_url=here["data-upload"] or ""))

    def _start_input(self, here: Attrs) -> None:
        kind, name = here.get("type") or "text", here.get("name")
        if kind in ("file", "submit") or not name:
            return
        value = here.get("value") or ("on" if kind == "checkbox" else "")
        box = self._add(Box(name, kind, "" if kind in ("radio", "checkbox") else value))
        if box.kind == "files":
            box.choices.append(Choice(value, on=True))
        elif kind in ("radio", "checkbox"):
            box.choices.append(Choice(value, on="checked" in here))
            self._open.append(("label", box.choices[-1]))

    def _start_textarea(self, here: Attrs) -> None:
        box = self._add(Box(here.get("name") or "", "textarea"))
        self._open.append(("textarea", box))

    def _start_select(self, here: Attrs) -> None:
        depends = here.get("data-depends") or ""
        box = Box(here.get("name") or "", "select", depends=depends, many="multiple" in here)
        self._select = self._add(box)

    def _start_option(self, here: Attrs) -> None:
        if self._select is not None:
            parent, on = here.get("data-parent") or "", "selected" in here
            one = Choice(here.get("value") or "", on=on, parent=parent)
            self._select.choices.append(one)
            self._open.append(("option", one))

    def _start_button(self, here: Attrs) -> None:
        off = "disabled" in here or here.get("aria-disabled") == "true"
        one = Button(
            name=here.get("name") or "",
            value=here.get("value") or "",
            label=here.get("aria-label") or "",
            url=here.get("formaction") or "",
            off=off,
        )
        if here.get("type", "submit") == "submit" and self._form is not None:
            self._form.buttons.append(one)
        self._open.append(("button", one))

    def _start_a(self, here: Attrs) -> None:
        off = here.get("aria-disabled") == "true"
        one = Button(url=here.get("href") or "", label=here.get("aria-label") or "", off=off)
        self.links.append(one)
        self._open.append(("a", one))

    def _start_span(self, here: Attrs) -> None:
        one = Button()
        self._spans.append(((here.get("class") or "").split(" ")[0], one))
        self._open.append(("span", one))
