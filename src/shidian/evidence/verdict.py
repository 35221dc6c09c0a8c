"""What should be done: draws of the effect become one of five answers by ordered rules, of which the first that fits holds.

    inhibit      it does harm
    learn more   the evidence contradicts itself, or too little of it is known
    scale        it gains at the sites, and most likely elsewhere
    support      it gains at the sites; elsewhere is open
    learn more   another round would pay
    inhibit      it gains nothing, and nothing is left to learn
    tolerate     else

What a stance is worth, by place and period and in the mission's points (for one goal: in the outcome's unit). Let s be the share of
places that are sites, v what the programme is worth at a site after its cost, u the same over the other places together, w what it is worth at a site
that gets no support, e the cost of enforcement at a site:

    scale = s v + (1 - s) u      support = s v      tolerate = s w      inhibit = -s e

The expected regret of a stance is the mean, over the draws, of the best stance's worth less its own.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field

import numpy as np

NET = "more than it costs"  # how the unit of a worth net of cost ends
STANCES = ("scale", "support", "tolerate", "inhibit")
ANSWERS = (*STANCES, "learn more")


@dataclass(frozen=True)
class Rules:
    """Where the rules draw their lines. Every number here is a choice, not a finding; a mission may set its own."""

    scale_gain: float = 0.9  # least probability of gain over the other places together
    scale_harm: float = 0.05  # most probability of harm
    support_gain: float = 0.8  # least probability of gain at the sites
    support_harm: float = 0.1
    inhibit_harm: float = 0.95  # least probability of harm
    least_index: float = 0.5  # least generalizability index for a scale-up
    least_effective: float = 5.0  # least number of sites that carry the reweighted effect
    pre_trend: float = 0.05  # p below which the past gives an estimate away
    round_cost: float = 0.05  # what another round costs, by place and period, in standard deviations of what is believed

    def __post_init__(self) -> None:
        """Refuse lines that no probability can cross."""
        for name, value in asdict(self).items():
            if not 0 <= value < math.inf or (value > 1 and name not in ("least_effective", "round_cost")):
                raise ValueError(f"`{name}` is {value:g}; probabilities and shares lie between 0 and 1, and nothing here is negative.")


@dataclass(frozen=True)
class Found:
    """All that the rules look at, for one programme: everything a replay needs."""

    programme: str
    unit: str  # of one point of the score, in words
    told: bool  # whether any method gave an effect with an interval that has ends
    gain_at_sites: float  # probability that it is worth more than its cost
    gain_elsewhere: float | None  # the same over the other places together; None where that cannot be told
    harm: float  # probability that some goal moves the wrong way by more than is tolerable
    worth: float  # mean worth at a site, in points, net of cost
    worth_low: float
    worth_high: float
    elsewhere: float | None  # mean worth over the other places together
    stance: str  # of the selection that simulated centres use, on the same beliefs
    contradiction: str = ""  # why the evidence contradicts itself, in words
    pre_trends: tuple[float, ...] = ()  # p of every method that has one
    index: float | None = None
    effective: float | None = None
    regret: dict[str, float] = field(default_factory=dict)  # by stance
    perfect: float = 0.0  # what knowing the truth would be worth, by place and period
    another_round: float = 0.0  # what another round like this one would be worth
    spread: float = 0.0  # standard deviation of what is believed of the worth at a site
    settles: int | None = None  # sites of another round that would settle it; None where no number would
    cannot: tuple[str, ...] = ()
    elsewhere_low: float | None = None  # 95 % of what is believed of that mean
    elsewhere_high: float | None = None
    places_that_gain: float | None = None  # share of the other places, each by itself, for which it would be worth more than its cost
    places_left: int | None = None  # places of the panel that are not treated: another round has no more sites than that
    logs: bool = False  # whether a point is a hundredth of the outcome's logarithm, which words say in per cent
    goals: tuple[str, ...] = ()  # of several goals, each one's effect and its point in its own unit, in words


@dataclass(frozen=True)
class Verdict:
    """An answer with the rule that gave it, a reason in words, and what may have been decided over it."""

    programme: str
    answer: str
    rule: str
    reason: str
    found: Found
    rules: Rules
    overruled: dict[str, str] | None = None  # by a person: `answer` and `reason`

    @property
    def final(self) -> str:
        """The answer that stands."""
        return self.overruled["answer"] if self.overruled else self.answer

    def as_dict(self) -> dict[str, object]:
        """A record from which the verdict can be replayed."""
        return {"programme": self.programme, "answer": self.answer, "final": self.final, "rule": self.rule, "reason": self.reason, "found": asdict(self.found), "rules": asdict(self.rules), "overruled": self.overruled}


def judge(found: Found, rules: Rules = Rules()) -> Verdict:
    """The first rule that fits, with its reason in the outcome's unit."""
    for name, answer, fits, says in _RULES:
        if fits(found, rules):
            return Verdict(found.programme, answer, name, says(found, rules) + _untested(found, answer) + _by_goal(found), found, rules)
    raise AssertionError("the last rule fits everything")


