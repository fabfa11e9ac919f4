"""A configuration with some of its words changed."""


def reworded(text: str, *changes: tuple[str, str]) -> str:
    """The text with the first of each old word replaced by the new one; each must be there."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text
