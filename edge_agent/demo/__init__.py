"""The whole job on one machine with nothing attached: a simulated press, a real station, a real broker."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in `edge_agent.__main__`, for the modules run by themselves