def decided(answer: str, overruled: dict[str, str] | None) -> str:
    """What a person decided beside the rules' answer, in a sentence; empty where nobody did.

    >>> decided("scale", {"answer": "scale", "reason": "I agree"})
    'Decided by a person, as by the rules: scale, because I agree'
    """
    if overruled is None:
        return ""
    beside = "as by the rules" if overruled["answer"] == answer else f"against {answer} by the rules"
    return f"Decided by a person, {beside}: {overruled['answer']}, because {overruled['reason']}"


def replayed(record: dict) -> Verdict:
    """The verdict made again from its record; an overruling is kept.

    >>> found = Found("p", "t", True, 0.99, 0.99, 0.0, 1.0, 0.8, 1.2, 1.0, "support", index=0.9, effective=20.0)
    >>> replayed(judge(found).as_dict()).answer
    'scale'
    """
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in record["found"].items()}
    verdict = judge(Found(**found), Rules(**record["rules"]))
    return Verdict(**{**vars(verdict), "overruled": record.get("overruled")})


def overrule(verdict: Verdict, answer: str, reason: str) -> Verdict:
    """The verdict with a person's decision over it; both stay in the record. Raises ValueError without a reason, or for no answer."""
    if answer not in ANSWERS:
        raise ValueError(f"'{answer}' is no answer; choose one of {', '.join(ANSWERS)}.")
    if not reason.strip():
        raise ValueError(f"A verdict is overruled with a reason; write why {verdict.programme} should be '{answer}'.")
    return Verdict(**{**vars(verdict), "overruled": {"answer": answer, "reason": reason.strip()}})


# --- worth and regret -----------------------------------------------------------------------------------------------


def worth_of_stances(
    site: np.ndarray, new: np.ndarray, unsupported: np.ndarray, share: float, enforcement: float = 0.0
) -> dict[str, np.ndarray]:
    """What each stance is worth in each draw (draw,), by the equations above. Where nothing is known of new places they count as nought."""
    return {"scale": share * site + (1 - share) * new, "support": share * site, "tolerate": share * unsupported, "inhibit": np.full(len(site), -share * enforcement)}


