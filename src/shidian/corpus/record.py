"""One document: the columns of a store, and what each of them means in the world.

A value comes with a confidence (0 to 1: how often a rule of that kind is expected to be right) and with the evidence it was read
from. A value of the user's own metadata stands in `given` and wins over what the text says.
"""

from __future__ import annotations

import pyarrow as pa

LEVELS = ("national", "province", "city", "county")
KINDS = ("policy", "regulation", "notice", "approval", "reply", "report", "news", "interpretation")
STATUSES = ("in force", "repealed")
PLACES_OF_EVIDENCE = ("title", "head", "foot", "meta", "text")

# What is identified, each with its own confidence and evidence.
FIELDS = ("title", "number", "issuers", "level", "province", "prefecture", "signed", "amended", "published", "kind", "status")

# Where a value was read: `where` is one of PLACES_OF_EVIDENCE; `start` and `end` count characters of `title` (where it is title)
# or of `text` (head, foot, text), and are -1 for metadata; `quote` is the very words.
EVIDENCE = pa.struct([("where", pa.string()), ("start", pa.int32()), ("end", pa.int32()), ("quote", pa.string())])

SCHEMA = pa.schema(
    [
        ("id", pa.string()),  # hash of source, part and text
        ("source", pa.string()),  # SOURCE/path/of/file, with #row for a row of a table
        ("part", pa.int32()),  # 0, 1, ... where one file or cell holds several documents
        ("title", pa.string()),
        ("text", pa.string()),  # lines without blanks at their ends
        ("number", pa.string()),  # the document's own, canonical: 国发〔2012〕22号
        ("cited", pa.list_(pa.string())),  # canonical numbers of other documents, in order of first mention
        ("issuers", pa.list_(pa.string())),  # names as the document gives them, in its order
        ("level", pa.string()),  # of LEVELS, or ""
        ("province", pa.string()),  # GB/T 2260 code of the provincial unit, or ""
        ("prefecture", pa.string()),  # GB/T 2260 code of the prefecture-level unit, or "" (also for municipalities)
        ("signed", pa.date32()),
        ("amended", pa.date32()),  # the day from which the text stands as it is, where that is later than `signed`
        ("published", pa.date32()),
        ("kind", pa.string()),  # of KINDS, or ""
        ("status", pa.string()),  # of STATUSES, or ""
        ("confidence", pa.struct([(name, pa.float32()) for name in FIELDS])),
        ("evidence", pa.struct([(name, EVIDENCE) for name in FIELDS])),
        ("given", pa.struct([(name, pa.string()) for name in FIELDS])),  # the user's own metadata as written, or null
        ("copy_of", pa.string()),  # id of the earliest copy, or "" for a document of its own
    ]
)
