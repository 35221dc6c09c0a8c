"""The six words of the loop, in their order."""

STAGES = ("mission", "experiment", "monitoring", "appraisal", "selection", "adjustment")
