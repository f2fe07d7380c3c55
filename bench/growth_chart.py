"""Draws bench/growth.svg from bench/growth.csv: `python bench/growth_chart.py`. The figures come from `run.py importing`."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 420, 70, 210, 40, 50
LINES = {
    "by_place_s": ("rows by place and sector", "#1f5fa8", ""),
    "median_s": ("median value by place", "#6a4c93", "6 3"),
    "largest_s": ("hundred largest", "#8a8a8a", "2 3"),
    "twice_s": ("ids that stand twice", "#b5303b", "8 3 2 3"),
    "snapshot_id_s": ("snapshot id of all rows", "#222222", ""),
}


def drawn(rows: list[dict[str, str]]) -> str:
    """Seconds over contracts, both axes logarithmic."""
    sizes = [int(r["contracts"]) for r in rows]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))

    def x(size: float) -> float:
        return LEFT + (math.log10(size) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(seconds: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(max(seconds, 0.01)) + 2) / 4 * (HEIGHT - TOP - BOTTOM)

    said = "; ".join(f"{int(r['contracts']):,} contracts: snapshot id {r['snapshot_id_s']} s, peak {r['peak_mb']} MB" for r in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>Seconds for each question as a store of invented contracts grows</title><desc>{escape(said)}</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="22" font-weight="600">Seconds for each question, memory limit 2 GB</text>',
    ]
    for power in range(-2, 3):
        at = y(10.0**power)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#555">{10.0**power:g} s</text>')
    for size in sizes:
        label = f"{size // 1_000_000} million"
        parts.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle" fill="#555">{label}</text>')
    placed: list[float] = []
    for column, (label, colour, dash) in sorted(LINES.items(), key=lambda line: y(float(rows[-1][line[0]]))):
        points = " ".join(f"{x(int(r['contracts'])):.1f},{y(float(r[column])):.1f}" for r in rows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        end = max([y(float(rows[-1][column])), *(p + 17 for p in placed)])
        placed.append(end)
        parts.append(f'<text x="{WIDTH - RIGHT + 8}" y="{end + 4:.1f}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    with (HERE / "growth.csv").open(encoding="utf-8", newline="") as stream:
        (HERE / "growth.svg").write_text(drawn(list(csv.DictReader(stream))), "utf-8")
