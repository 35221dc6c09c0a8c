"""Stores made for tests: documents written straight into the columns of a store, and texts that are planted with each other's words."""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shidian.corpus.record import SCHEMA
from shidian.corpus.store import FORMAT, Store, open_store

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
FIRST_DAY = datetime.date(2010, 1, 1)
OPENING = "各省、自治区、直辖市人民政府，国务院各部委、各直属机构：\n本办法已经批准，现印发给你们，请认真贯彻执行。\n"
CLOSING = "\n违反本办法规定，构成犯罪的，依法追究刑事责任。\n本办法自发布之日起施行。"


def document(title: str = "", text: str = "", **known) -> dict:
    """A row of a store; what is not named is empty."""
    row = dict.fromkeys(SCHEMA.names) | {
        "source": "made",
        "part": 0,
        "number": "",
        "cited": [],
        "issuers": [],
        "kind": "",
        "status": "",
        "copy_of": "",
    }
    row |= {"level": "", "province": "", "prefecture": "", "title": title, "text": text} | known
    return row | {"id": known.get("id") or hashlib.sha256(f"{title}|{text}|{known}".encode()).hexdigest()[:16]}


def store_of(rows: list[dict], folder: Path, parts: int = 1) -> Store:
    """A whole store with these rows in so many files."""
    (folder / "documents").mkdir(parents=True)
    size = -(-len(rows) // parts)
    for number in range(parts):
        table = pa.Table.from_pylist(rows[number * size : (number + 1) * size], SCHEMA)
        pq.write_table(table, folder / "documents" / f"part-{number:05d}.parquet")
    (folder / "store.json").write_text(json.dumps({"format": FORMAT, "whole": True}), encoding="utf-8")
    return open_store(folder)


def prose(luck: random.Random, length: int = 1500) -> str:
    """Sentences of made-up words out of 600 characters: what two such texts share by chance is a word or two."""
    words = ["".join(chr(0x4E00 + luck.randrange(600)) for _ in range(luck.choice((2, 2, 2, 3, 4)))) for _ in range(400)]
    text, since, long = [], 0, 0
    while long < length:
        text.append(luck.choice(words))
        long += len(text[-1])
        since += 1
        if since > luck.randrange(4, 12):
            text.append(luck.choice("，，，。\n"))
            since = 0
    return "".join(text)


def edited(text: str, luck: random.Random, share: float = 0.02) -> str:
    """The text with a share of its characters replaced, taken out or added."""
    out = []
    for letter in text:
        change = luck.random()
        if change > share:
            out.append(letter)
        elif change < share / 3:
            out.append(chr(0x5000 + luck.randrange(500)))
        elif change < 2 * share / 3:
            out += [letter, chr(0x5000 + luck.randrange(500))]
    return "".join(out)


def day(number: int) -> datetime.date:
    """A day so many days after the first."""
    return FIRST_DAY + datetime.timedelta(days=number)
