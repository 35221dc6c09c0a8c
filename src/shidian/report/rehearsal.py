"""One command's work: a case is run, its run folder written, its report drawn.

The only place that joins the rooms below into a run folder; what a page shows still comes from results alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..cases import Case, load_case
from ..foundations.errors import InputError
from ..foundations.folders import whole_folder
from ..study import run_folder
from ..study.given import PRIOR, Chosen, parameters_for
from ..study.posterior import Given, Posterior
from ..study.run_folder import RunSpec
from .drawing_room import drawing_room
from .inputs import ReportInput
from .numbers import human, human_interval

HEADLINES = (
    ("Plug-in cars sold", "plugin_sales"),
    ("Share of car sales", "plugin_share"),
    ("Microcars sold", "microcar_sales"),
    ("Low-speed cars sold", "lsev_sales"),
    ("Cars sold", "car_sales"),
    ("New-energy vehicles on the road", "nev_fleet"),
)


@dataclass(frozen=True)
class Done:
    """A finished run: where it lies and its headlines."""

    title: str
    folder: Path
    key: str
    headlines: list[dict]
    reused: bool

    def as_dict(self) -> dict:
        """The same for machines."""
        return {"folder": str(self.folder), "key": self.key, "reused": self.reused, "headlines": self.headlines}

    def lines(self) -> list[tuple[str, str, str, str]]:
        """Label, value, interval and observation of each headline, as a person reads them; what has no unit counts vehicles."""
        result = []
        for each in self.headlines:
            unit = "" if each["unit"] == "vehicles" else each["unit"]
            seen = human(each["observed"], unit) if each.get("observed") is not None else ""
            result.append((each["label"], human(each["value"], unit), human_interval(each["low"], each["high"], unit), seen))
        return result


def rehearse(
    name: str, regime: str, seed: int, draws: int, overrides: Sequence[str], params: Path | None, out: Path | None,
    full: bool, workers: int | None, force: bool, progress,
) -> Done:  # fmt: skip
    """Run a case and write its run folder; read it back where it holds this very run already.

    Raises InputError where the input is wrong or `out` holds something else, Failure where the disk refuses.
    """
    case = load_case(name, overrides)
    chosen = parameters_for(params, case, overrides)
    spec = RunSpec(case.name, case.digest, regime, seed, draws, tuple(overrides), chosen.name, chosen.digest)
    folder = out or Path("runs") / spec.key
    same = run_folder.finished(folder, spec, full)
    ours = (folder / "run.json").exists() and (force or run_folder.finished(folder, spec))
    if folder.exists() and not same and not ours:
        raise InputError(f"{folder} exists and is not this run; choose another --out, or give --force to replace a run folder.")
    _spare_foreign_files(folder)
    if same and not force:
        summary = pd.read_csv(folder / "summary.csv", dtype={"place": str, "unit": str})
        return Done(titled(case, spec), folder, spec.key, headlines(case, summary), True)
    return _compute(case, spec, folder, chosen, full, workers, progress)


def _spare_foreign_files(folder: Path) -> None:
    """Raise InputError where a run folder holds what no run wrote: writing it anew would delete that."""
    strange = sorted(path.name for path in folder.iterdir() if path.name not in run_folder.FILES) if folder.is_dir() else []
    if strange:
        raise InputError(f"{folder} also holds {', '.join(strange[:3])}, which writing the run anew would delete; move that away, or choose another --out.")


def titled(case: Case, spec: RunSpec) -> str:
    """The case's title, and what this run changed of it: a counterfactual must not pass for a replay."""
    return f"{case.title} (changed: {', '.join(spec.overrides)})" if spec.overrides else case.title


def _compute(case: Case, spec: RunSpec, folder: Path, chosen: Chosen, full: bool, workers: int | None, progress) -> Done:
    from ..study import results
    from ..study.simulate import simulate

    with whole_folder(folder, replace=True) as made, drawing_room() as room:
        with progress(f"Rehearsing {case.name}", spec.draws) as told:
            data = simulate(case, spec.regime, spec.seed, spec.draws, fixed=chosen.given, workers=workers, progress=told)
        summary, monthly = results.summary(case, data), results.monthly(case, data)
        inputs = report_input(case, spec, data, summary, monthly, chosen.given)
        page = room.draw(inputs, made / "report.html")
        run_folder.write(made, spec, data, summary, monthly, full)
        page()
    return Done(titled(case, spec), folder, spec.key, inputs.headlines, False)


