"""What happens on the ground. One folder a world; `market` is the vehicle market of DESIGN 5.1.

A world takes a case's setting, drawn parameters and the policies in force, and returns what came of them: the truth. It
never knows who governs it.
"""

from ..foundations.device import pin

pin()
