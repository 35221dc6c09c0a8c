"""Tables on which patterns are measured: those that runs leave, with what can be read out of them by package, experiment, province and office.

    years        of a run, with `bottom_up` = 1 - initiative: the localities' own share in what is in force
    adoptions    of a run, with what is known of the place (see `traits`), `own_maker` (a maker at home there can make the line), `rival` (learned
                 from a place of the same province) and `endorsed` (the package was, the year before)
    packages     one row a package ever in force: `local`, `others`, `elevated` (see `compare.lineages.fates`), the rungs of the ladder in years
                 (see `compare.ladder`), `mandated` (ever a pilot of the centre), `raised` (the one or the other), `origin` (mean development of the places that began it
                 of themselves), and of its first judgement `truth` and `supported`
    experiments  of a run: one row a package that the centre sites anew in a year, with `sites` and `t` of their development against that of other places
    clusters     one row a package that places took up of themselves: `clustering`, the variance of its share among provinces over that of chance, and
                 `likeness`, the same among like places: of one third by development, with or without a maker at home that can make the line
    places       one row a place, with what is known of it
    talk         one row a province: share of documents that mention pilots at its own level (`own`) and in the cities below (`cities`)
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..compare.comparison import EMPTY
from ..compare.ladder import PACKAGE, ladder
from ..compare.lineages import fates
from ..compare.over_draws import RUN
from ..runner.chunk import RUNS
from .traits import Traits

COMMON, RARE = 0.95, 0.05  # shares of places beyond which clustering cannot be seen


def tables_of(found: Mapping[str, pd.DataFrame], runs: pd.DataFrame, traits: Traits | None) -> dict[str, pd.DataFrame]:
    """Every table of many runs, each row with its regime and draw."""
    made = {name: _known(found.get(name), name) for name in (*EMPTY, *found) if name != RUNS}
    made["adoptions"] = _adoptions(made["adoptions"], made["stances"], traits)
    if "years" in made and "initiative" in made["years"]:
        made["years"] = made["years"].assign(bottom_up=1 - made["years"]["initiative"])
    made["packages"] = _packages(made, runs)
    if traits is not None:
        made["clusters"] = _clusters(made["adoptions"], traits)
        made["places"] = runs[RUN].merge(traits.places.rename_axis("place").reset_index(), how="cross")
    if "documents" in made:
        made["talk"] = _talk(made["documents"])
    return made


def _known(table: pd.DataFrame | None, name: str) -> pd.DataFrame:
    return table if table is not None and len(table) else pd.DataFrame(columns=[*RUN, *EMPTY.get(name, ["year"])])


def _adoptions(adoptions: pd.DataFrame, stances: pd.DataFrame, traits: Traits | None) -> pd.DataFrame:
    at = [*PACKAGE, "year"]
    endorsed = stances.loc[stances["endorsed"].astype(bool), at].assign(year=lambda rows: rows["year"] + 1, endorsed=True)
    table = adoptions.merge(endorsed, how="left", on=at)
    table["endorsed"] = table["endorsed"].notna()
    if traits is not None:
        table = table.join(traits.places.drop(columns=["province", "development"]), on="place")
        table["own_maker"] = [pair in traits.makes for pair in zip(table["place"], table["line"], strict=True)]
        return table.assign(rival=table["learned_from"].map(traits.places["province"]) == table["province"])
    # Every draw of an abstract world deals its provinces anew; whoever taught there has taken something up before.
    teachers = adoptions[[*RUN, "place", "province"]].drop_duplicates().rename(columns={"place": "learned_from", "province": "taught_in"})
    taught = table.merge(teachers, how="left", on=[*RUN, "learned_from"])["taught_in"]
    return table.assign(rival=(taught == table["province"]).to_numpy())


def _packages(made: Mapping[str, pd.DataFrame], runs: pd.DataFrame) -> pd.DataFrame:
    adoptions, judgements = made["adoptions"], made["judgements"]
    climbed = ladder(adoptions, made["rollouts"], made["stances"], runs).drop(columns="first")
    table = fates(adoptions, made["rollouts"]).merge(climbed, how="left", on=PACKAGE).set_index(PACKAGE)
    grouped = adoptions.groupby(PACKAGE, sort=False)
    table["mandated"] = (adoptions["brought"] == "mandated").groupby([adoptions[name] for name in PACKAGE], sort=False).any()
    table["raised"] = table["elevated"] | table["mandated"]
    began = adoptions[(adoptions["year"] == grouped["year"].transform("min")) & (adoptions["brought"] == "itself")]
    table["origin"] = began.groupby(PACKAGE, sort=False)["development"].mean()
    first = judgements.drop_duplicates(PACKAGE).set_index(PACKAGE)  # rows come in order of time
    table["truth"], table["supported"] = first["truth"], (first["stance"] > 0).where(first["stance"].notna())
    return table.reset_index()


def _clusters(adoptions: pd.DataFrame, traits: Traits) -> pd.DataFrame:
    """Of packages that between 5 and 95 % of places took up of themselves."""
    places = traits.places
    third = pd.cut(places["standing"], [-np.inf, 1 / 3, 2 / 3, np.inf], labels=False)
    alike = {line: third + 3 * np.array([(place, line) in traits.makes for place in places.index]) for line in set(adoptions["line"])}
    takers = adoptions[adoptions["brought"] == "itself"].drop_duplicates([*PACKAGE, "place"])
    rows = []
    for package, taken in takers.groupby(PACKAGE, sort=False)["place"]:
        took = pd.Series(places.index.isin(taken), index=places.index)
        if RARE < took.mean() < COMMON:
            rows.append((*package, dispersion(took, places["province"]), dispersion(took, alike[package[2]])))
    return pd.DataFrame(rows, columns=[*PACKAGE, "clustering", "likeness"])


def dispersion(took: pd.Series, group: pd.Series) -> float:
    """sum over groups of (k - n p)^2 / (n p (1 - p)) / (groups - 1), k of n places in each, p their share in all: 1 on average by chance alone.

    >>> round(dispersion(pd.Series([True, True, False, False]), pd.Series(["a", "a", "b", "b"])), 3)
    4.0
    """
    counts = took.groupby(group).agg(["sum", "size"])
    share = took.mean()
    expected = counts["size"] * share
    return float(((counts["sum"] - expected) ** 2 / (expected * (1 - share))).sum() / (len(counts) - 1))


def _talk(documents: pd.DataFrame) -> pd.DataFrame:
    below = documents[documents["level"].isin(["province", "city"])]
    sums = below.groupby([*RUN, "place", "level"], sort=False)[["documents", "mention_pilots"]].sum()
    share = (sums["mention_pilots"] / sums["documents"].where(sums["documents"] > 0)).unstack("level")
    table = pd.DataFrame({"own": share["province"], "cities": share["city"]}).reset_index()
    compared = table["own"].notna() & table["cities"].notna()
    return table.assign(cities_more=(table["cities"] > table["own"]).where(compared))
