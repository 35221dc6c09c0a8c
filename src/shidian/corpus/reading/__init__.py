"""From files and tables to texts, one document at a time, in bounded memory.

Read `raw` (what a reader hands on), `sources` (which files there are and which are no documents), `encodings`, then a reader a format:
`plain`, `html`, `docx`, `pdf`, `tables` with `columns`. `parting` tells several documents in one text apart.
"""
