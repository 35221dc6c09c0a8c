"""China's pilot programmes, and all the places they could have been put in: who was picked.

Fourteen programmes with their sites, 337 units at prefecture level (municipalities among them) and 31 at province level, bundled in
`data/` with sources and flags. A site that is a province counts once, against provinces; sites at prefecture level and below stand
apart, against prefectures, a county standing for its prefecture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from .pilots import Site, programmes, read_pilots
from .readiness import names
from .sites import Comparison, Fairness, Specification, compare, compare_all, generalizability, specification_curve

DATA = Path(__file__).with_name("data")
MAIN = "log GDP per head"
RANK = "capital or sub-provincial"
BIG = ("municipality", "sub-provincial", "provincial capital")


@dataclass(frozen=True)
class Level:
    """The places of one level: a table by GB/T 2260 code with population, and the years for which output is known."""

    name: str
    places: pd.DataFrame
    years: tuple[int, ...]

    @property
    def codes(self) -> np.ndarray:
        """Code of each place (place,)."""
        return self.places.index.to_numpy()

    def population(self, year: int) -> np.ndarray:
        """Persons (place,): between the counts of 2010 and 2020 at a constant rate of growth, held before and after."""
        early, late = (self.places[f"population_{count}"].to_numpy() for count in (2010, 2020))
        return early * (late / early) ** float(np.clip((year - 2010) / 10, 0, 1))

    def covariates(self, year: int) -> dict[str, np.ndarray]:
        """Figures of a year by name, each (place,), NaN where not known. Output is in current prices."""
        output = self.places[f"gdp_{year}"].to_numpy()
        people = self.population(year)
        found = {MAIN: np.log(output / people), "log GDP": np.log(output), "log population": np.log(people)}
        if "admin_rank" in self.places:
            found[RANK] = self.places["admin_rank"].isin(BIG).to_numpy(dtype=float)
            found["log population density"] = np.log(people / self.places["area_km2"].to_numpy())
        return found

    def nearest(self, start: int) -> int:
        """The year with figures nearest a start; of two equally near, the earlier."""
        return min(self.years, key=lambda year: (abs(year - start), year))


@cache
def level(name: str) -> Level:
    """`prefecture` (337 units, municipalities among them) or `province` (31)."""
    table = pd.read_csv(DATA / f"china_{name}s.csv", dtype={"gb_code": str, "province_gb": str}).set_index("gb_code")
    years = tuple(int(column.split("_")[1]) for column in table if column.startswith("gdp_"))
    table = table.rename(columns={f"gdp_{year}_100m": f"gdp_{year}" for year in years})
    for count in (2010, 2020):
        table[f"population_{count}"] = table[f"pop_{count}_10k"] * 1e4 if f"pop_{count}_10k" in table else table[f"pop_{count}"].astype(float)
    for year in years:
        table[f"gdp_{year}"] *= 1e8
    if "province_gb" not in table:
        table["province_gb"] = table.index
    return Level(name, table, years)


@cache
def china_sites() -> dict[str, tuple[Site, ...]]:
    """Sites by programme, as bundled."""
    return programmes(read_pilots(DATA / "china_pilots.csv", like="gb_code"))


@dataclass(frozen=True)
class Picked:
    """How the sites of one programme were picked: among prefectures, and apart from that among provinces."""

    programme: str
    listed: int
    unconfirmed: int
    start: int
    year: int
    prefectures: Fairness
    provinces: Comparison | None
    waves: tuple[tuple[str, Comparison], ...]

    @property
    def post(self) -> bool:
        """Whether the figures are of a year after the start, so that the programme itself may be in them."""
        return self.year > self.start

    def as_dict(self) -> dict[str, object]:
        """The same for machines; `gap_log_gdp_per_head` and what follows it are of the sites among prefectures."""
        main, curve = self.prefectures.comparisons[0], self.prefectures.curve
        return {
            "programme": self.programme, "sites": main.sites, "gap_log_gdp_per_head": main.gap, "t": _or_none(main.t), "p_permutation": main.p_permutation,
            "index": None if self.prefectures.index is None else self.prefectures.index.value, "covariate_year": self.year, "post": self.post,
            "index_reading": None if self.prefectures.index is None else self.prefectures.index.reading,
            "percentile": main.percentile, "others": main.others, "start": self.start, "sites_listed": self.listed, "rows_unconfirmed": self.unconfirmed,
            "curve": {"specifications": len(curve), "share_positive": _share(curve["t"] > 0), "share_above_1.96": _share(curve["t"] > 1.96), "median_t": float(curve["t"].median())},
            "comparisons": [_compared(one) for one in self.prefectures.comparisons],
            "provinces": None if self.provinces is None else _compared(self.provinces),
            "waves": [{"wave": wave, **_compared(one)} for wave, one in self.waves],
            "notes": list(self.prefectures.notes),
        }  # fmt: skip


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _share(which: pd.Series) -> float:
    return float(which.mean()) if len(which) else float("nan")


def _compared(one: Comparison) -> dict[str, object]:
    return {name: _or_none(value) if isinstance(value, float) else value for name, value in vars(one).items()}


def picked(programme: str, sites: Sequence[Site], seed: int = 0, draws: int = 9999) -> Picked:
    """How the sites of a programme were picked. Raises KeyError for no site at all."""
    below = [site for site in sites if site.level != "province"]
    start = min(int(site.start[:4]) for site in sites)
    places = level("prefecture")
    year = places.nearest(start)
    sited = np.isin(places.codes, [site.place for site in below])
    everywhere = np.ones(len(places.codes), dtype=bool)
    figures = places.covariates(year)
    specifications = [Specification(name, str(year), "all", "all sites", values, sited, everywhere) for name, values in figures.items()]
    index = generalizability({name: figures[name] for name in (MAIN, "log population", RANK)}, sited, everywhere)
    curve = specification_curve(list(_specifications(places, below, start, year)))
    notes = tuple(_notes(sites, below, places, year, start))
    fair = Fairness(programme, compare_all(specifications, seed, draws), curve, index, notes, _map(sites, places))
    waves = [(wave, [site for site in below if site.start == wave]) for wave in sorted({site.start for site in below})]
    by_wave = [(wave, _wave(places, those, int(wave[:4]), seed, draws)) for wave, those in waves] if len(waves) > 1 else []
    unconfirmed = sum("unconfirmed" in site.note for site in sites)
    return Picked(programme, len(sites), unconfirmed, start, year, fair, _provincial(sites, seed, draws), tuple(by_wave))


def china(seed: int = 0, draws: int = 9999) -> list[Picked]:
    """All bundled programmes, in the order of their first site."""
    found = china_sites()
    return [picked(name, found[name], seed, draws) for name in sorted(found, key=lambda name: (min(site.start for site in found[name]), name))]


def _wave(places: Level, sites: Sequence[Site], start: int, seed: int, draws: int) -> Comparison:
    year = places.nearest(start)
    sited = np.isin(places.codes, [site.place for site in sites])
    return compare(Specification(MAIN, str(year), "all", "wave", places.covariates(year)[MAIN], sited, np.ones(len(sited), dtype=bool)), seed, draws)


def _provincial(sites: Sequence[Site], seed: int, draws: int) -> Comparison | None:
    """Sites that are provinces, against the other provinces; municipalities that are sites by themselves stand aside."""
    those = [site for site in sites if site.level == "province"]
    if not those:
        return None
    places = level("province")
    year = places.nearest(min(int(site.start[:4]) for site in those))
    sited = np.isin(places.codes, [site.place for site in those])
    aside = np.isin(places.codes, [site.place for site in sites if site.level == "municipality"])
    return compare(Specification(MAIN, str(year), "provinces", "provinces", places.covariates(year)[MAIN], sited, ~aside), seed, draws)


def _specifications(places: Level, sites: Sequence[Site], start: int, year: int) -> Iterator[Specification]:
    """Every choice of figure, year (none after the start but the headline's), pool and sites that the curve goes through."""
    whole = [site for site in sites if site.level != "county"]
    first = min(site.start for site in sites)
    choices = {"all sites": sites, "without counties": whole, "first wave": [site for site in sites if site.start == first], "confirmed rows": [site for site in sites if "unconfirmed" not in site.note]}
    choices = {name: np.isin(places.codes, [site.place for site in those]) for name, those in choices.items()}
    everyone = choices["all sites"]
    distinct = {name: sited for at, (name, sited) in enumerate(choices.items()) if sited.any() and not any((sited == other).all() for other in list(choices.values())[:at])}
    for when in sorted({year, *(one for one in places.years if one <= start)}):
        for name, values in places.covariates(when).items():
            for which, sited in distinct.items():
                for pool, eligible in _pools(places, sited).items():
                    here = sited & eligible if pool == "ordinary prefectures" else sited
                    blank = np.where(everyone & ~here, np.nan, values)  # a site that is left out is no comparison either
                    yield Specification(name, str(when), pool, which, blank, here, eligible)


def _pools(places: Level, sited: np.ndarray) -> dict[str, np.ndarray]:
    table = places.places
    return {
        "all": np.ones(len(table), dtype=bool),
        "same provinces": table["province_gb"].isin(table["province_gb"][sited]).to_numpy(),
        "same regions": table["region"].isin(table["region"][sited]).to_numpy(),
        "ordinary prefectures": ~table["admin_rank"].isin(BIG).to_numpy(),
    }


def _notes(sites: Sequence[Site], below: Sequence[Site], places: Level, year: int, start: int) -> Iterator[str]:
    if year > start:
        yield f"The figures are of {year}, after the start in {start}: what the programme itself did may be in them."
    strange = [site for site in below if site.place not in places.places.index]
    if strange:
        yield f"{len(strange)} site(s) lie outside the units at prefecture level and are left out: {names(list(dict.fromkeys(site.called for site in strange)))}."
    counties = sum(site.level == "county" for site in below)
    if counties:
        yield f"{counties} site(s) are counties or districts; the prefecture around each stands for it, once."
    provinces = sum(site.level == "province" for site in sites)
    if provinces:
        yield f"{provinces} site(s) are whole provinces; they are compared with provinces, apart from the rest."
    unconfirmed = sum("unconfirmed" in site.note for site in sites)
    if unconfirmed:
        yield f"{unconfirmed} of {len(sites)} rows of the list are unconfirmed."


def _map(sites: Sequence[Site], places: Level) -> pd.DataFrame:
    """Sites by province to the end of each year: province, row, column, name, time, value, low and high."""
    provinces = level("province").places
    codes = places.places["province_gb"]
    dated = [(codes.get(site.place, site.place[:2] + "0000" if site.place else ""), int(site.start[:4])) for site in sites]
    years = sorted({year for _, year in dated})
    rows = []
    for year in range(years[0], years[-1] + 1):
        for code, place in provinces.iterrows():
            count = sum(province == code and when <= year for province, when in dated)
            rows.append({"row": place["grid_row"], "column": place["grid_col"], "name": place["name_en"], "time": year, "value": count, "low": np.nan, "high": np.nan})
    return pd.DataFrame(rows)

