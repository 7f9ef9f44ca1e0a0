"""How good answers and rankings are: metrics with intervals, comparisons, floors."""
