"""Write every file under hw/ that is made from the code."""

from tests.hw import made

for path, text in made().items():
    path.write_text(text(), encoding="utf-8")
