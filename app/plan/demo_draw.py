"""演示照片：画一张真的 JPEG，处理前乱、处理后净；同样的种子画出同样的字节."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from random import Random

from PIL import ExifTags, Image, ImageDraw, ImageFilter, ImageOps

SIZE = (880, 660)
HORIZON = 300
Pen = ImageDraw.ImageDraw
Color = tuple[int, int, int]
SKIES: tuple[tuple[Color, Color], ...] = (
    ((112, 152, 196), (214, 226, 234)),
    ((150, 164, 176), (222, 222, 218)),
    ((96, 136, 184), (232, 222, 204)),
)
RUBBISH: tuple[Color, ...] = (
    (92, 74, 58),
    (58, 62, 66),
    (176, 172, 164),
    (120, 40, 36),
    (44, 84, 120),
    (196, 180, 92),
)
WITHERED: tuple[Color, ...] = ((168, 142, 66), (140, 104, 52), (190, 170, 92), (110, 92, 50))


def photograph(
    view: str, *, seed: int, messy: bool, taken_at: datetime, caption: str = ""
) -> bytes:
    """一张照片（JPEG）：``view`` 画什么，``messy`` 乱不乱，角上印拍摄时刻与 ``caption``.

    ``taken_at`` 为当地时刻，也写进 EXIF。
    """
    rng = Random(seed)  # noqa: S311 - 画画用，与保密无关
    image = _backdrop(rng)
    pen = ImageDraw.Draw(image)
    VIEWS.get(view, _road)(pen, rng)
    if messy:
        _mess(pen, rng, view)
    else:
        _tidy(pen, rng, view)
    image = image.filter(ImageFilter.SMOOTH)
    _stamp(image, f"{taken_at:%Y-%m-%d %H:%M} {caption}".strip())
    return _encode(image, taken_at)


def _backdrop(rng: Random) -> Image.Image:
    top, low = rng.choice(SKIES)
    ramp = Image.linear_gradient("L").resize(SIZE)
    image = ImageOps.colorize(ramp, top, low)
    pen = ImageDraw.Draw(image)
    for tone in range(3):
        base = HORIZON - 70 + 34 * tone
        points = [(x, base - rng.randint(0, 90 - 22 * tone)) for x in range(0, SIZE[0] + 80, 80)]
        green = (70 + 14 * tone, 104 + 10 * tone, 78 - 4 * tone)
        pen.polygon([(0, HORIZON + 60), *points, (SIZE[0], HORIZON + 60)], fill=green)
    pen.rectangle((0, HORIZON + 20, *SIZE), fill=(128 + rng.randint(-12, 12), 130, 108))
    return image


def _road(pen: Pen, rng: Random) -> None:
    middle = rng.randint(360, 520)
    pen.polygon(
        [(middle - 30, HORIZON + 20), (middle + 30, HORIZON + 20), (800, 660), (80, 660)],
        fill=(118, 118, 120),
    )
    for y in range(HORIZON + 40, 640, 70):
        width = (y - HORIZON) // 26
        pen.polygon(
            [
                (middle - width, y),
                (middle + width, y),
                (middle + width + 2, y + 34),
                (middle - width - 2, y + 34),
            ],
            fill=(222, 218, 200),
        )


def _water(pen: Pen, rng: Random) -> None:
    pen.polygon([(0, HORIZON + 60), (880, HORIZON + 30), (880, 600), (0, 560)], fill=(88, 124, 132))
    for _ in range(46):
        x, y = rng.randint(0, 820), rng.randint(HORIZON + 70, 570)
        pen.line((x, y, x + rng.randint(20, 70), y + 2), fill=(132, 164, 168), width=2)
    for _ in range(24):
        x, y = rng.randint(0, 860), rng.randint(560, 650)
        pen.ellipse((x, y, x + rng.randint(14, 40), y + rng.randint(8, 22)), fill=(148, 146, 140))


def _house(pen: Pen, rng: Random) -> None:
    left = rng.randint(90, 200)
    right, top = left + 520, 210
    pen.rectangle((left, top, right, 560), fill=(206, 196, 178))
    pen.polygon(
        [(left - 40, top), ((left + right) // 2, 110), (right + 40, top)], fill=(98, 72, 64)
    )
    for column in range(4):
        x = left + 46 + 122 * column
        pen.rectangle((x, 270, x + 66, 350), fill=(86, 98, 108), outline=(236, 232, 222), width=5)
    pen.rectangle((left + 220, 400, left + 306, 560), fill=(112, 80, 56))


def _shop(pen: Pen, rng: Random) -> None:
    pen.rectangle((70, 150, 810, 600), fill=(198, 198, 194))
    sign = rng.choice(((164, 52, 44), (44, 96, 72), (40, 72, 128)))
    pen.rectangle((70, 150, 810, 226), fill=sign)
    for shelf in range(3):
        y = 280 + 92 * shelf
        pen.rectangle((110, y + 54, 770, y + 64), fill=(120, 100, 80))
        for x in range(120, 740, 46):
            color = rng.choice(((204, 148, 72), (96, 140, 108), (176, 88, 80), (108, 116, 168)))
            pen.rectangle((x, y + rng.randint(0, 16), x + 32, y + 54), fill=color)


def _field(pen: Pen, rng: Random) -> None:
    for row in range(11):
        y = HORIZON + 34 + row * (8 + 3 * row)
        green = (72 + rng.randint(-8, 8), 128 + rng.randint(-14, 14), 62)
        pen.rectangle((0, y, 880, y + 10 + 2 * row), fill=green)
        for x in range(rng.randint(0, 30), 880, 44 + row * 4):
            size = 8 + 3 * row
            pen.ellipse((x, y - size // 2, x + size * 2, y + size), fill=(54, 110, 52))


def _paper(pen: Pen, rng: Random) -> None:
    pen.rectangle((0, 0, *SIZE), fill=(138, 118, 98))
    pen.polygon([(170, 40), (690, 62), (706, 640), (150, 622)], fill=(246, 244, 236))
    pen.rectangle((300, 100, 560, 122), fill=(70, 70, 74))
    for line in range(13):
        y = 170 + 32 * line
        pen.rectangle((220, y, 240 + rng.randint(220, 390), y + 8), fill=(150, 148, 146))
    pen.ellipse((520, 500, 630, 610), outline=(190, 44, 40), width=7)


VIEWS: dict[str, Callable[[Pen, Random], None]] = {
    "road": _road,
    "water": _water,
    "house": _house,
    "shop": _shop,
    "field": _field,
    "paper": _paper,
}


def _mess(pen: Pen, rng: Random, view: str) -> None:
    """处理前：一地的东西，田里是枯黄的一片；文件上圈出缺处."""
    if view == "paper":
        for _ in range(4):
            x, y = rng.randint(220, 540), rng.randint(170, 560)
            pen.ellipse((x, y, x + 90, y + 44), outline=(196, 52, 44), width=4)
        return
    heart = rng.randint(220, 620)
    for _ in range(130):
        x = int(rng.gauss(heart, 110))
        y = int(rng.gauss(520, 46))
        wide, high = rng.randint(10, 46), rng.randint(8, 30)
        box = (x, y, x + wide, y + high)
        draw = pen.ellipse if view == "field" or rng.random() < 0.5 else pen.rectangle
        draw(box, fill=rng.choice(WITHERED if view == "field" else RUBBISH))


def _tidy(pen: Pen, rng: Random, view: str) -> None:
    """处理后：清爽的地面上一样新添的东西（桶、牌、灯）."""
    if view == "paper":
        pen.ellipse((400, 470, 500, 570), outline=(190, 44, 40), width=7)
        return
    x = rng.randint(120, 680)
    if rng.random() < 0.5:
        pen.rectangle((x, 470, x + 56, 560), fill=(52, 112, 84))
        pen.rectangle((x - 6, 458, x + 62, 474), fill=(40, 88, 66))
    else:
        pen.rectangle((x, 380, x + 8, 560), fill=(108, 108, 110))
        pen.rectangle((x - 44, 330, x + 52, 396), fill=(40, 84, 140))
        pen.rectangle((x - 34, 350, x + 42, 360), fill=(236, 236, 236))


def _stamp(image: Image.Image, words: str) -> None:
    """拍摄时刻印在右下角：内置字体画小再放大，不用外面的字体."""
    small = Image.new("L", (8 * len(words) + 8, 14), 0)
    ImageDraw.Draw(small).text((4, 1), words, fill=255)
    box = small.getbbox() or (0, 0, *small.size)
    mask = small.crop(box).resize(((box[2] - box[0]) * 2, (box[3] - box[1]) * 2))
    spot = (SIZE[0] - mask.width - 18, SIZE[1] - mask.height - 14)
    image.paste((20, 20, 20), (spot[0] + 2, spot[1] + 2), mask)
    image.paste((255, 214, 92), spot, mask)


def _encode(image: Image.Image, taken_at: datetime) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = (
        f"{taken_at:%Y:%m:%d %H:%M:%S}"
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, exif=exif.tobytes())
    return out.getvalue()