def expected_regret(worth: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean over draws of the best stance's worth less each one's own.

    >>> expected_regret({"a": np.array([1.0, -1.0]), "b": np.array([0.0, 0.0])})
    {'a': 0.5, 'b': 0.5}
    """
    best = np.max(list(worth.values()), axis=0)
    return {name: float((best - values).mean()) for name, values in worth.items()}


def sites_to_settle(worth: float, spread: float, noise: float, sure: float) -> int | None:
    """Sites of another round after which a worth such as is believed now would be told from nought with probability `sure`.

        worth / sqrt(1 / (1 / spread^2 + n / noise^2)) >= z(sure)

    `noise` is the standard deviation of what one site tells. None where more than ten thousand would be needed.
    """
    from scipy.special import ndtri

    if not (spread > 0 and noise > 0) or abs(worth) < 1e-12 * spread:
        return None
    needed = noise**2 * ((float(ndtri(sure)) / worth) ** 2 - 1 / spread**2)
    return None if needed > 10_000 else max(1, math.ceil(needed))


# --- the rules -------------------------------------------------------------------------------------------------------


def _much(value: float, unit: str, logs: bool = False) -> str:
    """A worth in words; what is below nought is said by its other side. Hundredths of a logarithm (`logs`) are said in per cent.

    >>> _much(-3.561, "% less co2", True), _much(-3.561, "% less rate"), _much(-0.5, "jobs"), _much(-2.05, "t of co2 more than it costs")
    ('3.63 % more co2', '3.56 % more rate', '-0.5 jobs', '2.05 t of co2 less than it costs')
    """
    other = _other_way(unit) if value < 0 else None
    return f"{_number(value, unit, logs):.3g} {other or unit}".strip()


def _number(value: float, unit: str, logs: bool) -> float:
    """A worth as a number before its unit, or before the other way of the unit where it is below nought."""
    if _other_way(unit) is None:
        return value
    if not logs:
        return abs(value)
    more = value if unit.startswith("% more") else -value
    return abs(100 * math.expm1(more / 100))


def _gained(value: float, unit: str, logs: bool) -> str:
    """What is gained by deciding better, which costs nothing itself."""
    return _much(value, unit.removesuffix(NET).strip(), logs)


def _other_way(unit: str) -> str | None:
    """The unit of the opposite change; None where it has no way."""
    words = f" {unit} "
    for one, other in (("more", "less"), ("less", "more")):
        if f" {one} " in words:
            return words.replace(f" {one} ", f" {other} ", 1).strip()
    return None


def _only(value: float) -> str:
    """A probability that is low.

    >>> _only(0.004), _only(0.6)
    ('less than 1%', 'only 60%')
    """
    return _chance(value) if value < 0.01 else f"only {_chance(value)}"


def _chance(value: float | None) -> str:
    """A probability in hundredths, never quite nought or one."""
    if value is None:
        return "not known"
    return "more than 99%" if value > 0.99 else "less than 1%" if value < 0.01 else f"{value:.0%}"


def _ends(found: Found) -> str:
    low, high = found.worth_low, found.worth_high
    first = _much(low, found.unit, found.logs) if low < 0 <= high else f"{_number(low, found.unit, found.logs):.3g}"
    return f"between {first} and {_much(high, found.unit, found.logs)}"


def _untested(found: Found, answer: str) -> str:
    """What a reader must know who is told to go on, where nothing could be held against the past."""
    if answer not in ("scale", "support") or found.pre_trends:
        return ""
    return " Whether sites and others moved alike before the start cannot be told from these data, because no method that is heard could test it: all of this rests on their having done so."


def _by_goal(found: Found) -> str:
    """What points of a mission with several goals are made of."""
    return f" By goal, with what counts as one point: {'; '.join(found.goals)}." if found.goals else ""


def _sample(found: Found) -> str:
    if found.settles is None:
        return "No number of further sites would settle it at the size that is believed now; look for a sharper outcome or a larger dose."
    if found.places_left is not None and found.settles > found.places_left:
        return f"No round here could settle it: that would take another {found.settles} sites like these, and {found.places_left} places are left; look for a sharper outcome or a larger dose."
    return f"Another {found.settles} sites like these would settle it."


def _scale_fits(found: Found, rules: Rules) -> bool:
    known = found.gain_elsewhere is not None and found.gain_elsewhere >= rules.scale_gain
    alike = found.index is not None and found.index >= rules.least_index
    carried = found.effective is not None and found.effective >= rules.least_effective
    return found.gain_at_sites >= rules.support_gain and known and alike and carried and found.harm <= rules.scale_harm and found.stance == "support"


def _support_fits(found: Found, rules: Rules) -> bool:
    return found.gain_at_sites >= rules.support_gain and found.harm <= rules.support_harm and found.stance == "support"


def _one_by_one(found: Found) -> str:
    """How many of the other places would gain, where that is known."""
    return "" if found.places_that_gain is None else f" (of these places, each by itself, {_chance(found.places_that_gain)} would gain)"


def _elsewhere_open(found: Found, rules: Rules) -> str:
    if found.gain_elsewhere is None:
        return "what it would do elsewhere cannot be told"
    if found.gain_elsewhere < rules.scale_gain:
        return f"over the other places together it gains with a probability of {_only(found.gain_elsewhere)}{_one_by_one(found)}"
    if found.index is None or found.index < rules.least_index:
        return f"the sites look too little like the other places (index {'not known' if found.index is None else f'{found.index:.2f}'})"
    if found.effective is None or found.effective < rules.least_effective:
        return f"made to look like all places, the sites count for only {found.effective or 0:.1f}"
    return f"the probability of harm, {_chance(found.harm)}, is too high for all places"


def _why_no_support(found: Found, rules: Rules) -> str:
    if found.gain_at_sites >= rules.support_gain and found.harm > rules.support_harm:
        return f"harm, with a probability of {_chance(found.harm)}, is too likely to support it"
    return "too little to support"


_RULES = (
    (
        "nothing can be told", "learn more",
        lambda found, rules: not found.told,
        lambda found, rules: "No method gives an effect with an interval that has ends: " + (" ".join(found.cannot) or "the data do not allow one."),
    ),
    (
        "it does harm", "inhibit",
        lambda found, rules: found.harm >= rules.inhibit_harm,
        lambda found, rules: f"With a probability of {_chance(found.harm)} it does harm beyond what is tolerable; at the sites it is "
            f"worth {_much(found.worth, found.unit, found.logs)} by place and period, {_ends(found)}.",
    ),
    (
        "the evidence contradicts itself", "learn more",
        lambda found, rules: bool(found.contradiction),
        lambda found, rules: f"{found.contradiction} Until that is settled, nobody should build on the estimates. {_sample(found)}",
    ),
    (
        "the past gives it away", "learn more",
        lambda found, rules: bool(found.pre_trends) and max(found.pre_trends) < rules.pre_trend,
        lambda found, rules: f"Sites and others moved apart before the programme already (p at most {max(found.pre_trends):.2g} in "
            f"every method that tests it), so what is seen afterwards may be no effect at all.",
    ),
    (
        "it gains here and elsewhere", "scale", _scale_fits,
        lambda found, rules: f"It is worth {_much(found.worth, found.unit, found.logs)} by place and period at the sites, {_ends(found)}, and "
            f"{_much(found.elsewhere or 0.0, found.unit, found.logs)} over the other places together, where it gains with a probability of "
            f"{_chance(found.gain_elsewhere)}{_one_by_one(found)}.",
    ),
    (
        "it gains here", "support", _support_fits,
        lambda found, rules: f"At the sites it gains with a probability of {_chance(found.gain_at_sites)} "
            f"({_much(found.worth, found.unit, found.logs)} by place and period, {_ends(found)}), but {_elsewhere_open(found, rules)}.",
    ),
    (
        "another round would pay", "learn more",
        lambda found, rules: found.another_round > rules.round_cost * found.spread,
        lambda found, rules: f"It gains with a probability of {_chance(found.gain_at_sites)}, which settles nothing; deciding after "
            f"another round like this one would gain {_gained(found.another_round, found.unit, found.logs)} by place and period over deciding now, "
            f"more than the {_gained(rules.round_cost * found.spread, found.unit, found.logs)} that it is taken to cost. {_sample(found)}",
    ),
    (
        "it gains nothing", "inhibit",
        lambda found, rules: found.stance == "inhibit",
        lambda found, rules: f"It gains with a probability of {_only(found.gain_at_sites)} ({_much(found.worth, found.unit, found.logs)} "
            f"by place and period, {_ends(found)}), and what another round could teach would hardly change that.",
    ),
    (
        "nothing speaks for more or less", "tolerate",
        lambda found, rules: True,
        lambda found, rules: f"It is worth {_much(found.worth, found.unit, found.logs)} by place and period at the sites, {_ends(found)}: "
            f"{_why_no_support(found, rules)}, too little harm to stop it, and another round would gain only {_gained(found.another_round, found.unit, found.logs)}.",
    ),
)  # fmt: skip


def checked(found: Found, rules: Rules = Rules()) -> list[tuple[str, str, str]]:
    """Every rule in its order: its name, its answer, and whether it fits; those after the first that fits were not asked."""
    rows, decided = [], False
    for name, answer, fits, _ in _RULES:
        said = "not asked" if decided else "yes" if fits(found, rules) else "no"
        decided = decided or said == "yes"
        rows.append((name, answer, said))
    return rows
