"""Pages made from measured and traced documents.

Read `measured` (one command's work: the folder of tables and its page), `counts` and `timing` (the sections of that page), then `traced`.
"""
