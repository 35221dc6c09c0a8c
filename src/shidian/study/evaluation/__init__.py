"""Real pilots judged: read the files, ask whether sites were fair, whether it worked, whether it would travel, and decide.

Read `question` (what is asked), `mission` (by what it is judged), `evaluation` (the four answers of a programme), `belief` (what
is believed of a goal, by the appraisal of the simulated centre), `judging` (stance and verdict, by its selection), `record` (what is written).
"""
