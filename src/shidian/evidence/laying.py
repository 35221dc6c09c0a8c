"""A programme laid over a panel: which units its sites cover, from when, and what of it the panel cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..cases.findings import Findings, nearest
from ..foundations.errors import InputError, Where
from .figures import PERIODS, PLACES, Figures, places_around
from .panel import NEVER, Panel
from .pilots import Site
from .readiness import names
from .reading import read_table

JUMP = 0.02  # relative change of a unit's area from which its boundary counts as changed
PARTS = ("county", "district", "town", "zone")


@dataclass(frozen=True)
class Laid:
    """One programme on one outcome. `panel` is None where the data cannot tell anything of it; `cannot` says why.

    `covers` has for each site that is used the units under it. `flagged` marks units (unit,) of the panel whose boundary changed.
    """

    programme: str
    outcome: str
    panel: Panel | None
    covers: dict[str, tuple[str, ...]]
    levels: dict[str, str]  # of each used site: "unit", "parent" (it covers several units) or "part" (it is part of a unit)
    cannot: tuple[str, ...]
    notes: tuple[str, ...]
    flagged: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))


@dataclass(frozen=True)
class _Cover:
    """Where one site lies in the panel."""

    site: Site
    units: tuple[int, ...]
    level: str


def lay(
    figures: Figures,
    sites: Sequence[Site],
    outcome: str,
    covariates: Sequence[str] = (),
    leave_out_missing: bool = False,
    boundaries: Mapping[str, Sequence[int]] | None = None,
) -> Laid:
    """The panel of one programme. `boundaries` has, by unit, the positions of periods in which its boundary changed.

    Raises InputError, with file:row, for sites that the panel does not hold (unless they are left out), and for starts that are no
    period of the panel's clock. What is wrong with the data rather than with the file is said in `cannot`.
    """
    notes: list[str] = []
    covers = _covers(figures, sites, leave_out_missing, notes)
    first, ends = _times(figures, covers, notes)
    flagged = _flagged(figures, boundaries)
    values = np.array(figures.tables[outcome])
    for unit, end in ends.items():
        values[unit, end:] = np.nan
    group = _groups(figures, covers, notes)
    keep = first != 0
    if not keep.all():
        gone = [figures.units[at] for at in np.flatnonzero(~keep)]
        notes.append(f"{int((~keep).sum())} unit(s) treated from the panel's first period or before are left out, for nothing is "
            f"known of them untreated ({names(gone)}).")
    empty = keep & ~np.isfinite(values).any(axis=1)
    if empty.any():
        notes.append(f"{int(empty.sum())} unit(s) without any figure of {outcome} are left out.")
    keep &= ~empty
    tables = {name: figures.tables[name] for name in covariates}
    weight = figures.weight
    panel = Panel(values, first, figures.units, figures.periods, group, tables, weight).of(keep) if keep.any() else None
    cannot = _cannot(panel, first, sites[0].programme, outcome, bool(np.isfinite(figures.tables[outcome]).any()))
    if panel is not None and panel.treated.any() and int(panel.start[panel.treated].max()) == 1:
        notes.append("There is one period before the start, so whether sites and others moved alike before it cannot be told from "
            "these data.")
    _remark(covers, notes)
    held = {figures.units[at] for at in np.flatnonzero(keep)}
    return Laid(
        sites[0].programme, outcome, None if cannot else panel,
        {cover.site.place: tuple(figures.units[at] for at in cover.units if figures.units[at] in held) for cover in covers},
        {cover.site.place: cover.level for cover in covers}, cannot, tuple(notes), flagged[keep],
    )  # fmt: skip


def _covers(figures: Figures, sites: Sequence[Site], leave_out: bool, notes: list[str]) -> list[_Cover]:
    """Each site with the units that it covers."""
    position = {unit: at for at, unit in enumerate(figures.units)}
    children = _children(figures)
    found, missing = [], []
    for site in sites:
        cover = _cover(site, position, children)
        (found if cover.units else missing).append(cover)
    if missing and not (leave_out and found):
        _refuse_missing([cover.site for cover in missing], figures, bool(found))
    if missing:
        notes.append(f"{len(missing)} of {len(sites)} sites are not in the panel and are left out: "
            f"{names([cover.site.called for cover in missing])}. If they lie within units of it, these count as untreated.")
    return found


def _children(figures: Figures) -> dict[str, list[int]]:
    """Positions of the units under each place: as the panel's column of parents says and, for places that it does not know, as codes do."""
    said: dict[str, list[int]] = {}
    for at, parent in enumerate(figures.parent or ()):
        said.setdefault(parent, []).append(at)
    coded: dict[str, list[int]] = {}
    for at, unit in enumerate(figures.units):
        for around in places_around(unit):
            coded.setdefault(around, []).append(at)
    return coded | said


