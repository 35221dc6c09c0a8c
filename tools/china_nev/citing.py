"""Turn the source texts of the facts into short keys and keep the bibliography of this half of the case."""

import csv
import re
from pathlib import Path

BIB_NAME = "sources-b.bib"
OTHER_HALF = "sources-a.bib"
FACT_TABLES = ["local_policies", "plate_and_local", "other_policies", "models", "class_attributes", "technology", "accidents_externalities", "lsev_best"]

# Text in a source of the facts -> (key, title, year, address) for sources cited in many rows or by us.
KNOWN = [
    ("Gomes", "gomes2025", "Gomes: Mission-oriented innovation, state capacities, and local experimentation: the case of electric vehicles in China, Unicamp discussion paper 485", "2025", ""),
    ("China Automobile Monthly Sales Data", "zhao2024", "China Automobile Monthly Sales Data 2018-2024 (public data set, F. Zhao)", "2024", ""),
    ("Forecasting-of-Shanghai-License-Plate", "shanghaiplate2018", "Shanghai licence plate price, monthly auction results 2002-2018", "2018",
     "https://github.com/gsmyers/Forecasting-of-Shanghai-License-Plate-Auction"),
]

# Keys cited by hand rows and by the scripts themselves.
OWN = {
    "assumed": ("Judgement of the authors of this case, to be drawn within its interval", "2026", ""),
    "recalled": ("Recalled from general knowledge; no page was found that confirms it", "2026", ""),
    "helveston2015": ("Will subsidies drive electric vehicle adoption? Measuring consumer preferences in the U.S. and China, "
                      "Transportation Research A 73, 96-112", "2015", "https://github.com/jhelvy/tra2015"),
    "hao2011": ("Hao et al.: vehicle survival patterns in China", "2011", ""),
    "fleetmodel": ("fleet-model: vehicle stock model of China, example akerlind.py", "2013", "https://github.com/mit-jp/fleet-model"),
    "pilots": ("List of pilot programmes and sites compiled for this case from notices and recollection", "2026", ""),
    "lsevbest": ("Reconciled low-speed car series compiled for this case", "2026", ""),
    "models": ("Electric and low-speed car models with price, range and battery, compiled for this case from press pages", "2026", ""),
    "classattr": ("Class attributes of cars in China, compiled for this case from press and association pages", "2026", ""),
    "accidents": ("Low-speed car accidents, fleets and makers, compiled for this case from press pages", "2026", ""),
    "modelsales": ("Sales of models by year to 2021, reconciled for this case", "2026", ""),
    "plateodds": ("Plate quotas, auction prices, odds and queues by city, compiled for this case from press pages", "2026", ""),
    "othpol": ("Central and local rules compiled for this case from press and official pages", "2026", ""),
}


def split_outside_brackets(text):
    """Split a source text at semicolons that stand outside brackets."""
    parts, depth, current = [], 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth <= 0:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    parts.append(current.strip())
    return [part for part in parts if part]


def key_of(text):
    """Short key of one source text: publisher, year and first word of the title."""
    year = re.search(r"(19|20)\d\d", " ".join(re.findall(r"\(([^)]*)\)", text)) or text)
    inside = re.findall(r"\(([^)]*)\)", text)
    publisher = re.sub(r"(19|20)\d\d|copy|,|;.*", " ", inside[-1]) if inside else text
    words = re.findall(r"[a-z]+", publisher.lower())[:2] or ["page"]
    title = re.findall(r"[a-z]{4,}", text.lower())[:1]
    return "".join(words) + (year.group(0) if year else "") + ("-" + title[0] if title else "")


def facts_entries(facts):
    """Key -> (title, year, address) of every source named in the tables that hand rows cite."""
    found = Citations()
    for name in FACT_TABLES:
        with open(facts / "national" / f"{name}.csv", encoding="utf-8-sig", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["source"]:
                    found.cite(row["source"], row["url"])
    return found.entries


class Citations:
    """Collects what the rows cite and writes it, added to what the folder already holds."""

    def __init__(self, facts=None):
        self.entries = {}
        self.known = facts_entries(facts) if facts else {}

    def cite(self, text, url=""):
        """Keys, joined by '; ', for a source text of the facts."""
        if not text or text.startswith("recalled"):
            return self.own("recalled")
        urls = [part.strip() for part in url.split(" ; ")]
        keys = []
        for place, part in enumerate(split_outside_brackets(text)[:3]):
            address = urls[place] if place < len(urls) else urls[0]
            keys.append(self._known(part) or self._new(part, address))
        return "; ".join(dict.fromkeys(keys))

    def own(self, keys):
        """Register keys of OWN, KNOWN or the facts (several joined by ';') and hand them back; stop at an unknown key."""
        listed = {**self.known, **{key: (title, year, url) for _, key, title, year, url in KNOWN}, **OWN, **self.entries}
        for key in (part.strip() for part in keys.split(";")):
            if key not in listed:
                raise SystemExit(f"source key {key} is not known: name a source of the facts or add it to OWN in citing.py")
            self.entries[key] = listed[key]
        return keys

    def _known(self, text):
        for match, key, title, year, url in KNOWN:
            if match in text:
                self.entries[key] = (title, year, url)
                return key
        return None

    def _new(self, text, url):
        key = key_of(text)
        year = re.search(r"(19|20)\d\d", key)
        self.entries[key] = (text, year.group(0) if year else "", url)
        return key

    def save(self, folder):
        """Add the entries to the bibliography in the folder, sorted by key; an entry of the other half is left to it."""
        path = Path(folder) / BIB_NAME
        sibling = Path(folder) / OTHER_HALF
        elsewhere = set(re.findall(r"@\w+\{([^,]+),", sibling.read_text(encoding="utf-8"))) if sibling.exists() else set()
        old = read_bib(path) if path.exists() else {}
        merged = {**old, **{key: entry_text(key, *entry) for key, entry in self.entries.items()}}
        path.write_text("\n".join(merged[key] for key in sorted(set(merged) - elsewhere)), encoding="utf-8")


def entry_text(key, title, year, url):
    """One bibliography entry."""
    clean = title.replace("{", "").replace("}", "")
    lines = [f"@misc{{{key},", f"  title = {{{clean}}},"]
    if year:
        lines.append(f"  year = {{{year}}},")
    if url:
        lines.append(f"  url = {{{url}}},")
    return "\n".join(lines) + "\n}\n"


def read_bib(path):
    """Entries of a bibliography written here, by key."""
    blocks = re.split(r"(?m)^(?=@misc)", Path(path).read_text(encoding="utf-8"))
    return {re.match(r"@misc\{([^,]+),", block).group(1): block.rstrip() + "\n" for block in blocks if block.startswith("@misc")}
