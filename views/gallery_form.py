"""样品册的样例表单：每种字段一个，平常的一份、有错的一份；字都是虚构的."""

from __future__ import annotations

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import fields, validators

from views.controls import PICK_FROM

LONG = (
    "样例村口到样例坡的路边堆着三处旧家具和建筑垃圾，占了半边路，早晚校车绕行，"
    "附近住户说已经堆了半个多月，希望尽快清走，并在路口立一块不许乱倒的牌子。"
)
SHORT = "样例村口路灯不亮"


class SampleForm(FlaskForm):
    """样例表单：每种字段一个."""

    title = fields.StringField(
        "标题", [validators.DataRequired("请写标题。")], description="一句话"
    )
    body = fields.TextAreaField("内容", [validators.Length(max=200, message="多了 3 个字。")])
    level = fields.SelectField("等级", choices=["一般", "较大", "重大"])
    category = fields.SelectField("小类", choices=[f"样例小类 {n}" for n in range(PICK_FROM + 1)])
    tags = fields.SelectMultipleField("标记", choices=["退回", "直报", "督办"])
    channel = fields.RadioField("来源", choices=[("a", "网格"), ("b", "来访"), ("c", "热线")])
    kind = fields.RadioField("件别", choices=[("x", "事件"), ("y", "咨询")])
    urgent = fields.BooleanField("加急", description="先办的打勾")
    people = fields.IntegerField("人数")
    due = fields.DateField("期限")
    met_at = fields.DateTimeLocalField("来访时间", format="%Y-%m-%d %H:%M")
    phone = fields.TelField("电话", [validators.Regexp(r"\d{11}$", message="少一位，请补齐。")])
    secret = fields.PasswordField("密码")
    paper = fields.FileField("文件")
    locked = fields.StringField("不能改的", render_kw={"readonly": True})
    off = fields.SelectField("用不了的", choices=["样例"], render_kw={"disabled": True})


def form(prefix: str = "plain") -> SampleForm:
    """平常的一份."""
    given = {"title": SHORT, "level": "较大", "channel": "b", "kind": "x", "locked": "样例"}
    return SampleForm(formdata=None, data=given, meta={"csrf": False}, prefix=prefix)


def bad_form(prefix: str = "bad") -> SampleForm:
    """有错的一份：写过的都在，错写在字段旁."""
    wrong = {"title": "", "phone": "1300000000", "body": LONG * 4}
    given = MultiDict({f"{prefix}-{name}": text for name, text in wrong.items()})
    found = SampleForm(formdata=given, meta={"csrf": False}, prefix=prefix)
    found.validate()
    return found