def _cover(site: Site, position: dict[str, int], children: dict[str, list[int]]) -> _Cover:
    place = site.place
    if place in position:
        inside = site.level.lower() in PARTS
        return _Cover(site, (position[place],), "part" if inside else "unit")
    if place in children:
        return _Cover(site, tuple(children[place]), "parent")
    around = next((position[code] for code in places_around(place) if code in position), None)
    return _Cover(site, (), "") if around is None else _Cover(site, (around,), "part")


def _refuse_missing(sites: Sequence[Site], figures: Figures, some: bool) -> None:
    known = [*figures.units, *dict.fromkeys(figures.parent or ())]
    remedy = "correct it, or give --leave-out-missing to go on without it" if some else f"the panel's places are those of its column '{figures.place}': name the right columns with --site and --place"
    findings = Findings()
    for site in sites:
        hint = nearest(site.place, known) if some and site.place and not site.place.isdigit() else ""
        what = f"'{site.place}' is no place of the panel" if site.place else f"The site {site.name or ''} has no place".replace("  ", " ")
        findings.add(f"{what}, so whatever stands for it there would count as untreated; {remedy}. {hint}".strip(), site.where)
    findings.stop()


def _times(figures: Figures, covers: Sequence[_Cover], notes: list[str]) -> tuple[np.ndarray, dict[int, int]]:
    """First treated period of each unit (the earliest of its sites), and for those that left, the first period after."""
    findings = Findings()
    start = np.full(len(figures.units), NEVER)
    ends: dict[int, int] = {}
    later, within, twice = 0, 0, 0
    for cover in covers:
        site = cover.site
        begins = _span(figures, "start", site.start, site.begins, findings)
        ending = _span(figures, "end", site.end, site.ends, findings) if site.end else None
        if begins is None:
            continue
        moment, last = begins[0], None if ending is None else ending[1]
        at = figures.position(moment)
        later += at == len(figures.periods)
        within += at < len(figures.periods) and figures.spans[at][0] < moment
        if at == len(figures.periods):
            continue
        for unit in cover.units:
            twice += start[unit] != NEVER
            start[unit] = at if start[unit] == NEVER else min(start[unit], at)
            if last is not None:
                ends[unit] = max(ends.get(unit, 0), _after(figures, last))
    findings.stop()
    if later:
        notes.append(f"{later} site(s) start after the panel's last period; they count as not treated yet.")
    if within:
        notes.append(f"{within} site(s) start within a period, which counts as treated although it was so in part; a first effect may "
            f"look small.")
    if twice:
        notes.append(f"{twice} site(s) name a unit that another site of the programme names too; the earlier start counts.")
    left = {unit: end for unit, end in ends.items() if end < len(figures.periods)}
    if left:
        notes.append(f"{len(left)} unit(s) left the programme within the panel; their figures after that are not used.")
    return start, left


def _span(figures: Figures, what: str, label: str, where: Where | None, findings: Findings) -> tuple[int, int] | None:
    """First and last moment of a site's start or end; None, and a finding, for what is no period."""
    try:
        return figures.clock.span(label)
    except InputError as problem:
        findings.add(f"The {what} of this site: {problem.message}", where)
        return None


def _after(figures: Figures, last: int) -> int:
    """The first period that begins after a moment."""
    return next((at for at, (first, _) in enumerate(figures.spans) if first > last), len(figures.spans))


