"""Real pilots judged: read the files, ask whether sites were fair, whether it worked, whether it would travel, and decide.

Read `question` (what is asked), `mission` (by what it is judged), `evaluation` (the four answers of a programme), `judging` (beliefs,
stance and verdict, by the same functions as the simulated centre's), `record` (what is written).
"""
