"""Each examination against a machine that the test makes: its files in a folder, its programs as answers."""
