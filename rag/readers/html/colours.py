"""Colours as style sheets write them."""

from __future__ import annotations

import colorsys
import re

Colour = tuple[float, float, float, float]  # red, green, blue (0 to 255), how opaque (0 to 1)

WHITE: Colour = (255, 255, 255, 1)
_NEAR = 10  # of 255: nobody tells colours apart that differ by less
_CLEAR = 0.05
_HEX = re.compile(r"#?([0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]{1,100})\)")
_NUMBER = re.compile(r"([+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(%?)")


def colour_of(written: str) -> Colour | None:
    """The colour of '#fff', 'rgb(255 255 255 / 50%)', 'hsl(0, 0%, 100%)' or 'white'; None if it is none."""
    if found := _HEX.fullmatch(written):
        digits = found[1] if len(found[1]) > 4 else "".join(digit * 2 for digit in found[1])
        red, green, blue, opaque = (int(digits[at : at + 2] or "ff", 16) for at in (0, 2, 4, 6))
        return red, green, blue, opaque / 255
    if found := _FUNCTION.fullmatch(written):
        return _from_numbers(found[1], [(float(number), sign) for number, sign in _NUMBER.findall(found[2])])
    if written == "transparent":
        return 0, 0, 0, 0
    if not written.isalpha():
        return None
    from PIL import ImageColor

    named = ImageColor.colormap.get(written)
    return colour_of(named) if isinstance(named, str) else None


def _from_numbers(kind: str, numbers: list[tuple[float, str]]) -> Colour | None:
    if len(numbers) not in (3, 4):
        return None
    opaque = 1.0
    if len(numbers) == 4:
        opaque = numbers[3][0] / (100 if numbers[3][1] else 1)
    if kind == "hsl":
        hue, saturation, lightness = (number for number, _ in numbers[:3])
        share = [min(1.0, max(0.0, part / 100)) for part in (lightness, saturation)]
        red, green, blue = (255 * part for part in colorsys.hls_to_rgb(hue % 360 / 360, *share))
    else:
        red, green, blue = (number * 2.55 if sign else number for number, sign in numbers[:3])
    return min(red, 255.0), min(green, 255.0), min(blue, 255.0), opaque


def is_clear(colour: Colour) -> bool:
    """Whether nothing is seen of it."""
    return colour[3] <= _CLEAR


def are_near(one: Colour, other: Colour) -> bool:
    """Whether nobody tells one from the other."""
    return all(abs(a - b) <= _NEAR for a, b in zip(one[:3], other[:3], strict=True))
