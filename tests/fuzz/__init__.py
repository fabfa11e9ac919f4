"""Every border at which bytes of others come in, fed with garbage that learns from what it reaches.

`python -m tests.fuzz` searches by coverage where atheris is installed, else by hypothesis; `test_fuzz.py` runs the
same targets for a moment with every test run. `README.md` says how a crash is replayed and kept.
"""
