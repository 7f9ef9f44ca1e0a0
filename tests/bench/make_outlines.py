"""Makes rag/data/outlines.json: the British Isles and the world as rings of longitude and latitude.

    npm pack world-atlas && python tests/bench/make_outlines.py world-atlas-2.0.2.tgz

The outlines are Natural Earth's (public domain), as the package world-atlas (ISC) carries them in TopoJSON.
"""

from __future__ import annotations

import argparse
import json
import tarfile
from itertools import pairwise
from pathlib import Path
from typing import Any

OUT = Path(__file__).parents[2] / "rag" / "data" / "outlines.json"
BRITISH_ISLES = {"United Kingdom", "Ireland", "Isle of Man", "Jersey", "Guernsey"}
LEFT_OUT = {"Antarctica", "Fr. S. Antarctic Lands"}
SOURCE = "Natural Earth (public domain), by way of the npm package world-atlas 2.0.2 (ISC)"

Point = tuple[float, float]
Ring = list[Point]


def arcs_of(topology: Any) -> list[Ring]:
    """The topology's arcs in degrees: its numbers are differences, scaled."""
    (scale_x, scale_y), (from_x, from_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + from_x, y * scale_y + from_y))
        found.append(points)
    return found


def rings_of(geometry: Any, arcs: list[Ring]) -> list[Ring]:
    """The outer rings of a country; a negative number is an arc backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for polygon in polygons:
        ring: Ring = []
        for number in polygon[0]:
            points = arcs[number] if number >= 0 else arcs[~number][::-1]
            ring += points[1:] if ring else points
        if any(abs(a[0] - b[0]) > 180 for a, b in pairwise(ring)):
            ring = [(x + 360 if x < 0 else x, y) for x, y in ring]  # over the date line in one piece
        rings.append(ring)
    return rings


def simplified(ring: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker's: without the points that lie nearer than ``tolerance`` degrees to what remains."""
    keep = {0, len(ring) - 1}
    waiting = [(0, len(ring) // 2), (len(ring) // 2, len(ring) - 1)]
    keep.add(len(ring) // 2)
    while waiting:
        first, last = waiting.pop()
        (ax, ay), (bx, by) = ring[first], ring[last]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1e-9
        farthest, distance = first, 0.0
        for i in range(first + 1, last):
            away = abs((bx - ax) * (ay - ring[i][1]) - (ax - ring[i][0]) * (by - ay)) / length
            if away > distance:
                farthest, distance = i, away
        if distance > tolerance:
            keep.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return [ring[i] for i in sorted(keep)]


def size(ring: Ring) -> float:
    return max(max(point[i] for point in ring) - min(point[i] for point in ring) for i in (0, 1))


def outlined(topology: Any, wanted: Any, tolerance: float, least: float, digits: int) -> list[list[list[float]]]:
    arcs = arcs_of(topology)
    rings = [
        simplified(ring, tolerance)
        for country in topology["objects"]["countries"]["geometries"]
        if wanted(country["properties"]["name"])
        for ring in rings_of(country, arcs)
        if size(ring) >= least
    ]
    rounded = [[[round(x, digits), round(y, digits)] for x, y in ring] for ring in rings]
    return [ring for ring in rounded if len(ring) > 3]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    with tarfile.open(parser.parse_args().package) as package:

        def read(name: str) -> Any:
            found = package.extractfile(f"package/{name}")
            if found is None:
                raise SystemExit(f"{name} is not in the package: take world-atlas 2")
            return json.load(found)

        isles = outlined(read("countries-10m.json"), lambda name: name in BRITISH_ISLES, 0.012, 0.09, 2)
        isles = [ring for ring in isles if all(-11 < x < 3 and 49 < y < 62 for x, y in ring)]
        world = outlined(read("countries-110m.json"), lambda name: name not in LEFT_OUT, 0.5, 1.0, 1)
    made = {"source": SOURCE, "british-isles": isles, "world": world}
    OUT.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    points = {name: sum(map(len, rings)) for name, rings in made.items() if isinstance(rings, list)}
    print(points, OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
