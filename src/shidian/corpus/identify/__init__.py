"""From a text to what the document is: number, issuers, level, place, dates, kind, status, each with a confidence and the words it was read from.

Read `anatomy` (title, head, signature), then a file a field: `numbers`, `bodies`, `places`, `dates`, `kinds`. `document` joins them.
"""
