"""What a comparison reads out of its runs, figure by figure, on rows whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from shidian.study.compare.appraising import appraising
from shidian.study.compare.deciders import deciders
from shidian.study.compare.ladder import ladder, rungs
from shidian.study.compare.lineages import edges, lineages
from shidian.study.compare.over_draws import by_line
from shidian.study.compare.stances import contrast, endings, pairs, through_time
from shidian.study.compare.starters import starters

RUNS = pd.DataFrame({"regime": ["a", "a"], "draw": [0, 1]})


def adopted(*rows: tuple) -> pd.DataFrame:
    """Adoptions as rows (draw, year, place, package, brought, learned from)."""
    origin = {"": "own", "centre": "down"}
    return pd.DataFrame(
        [
            {"regime": "a", "draw": draw, "year": year, "place": place, "province": place[0], "line": "cars", "package": package, "brought": brought,
             "initiative": float(brought != "itself"), "origin": origin.get(teacher, "sideways"), "learned_from": teacher}
            for draw, year, place, package, brought, teacher in rows
        ]
    )  # fmt: skip


ADOPTED = adopted(
    (0, 1, "N1", "p", "itself", ""), (0, 2, "S1", "p", "itself", "N1"), (0, 4, "N2", "p", "itself", "N1"), (0, 6, "S2", "p", "national", "centre"),
    (0, 3, "S1", "q", "mandated", "centre"), (0, 5, "N1", "r", "itself", ""), (1, 2, "S1", "p", "itself", ""), (1, 9, "N1", "p", "itself", "S1"),
)  # fmt: skip
ROLLED = pd.DataFrame(
    [{"regime": "a", "draw": 0, "year": 5, "line": "cars", "package": "p", "promise": 1.0, "pilot": 1.5, "effect": -0.5, "harmful": True, "over_promise": 1.5,
      "disappointment": 2.0, "years_to_law": 7.0}]
)  # fmt: skip


def held(*rows: tuple) -> pd.DataFrame:
    """Stances as rows (draw, year, line, package, stance, places, law)."""
    return pd.DataFrame(
        [
            {"regime": "a", "draw": draw, "year": year, "line": line, "package": package, "stance": stance, "force": 0.4 * (stance < 0), "places": places,
             "endorsed": stance > 0, "law": law, "national": False}
            for draw, year, line, package, stance, places, law in rows
        ]
    )  # fmt: skip


HELD = held(
    (0, 1, "carts", "lead", 0, 3, None), (0, 2, "carts", "lead", -1, 5, None), (0, 1, "cars", "mini", 0, 1, None), (0, 2, "cars", "mini", 1, 2, 2),
    (0, 1, "cars", "grand", 1, 1, None), (0, 2, "cars", "grand", -1, 0, None), (1, 1, "carts", "lead", -1, 2, None), (1, 2, "cars", "mini", 0, 4, None),
)  # fmt: skip


def test_the_ladder_counts_years_from_the_first_trial() -> None:
    table = ladder(ADOPTED, ROLLED, held((0, 8, "cars", "p", 1, 4, 8), (0, 9, "cars", "p", 1, 4, 8)), RUNS).set_index(["draw", "package"])
    assert table.loc[(0, "p"), ["first", "city", "province", "nation", "law"]].tolist() == [1, 0, 3, 4, 7]
    assert table.loc[(0, "q"), ["first", "city"]].tolist() == [3, 0]
    assert table.loc[(0, "q"), ["province", "nation", "law"]].isna().all()
    assert np.isnan(table.loc[(1, "p"), "province"])  # the other place is in another province
    shares = rungs(table.reset_index()).set_index("rung")["share"]
    assert shares.to_dict() == {"city": 1.0, "province": 0.25, "nation": 0.25, "law": 0.25}


def test_a_province_climbs_when_its_own_government_does() -> None:
    rows = adopted((0, 1, "N1", "p", "itself", ""), (0, 4, "N", "p", "itself", "N1"))
    assert ladder(rows, ROLLED.iloc[:0], HELD.iloc[:0], RUNS)["province"].tolist() == [3]
    assert ladder(rows.iloc[1:], ROLLED.iloc[:0], HELD.iloc[:0], RUNS)["province"].tolist() == [0]


def test_what_the_centre_alone_begins_starts_with_the_nation() -> None:
    rows = adopted((0, 6, "N1", "p", "national", "centre"))
    assert ladder(rows, ROLLED, HELD.iloc[:0], RUNS)[["first", "nation"]].values.tolist() == [[5, 0]]


def test_starters_are_those_of_the_first_year() -> None:
    table = starters(ADOPTED, RUNS).set_index(["package", "place"])
    assert table["share"].to_dict() == {("p", "N1"): 0.5, ("p", "S1"): 0.5, ("q", "S1"): 0.5, ("r", "N1"): 0.5}
    assert table.loc[("q", "S1"), ["itself", "initiative", "year"]].tolist() == [0, 1, 3]


def test_lineages_follow_who_taught_whom() -> None:
    table = lineages(ADOPTED, ROLLED, RUNS, ["cars"]).set_index("measure")
    first, second = 2 / 6, 1 / 2  # of origin own in each draw
    assert table.loc["origin_own", "mean"] == pytest.approx((first + second) / 2)
    assert table.loc["brought_national", "mean"] == pytest.approx((1 / 6 + 0) / 2)
    assert table.loc["local", "mean"] == pytest.approx((2 / 3 + 1) / 2)
    assert table.loc["spread", "mean"] == pytest.approx((1 / 2 + 0) / 2)  # of p and r, p spreads in draw 0; in draw 1 after seven years
    assert table.loc["adopters", ["mean", "draws"]].tolist() == [2, 1]
    assert table.loc["elevated", "mean"] == pytest.approx((1 / 2 + 0) / 2)
    taught = edges(ADOPTED, RUNS).set_index(["learned_from", "place"])["a_draw"].to_dict()
    assert taught == {("N1", "S1"): 0.5, ("N1", "N2"): 0.5, ("S1", "N1"): 0.5, ("centre", "S2"): 0.5, ("centre", "S1"): 0.5}


def test_the_contrast_tells_how_packages_end() -> None:
    ended = endings(HELD, RUNS, 2)
    table = contrast(ended, RUNS).set_index(["line", "package", "way"])["share"]
    assert table["carts", "lead", "inhibited, not gone"] == 0.5
    assert table["carts", "lead", "nothing in use"] == 0.5  # in draw 1 it has left no trace in the last year
    assert table["carts", "lead", "ever inhibited"] == 1
    assert table["cars", "mini", "supported"] == table["cars", "mini", "tolerated"] == 0.5
    assert table["cars", "grand", "inhibited and gone"] == 0.5
    assert table["cars", "grand", "supported, later inhibited"] == 0.5
    assert table["cars", "grand", "nothing in use"] == 0.5  # draw 1 never sees it
    assert table["cars", "(leading)", "supported"] == 0.5
    assert table["cars", "(any)", "nothing in use"] == 0
    assert table["carts", "(any)", "nothing in use"] == 0.5
    ends = table[table.index.get_level_values("way").isin(["supported", "tolerated", "inhibited, not gone", "inhibited and gone", "nothing in use"])]
    named = ends[~ends.index.get_level_values("package").isin(["(any)"])]
    assert named.groupby(["line", "package"]).sum().tolist() == pytest.approx([1] * 5)
    both = pairs(ended, RUNS, ["carts", "cars"]).set_index(["inhibited_not_gone", "supported"])["share"]
    assert both.to_dict() == {("carts", "cars"): 0.5, ("cars", "carts"): 0.0}


def test_a_number_that_decides_is_found_among_those_that_do_not() -> None:
    draws, luck = range(200), np.random.default_rng(3)
    drawn = pd.DataFrame({"regime": "a", "draw": draws, "same": 1.0, **{name: luck.normal(size=200) for name in ("price", "wind", "tide")}})
    stances = held(*((draw, 1, "cars", "mini", int(np.sign(price)), 3, None) for draw, price in enumerate(drawn["price"])))
    runs = drawn[["regime", "draw"]]
    table = deciders(endings(stances, runs, 1), drawn)
    assert table.groupby("end", sort=False)["number"].first().to_dict() == {"supported": "price", "inhibited, not gone": "price"}
    assert set(table["number"]) == {"price", "wind", "tide"}
    others = table[table["number"] != "price"]
    assert (others["separation"].abs() < 4 * others["error"]).all()
    rest = table.set_index(["end", "number"])["separation"]
    assert rest["supported", "price"] == pytest.approx(1)
    assert rest["inhibited, not gone", "price"] == pytest.approx(-1)
    wind, so = drawn["wind"].to_numpy(), (drawn["price"] > 0).to_numpy()
    assert rest["supported", "wind"] == pytest.approx(2 * mannwhitneyu(wind[so], wind[~so]).statistic / (so.sum() * (~so).sum()) - 1)


def test_stances_through_time_count_what_did_not_happen_as_nought() -> None:
    table = through_time(HELD, RUNS, ["carts", "cars"], [1, 2]).set_index(["line", "year", "measure"])
    assert table.loc[("carts", 1, "inhibited"), "mean"] == 0.5
    assert table.loc[("carts", 2, "inhibited_not_gone"), "mean"] == 0.5
    assert table.loc[("carts", 2, "places_inhibited"), "mean"] == 2.5
    assert table.loc[("cars", 2, "laws"), "mean"] == 0.5
    assert table.loc[("carts", 2, "force"), ["mean", "draws"]].tolist() == [0.4, 1]
    assert table.loc[("all", 1, "supported"), "mean"] == 0.5
    assert table.loc[("cars", 1, "supported"), "draws"] == 2


def test_appraising_scores_belief_against_truth() -> None:
    judged = pd.DataFrame(
        [
            {"regime": "a", "draw": 0, "year": 1, "line": "cars", "package": "p", "stance": 1, "believed": 0.5, "truth": -0.5, "regret": 0.5, "verdict": "bad scaled"},
            {"regime": "a", "draw": 0, "year": 2, "line": "cars", "package": "q", "stance": -1, "believed": -0.2, "truth": 0.8, "regret": 0.8, "verdict": "good killed"},
        ]
    )
    table = appraising(judged, ROLLED, RUNS, ["cars"]).set_index("measure")
    assert table.loc["bias", ["mean", "draws"]].tolist() == [0, 1]
    assert table.loc["bias_supported", "mean"] == 1
    assert table.loc["error", "mean"] == 1
    assert table.loc["regret_total", "mean"] == pytest.approx((1.3 + 0) / 2)
    assert table.loc[["decisions", "bad_scaled", "good_killed", "good_scaled"], "mean"].tolist() == [1, 0.5, 0.5, 0]
    assert table.loc[["rollouts", "harmful", "over_promise"], "mean"].tolist() == [0.5, 1, 1.5]


def test_several_lines_are_also_told_together() -> None:
    assert by_line(HELD, ["carts", "cars"])["line"].value_counts().to_dict() == {"all": 8, "carts": 3, "cars": 5}
    assert by_line(HELD, ["cars"]) is HELD
