"""What the comparison says at first sight: which regime did best on what, how surely, and whether chance does as well."""

from __future__ import annotations

import pandas as pd
from scipy.special import stdtrit

from ...foundations.shares import wilson
from ...study.compare.differences import direction
from ..charts import Measure
from ..charts.compared import compared
from ..markup import Figure, Prose, Section
from ..numbers import human, human_interval, plain
from .folder import Compared, titled, unit_of
from .levels import named, of_years, percent, scaled
from .looks import BETTER, DIFFERENCE, OPEN, WORSE

FIRST = "mean"  # the horizon that the first picture shows: the mean over years
IDLE = "money_plants"
ENOUGH = 10  # draws from which an interval says something
SIDE = 0.975  # the quantile at which an interval of 95 % ends


def opening(made: Compared) -> Section:
    """Who leads and whether nulls do as well, the picture of differences, and what else is to be known at once."""
    before, after = [*few(made), best(made), beside_nulls(made), contrast_of(made)], [money(made)]
    first, last = ([Prose(said) for said in words if said] for words in (before, after))
    return Section("says", "What this comparison says", [*first, *picture(made), *last])


def differences(made: Compared, measure: str, horizon: str = FIRST) -> pd.DataFrame:
    """Differences of one measure by regime, in order, with the 95 % interval of the mean and the verdict that follows from it."""
    rows = made.tables["differences"]
    rows = rows[(rows["measure"] == measure) & (rows["horizon"] == horizon)].set_index("regime").reindex(made.others).reset_index()
    reach = stdtrit(rows["draws"] - 1, SIDE) * rows["error"]  # Student's, for the spread is estimated too
    rows = rows.assign(inner_low=rows["mean"] - reach, inner_high=rows["mean"] + reach)
    return rows.assign(
        verdict=[verdict(low, high, direction(measure) < 0) for low, high in zip(rows["inner_low"], rows["inner_high"], strict=True)]
    )


def verdict(low: float, high: float, less: bool) -> str:
    """Whether an interval of a mean difference keeps clear of nought, and on which side.

    >>> verdict(0.1, 0.4, less=False), verdict(0.1, 0.4, less=True), verdict(-0.1, 0.4, less=False)
    ('better', 'worse', 'not told apart')
    """
    if not (low > 0 or high < 0):
        return OPEN
    return BETTER if (low > 0) != less else WORSE


def ranking(made: Compared, measure: str) -> pd.Series:
    """Mean over years and draws by regime, the best first."""
    means = of_years(made, measure).set_index("regime")["mean"]
    return means.sort_values(ascending=direction(measure) < 0, kind="stable")


def best(made: Compared) -> str:
    """Who leads on the mission, how surely, and who leads on single goals."""
    leader, *_ = ranking(made, "score").index
    first, last = made.years
    when, points = (
        f"Over {counted(made.draws, 'paired draw')} and the years {first} to {last}",
        f"{plain(ranking(made, 'score').iloc[0])} points a year",
    )
    if not made.others:
        return f"{when}, {leader} brought {points}. It stands alone; name more regimes to compare it."
    said = f"{when}, {leader} served the mission best: {points}. "
    if leader == made.against:
        said += _next_to(made)
    else:
        said += _by_how_much(made, leader)
    goals = {titled(measure).lower(): ranking(made, measure).index[0] for measure in made.measures if measure.startswith("goal_")}
    elsewhere = [f"{winner} on {goal}" for goal, winner in goals.items() if winner != leader]
    if goals and not elsewhere:
        said += "It leads on every goal as well."
    elif elsewhere:
        said += f"On single goals others lead: {', '.join(elsewhere)}."
    return said