def _groups(figures: Figures, covers: Sequence[_Cover], notes: list[str]) -> np.ndarray | None:
    """Clusters are what was treated or not as one (Abadie, Athey, Imbens and Wooldridge 2023): units under one parent where every site is all of its parent.

    Where some sites are single units among several, the units under a parent that is a site are one cluster, and every other unit is its own.
    """
    wide = [cover for cover in covers if cover.level == "parent" and len(cover.units) > 1]
    if not wide:
        return None
    whole = next((above for above in _levels(figures) if all(_whole(cover, above) for cover in covers)), None)
    if whole is not None:
        notes.append(f"{len(wide)} site(s) cover several units, so that all units under one parent count as one cluster.")
        return np.unique(whole, return_inverse=True)[1]
    notes.append(f"{len(wide)} site(s) cover several units, which were treated as one and count as one cluster. Other units count by themselves, for at no one level is every "
        f"site a whole; what untreated units under one parent share is not in the errors.")
    group = np.arange(len(figures.units))
    for cover in wide:
        group[list(cover.units)] = cover.units[0]
    return group


def _levels(figures: Figures) -> Iterator[list[str]]:
    """What each unit lies under, level by level from the inside out: prefectures by code, then parents. A unit that lies under nothing is by itself."""
    around = [places_around(unit) for unit in figures.units]
    yield [codes[0] if len(codes) > 1 else unit for unit, codes in zip(figures.units, around, strict=True)]
    if figures.parent is not None:
        yield [parent or unit for unit, parent in zip(figures.units, figures.parent, strict=True)]


def _whole(cover: _Cover, above: Sequence[str]) -> bool:
    """Whether a site is all that lies under one place of a level, as a province is, or a city that is a province by itself."""
    over = {above[unit] for unit in cover.units}
    return len(over) == 1 and all(unit in cover.units for unit, its in enumerate(above) if its in over)


def _flagged(figures: Figures, boundaries: Mapping[str, Sequence[int]] | None) -> np.ndarray:
    """Units whose boundary changed: as listed, or as a column of areas shows."""
    flagged = np.array([bool(boundaries and boundaries.get(unit)) for unit in figures.units])
    for name, table in figures.tables.items():
        if name.lower().startswith("area"):
            with np.errstate(invalid="ignore", divide="ignore"):
                flagged |= (np.abs(np.diff(np.log(table), axis=1)) > JUMP).any(axis=1)
    return flagged


def read_boundaries(path: Path | str, figures: Figures) -> dict[str, tuple[int, ...]]:
    """Changes of boundary by unit: a table with a place and a period a row. Places that the panel does not hold are passed over."""
    table = read_table(Path(path))
    place = table.column(None, (figures.place.lower(), *PLACES), "the places", "a column called as the panel's")
    period = table.column(None, PERIODS, "the periods", "a column called year or period")
    findings, found = Findings(), {}
    for row, (unit, label) in enumerate(zip(table.cells[place], table.cells[period], strict=True)):
        try:
            at = figures.position(figures.clock.span(label)[0])
        except InputError as problem:
            findings.add(f"Column '{period}': {problem.message}", table.where(row, period))
            continue
        if unit in figures.units and 0 < at < len(figures.periods):
            found.setdefault(unit, set()).add(at)
    findings.stop()
    return {unit: tuple(sorted(changes)) for unit, changes in found.items()}


def _cannot(panel: Panel | None, first: np.ndarray, programme: str, outcome: str, figured: bool) -> tuple[str, ...]:
    """Why no effect of the programme can be told, if so."""
    told = "The effect cannot be told from these data, because "
    if not figured:
        return (f"{told}no place has a figure of {outcome}.",)
    if (first == NEVER).all():
        return (f"{told}no site of {programme} starts within the panel's periods.",)
    if panel is None or not panel.treated.any():
        return (f"{told}every site of {programme} is treated from the panel's first period on, so that nothing is known of it untreated.",)
    if panel.treated.all() and len(set(panel.start.tolist())) == 1:
        return (f"{told}every unit is treated from the same period on, so that there is nothing to compare with.",)
    return ()


def _remark(covers: Sequence[_Cover], notes: list[str]) -> None:
    parts = [cover for cover in covers if cover.level == "part"]
    if parts:
        called = list(dict.fromkeys(cover.site.called for cover in parts))
        notes.append(f"{len(parts)} site(s) are only part of the unit that stands for them ({names(called)}); an effect on the unit is a "
            f"diluted one.")
    waves = Counter(cover.site.start for cover in covers)
    if len(waves) > 1:
        said = ", ".join(f"{start} ({count})" for start, count in sorted(waves.items()))
        notes.append(f"Sites start at different times: {said}.")
