"""Andon: the life of a call and who answers it, the legend of the stack, and what keeps its light worth looking at."""