def report_input(case: Case, spec: RunSpec, data, summary: pd.DataFrame, monthly: pd.DataFrame, given: Given) -> ReportInput:
    """What the page is drawn from."""
    from ..study.patterns import patterns_for_report

    recorded = run_folder.recorded(spec)
    provenance = {name: str(recorded[name]) for name in ("key", "case", "digest", "regime", "seed", "draws", "parameters", "version")}
    provenance |= {"changed": ", ".join(spec.overrides) or "nothing"}
    provenance |= {f"{name} version": value for name, value in recorded["versions"].items()}
    shown = {case.places.centre.code, *(place.code for place in case.places.provinces), *case.report.focus}
    summary = summary[summary["place"].isin(shown)]  # what a page shows; the rest is in the tables beside it
    goals = [{"name": goal.name, "weight": goal.weight, "indicator": goal.indicator, "better": goal.better, "unit": goal.unit} for goal in case.mission.goals]
    return ReportInput(
        title=titled(case, spec), description=case.description, provenance=provenance, summary=summary, monthly=monthly,
        observed=case.tables["observed"], places=case.tables["places"], classes=case.tables["classes"], goals=goals,
        headlines=headlines(case, summary), uncertainty=uncertainty(case, spec, given), patterns=patterns_for_report(case, data, spec.seed, given),
        focus=list(case.report.focus), tables={name: pd.read_csv(path, dtype={"place": str}) for name, path in case.report.tables.items()},
        weak=list(case.report.weak), references=dict(case.sources),
    )  # fmt: skip


def headlines(case: Case, summary: pd.DataFrame) -> list[dict]:
    """The country's headline figures in the last year that history recorded, or the last simulated one."""
    centre = case.places.centre.code
    observed = case.tables["observed"]
    seen = observed[(observed["place"] == centre) & (observed["period"].str.len() == 4)]
    result = []
    for label, indicator in HEADLINES:
        rows = summary[(summary["place"] == centre) & (summary["indicator"] == indicator)].set_index("year")
        if rows.empty or rows["high"].max() == 0:
            continue
        record = seen[(seen["indicator"] == indicator) & seen["period"].astype(int).isin(rows.index) & seen["value"].notna()]
        year = int(record["period"].max()) if len(record) else int(rows.index.max())
        row = rows.loc[year]
        result.append(
            {"label": f"{label}, {year}", "value": float(row["value"]), "low": float(row["low"]), "high": float(row["high"]), "unit": row["unit"],
             "observed": float(record.loc[record["period"] == str(year), "value"].iloc[0]) if len(record) else None,
             "note": record.loc[record["period"] == str(year), "use"].map({"F": "may be fitted", "H": "held out"}).iloc[0] if len(record) else ""}
        )  # fmt: skip
    return result


def uncertainty(case: Case, spec: RunSpec, given: Given) -> str:
    """Which uncertainty the intervals hold, in words."""
    few = ", too few to tell an interval" if spec.draws < 10 else ""
    return (
        f"Intervals are the 10 % and 90 % points of {spec.draws} draws{few}. Each draw takes {_parameters(case, spec, given)}, and draws within their own intervals "
        "the sizes of instruments, the attributes of classes and named products, chargers, makers' shares and national series. "
        "Figures marked assumed are all among them, so are most unconfirmed ones; subsidy schedules and people are taken as they stand. "
        "Demand is expected demand: no sampling noise of single buyers is in it. Errors in the structure of "
        "the model are not inside any interval."
    )


def _parameters(case: Case, spec: RunSpec, given: Given) -> str:
    """Where a draw's parameters come from, in words."""
    free = sum(parameter.distribution != "fixed" for parameter in case.parameters.values())
    if isinstance(given, Posterior):
        stale = "" if spec.overrides or given.case_digest == case.digest else ", which was fitted to an earlier state of this case"
        return (
            f"one of {len(given.rows)} draws of the parameters fitted to the record until {given.until}{stale}, together with the other inputs that it was fitted beside"
        )
    if spec.parameters == PRIOR:
        return f"its {free} free parameters from their priors, which no record has narrowed"
    return f"the parameters that {spec.parameters} names from that file, and the other free ones from their priors"
