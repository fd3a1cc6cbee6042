"""What holds for every page template, whoever writes the next one."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def test_no_form_that_is_sent_by_address_holds_the_token() -> None:
    """A token in an address stands in histories, logs and in whatever link is passed on."""
    faults = []
    for file in sorted(TEMPLATES.rglob("*.html")):
        for form in re.findall(r"<form\b.*?(?:</form>|\Z)", file.read_text(encoding="utf-8"), re.DOTALL):
            by_address = re.search(r'(?:form)?method="get"', form, re.IGNORECASE) or 'method="' not in form
            if by_address and re.search(r"csrf", form):
                faults.append(f"{file.relative_to(TEMPLATES)}: {form[:80]}")
    assert not faults