def counted(number: int, what: str) -> str:
    """A number with its noun: `1 draw`, `12 draws`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _next_to(made: Compared) -> str:
    """How the regime that others are compared with stands to the one that comes next."""
    following = ranking(made, "score").index[1:]
    if not len(following):
        return ""
    row = gap(made, following[0])
    if row is None:
        return ""
    sure = "a difference clear of chance" if row["verdict"] == WORSE else "a difference that these draws do not tell from none"
    return f"The next is {following[0]}, {_points(-row['mean'])} behind, and ahead in {percent(row['better'])} of draws, {sure}. "


def gap(made: Compared, regime: str) -> pd.Series | None:
    """The difference in score of a regime; None where it and the one compared with came through in no draw together."""
    row = differences(made, "score").set_index("regime").loc[regime]
    return None if pd.isna(row["mean"]) else row


def _by_how_much(made: Compared, regime: str) -> str:
    row = gap(made, regime)
    if row is None:
        return f"No draw came through under both it and {made.against}. "
    sure = "" if row["verdict"] == BETTER else ", a difference that these draws do not tell from none"
    return f"That is {_points(row['mean'])} more than under {made.against}, and more in {percent(row['better'])} of draws{sure}. "


def beside_nulls(made: Compared) -> str:
    """Whether what governs does better than no learning and luck."""
    if not made.nulls:
        return "No null is among the regimes, so that luck cannot be told from merit. Add no-learning and random-selection."
    means = ranking(made, "score")
    nulls = [name for name in made.nulls if name in means.index]
    if not nulls:
        return "No run of a null came through, so that none can be set beside the others."
    top = means[nulls].idxmax()
    below = [name for name in means.index if name not in made.nulls and means[name] <= means[top]]
    if made.against in nulls:
        said = f"The best of the nulls is {top} with {plain(means[top])} points. "
    else:
        rows = {name: row for name in nulls if (row := gap(made, name)) is not None}
        parts = [f"{name} {_signed(row['mean'])} points (better in {percent(row['better'])} of draws)" for name, row in rows.items()]
        said = f"The nulls, compared with {made.against}: {'; '.join(parts)}. " if parts else ""
    return said + (
        f"On average no better than the best null: {', '.join(below)}."
        if below
        else "On average every other regime does better than the nulls."
    )


def contrast_of(made: Compared) -> str:
    """The contrast of the source papers under the regime compared with: one line inhibited and alive, another supported."""
    pairs = made.tables["pairs"]
    own = pairs[pairs["regime"] == made.against].set_index(["inhibited_not_gone", "supported"])["share"]
    if own.empty or own.max() <= 0:
        return ""
    one, other = own.idxmax()
    draws = made.tables["years"].query("regime == @made.against")["draw"].nunique()
    low, high = map(float, wilson(round(own[one, other] * draws), draws))
    return (
        f"Under {made.against} the package most in use of {one} ends inhibited but not gone while that of {other} ends supported in {percent(own[one, other])} of {draws:,} draws "
        f"(95 % interval {percent(low)} to {percent(high)}), the reverse in {percent(own[other, one])}."
    )


def few(made: Compared) -> list[str]:
    """What weakens the comparison as a whole."""
    said = []
    if made.draws < ENOUGH:
        many = "One draw tells" if made.draws == 1 else f"{made.draws} draws tell"
        said.append(f"{many} no interval worth the name; read signs with care, and ask for more runs.")
    failed = len(made.tables["failed"])
    if failed:
        said.append(f"{counted(failed, 'run')} failed and count in no figure. The list stands at the end.")
    return said


def picture(made: Compared) -> list[Figure]:
    """Small multiples: a panel for the score, each goal and money, a row for each regime; none where there is nothing to compare."""
    if not made.others:
        return []
    panels = [panel(made, measure) for measure in made.measures]
    caption = (
        f"Differences from {made.against}, mean over years, paired by draw. Mark and thick line: mean difference and its 95 % interval; "
        "thin line: where nine in ten single draws fall. "
        "A blue triangle upward is better, an orange one downward is worse (for money, less is better), a grey circle is not told apart "
        "from no difference. Scales differ between panels. "
        f"{_nulls_are(made)}"
    )
    return [Figure(panels, caption, picture_rows(made))]


def _nulls_are(made: Compared) -> str:
    return f"Nulls: {', '.join(made.nulls)}." if made.nulls else ""


def panel(made: Compared, measure: str):
    """One panel of the picture."""
    rows = differences(made, measure).dropna(subset=["mean"])
    rows = rows.assign(label=[named(made, name) for name in rows["regime"]], kind=rows["verdict"], value=rows["mean"])
    scale = Measure.of("", unit_of(measure), [rows.assign(value=rows[["low", "high"]].abs().max(axis=1))])
    rows = scaled(rows, scale)[["label", "kind", "value", "low", "high", "inner_low", "inner_high"]]
    return compared(rows, kinds=DIFFERENCE, axis=f"difference, {scale.unit_title}", title=titled(measure))


def picture_rows(made: Compared) -> pd.DataFrame:
    """The same figures as rows."""
    rows = []
    for measure in made.measures:
        unit = "" if unit_of(measure) == "points" else unit_of(measure)
        for row in differences(made, measure).dropna(subset=["mean"]).to_dict("records"):
            rows.append({
                "Measure": titled(measure), "Regime": row["regime"], "Mean difference": human(row["mean"], unit),
                "95 % of the mean": human_interval(row["inner_low"], row["inner_high"], unit),
                "9 in 10 draws": human_interval(row["low"], row["high"], unit),
                "Better in": percent(row["better"]), "Judged": row["verdict"],
            })  # fmt: skip
    return pd.DataFrame(rows)


def money(made: Compared) -> str:
    """Under which regime least and most money is spent, all levels of the state together; idle plants cost makers, not the state."""
    columns = [measure for measure in made.measures if direction(measure) < 0 and measure != IDLE]
    if not columns:
        return ""
    total = sum(ranking(made, measure).reindex(made.regimes) for measure in columns)
    least, most = total.idxmin(), total.idxmax()
    unit = unit_of(columns[0])
    return f"Least public money is spent under {least} ({human(total[least], unit)} a year), most under {most} ({human(total[most], unit)})."


def _points(value: float) -> str:
    return f"{plain(value)} points"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{plain(abs(value))}"
