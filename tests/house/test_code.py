"""The house's habits in its own code, checked by reading it."""

import ast
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from config import ROOT

MODULES = sorted((ROOT / "enquiry").rglob("*.py"))
VIEWS = [module for module in MODULES if module.stem.endswith("views") or module.parent.name == "views"]
EVERY_PYTHON_FILE = [*MODULES, *(ROOT / "tests").rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]

NOT_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler", "handlers", "data", "info"}
LONGEST_MODULE = 250  # lines; longer ones say why


def name(path: Path) -> str:
    """Return a file as it is called in the house."""
    return str(path.relative_to(ROOT))


def words_at_the_top(module: Path) -> str:
    """Return the docstring a module opens with."""
    return ast.get_docstring(ast.parse(module.read_text())) or ""


def test_every_module_opens_with_a_sentence() -> None:
    firsts = {name(module): words_at_the_top(module).split("\n\n")[0].rstrip() for module in EVERY_PYTHON_FILE}
    assert not {module: first for module, first in firsts.items() if not first.endswith((".", "``", "…"))}


def test_a_long_module_says_why() -> None:
    lengths = {name(module): len(module.read_text().splitlines()) for module in MODULES if not says_why(module)}
    assert not {module: length for module, length in lengths.items() if length > LONGEST_MODULE}


def says_why(module: Path) -> bool:
    """Return whether a module's docstring gives the reason for something."""
    return "Why" in words_at_the_top(module)


def test_every_room_has_a_name() -> None:
    assert not [name(module) for module in MODULES if NOT_NAMES & {*module.relative_to(ROOT).with_suffix("").parts}]


def test_nobody_but_the_caseload_selects_enquiries() -> None:
    elsewhere = [module for module in MODULES if module.parent.name != "caseload"]
    assert not [name(module) for module in elsewhere if selects_enquiries(ast.parse(module.read_text()))]
    assert any(selects_enquiries(ast.parse(module.read_text())) for module in MODULES), "this test finds nothing at all"


def selects_enquiries(tree: ast.Module) -> bool:
    """Return whether code asks the database for enquiries, or for anything that stands in their table."""
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("select", "db.session.get", "db.select")
    ]
    return any(part.id == "Enquiry" for call in asked for part in ast.walk(call) if isinstance(part, ast.Name))


def test_a_clinic_starts_without_what_only_the_demonstration_needs() -> None:
    program = "import sys, wsgi; sys.exit('aiosmtpd' in sys.modules)"
    production = {
        **os.environ,
        "ENQUIRY_PROFILE": "production",
        "ENQUIRY_SMTP_URL": "smtp://127.0.0.1",
        "ENQUIRY_PUBLIC_URL": "https://clinic.example",
        "ENQUIRY_MAIL_FROM": "enquiries@clinic.example",
    }
    with tempfile.TemporaryDirectory() as folder:
        secret_key = Path(folder, "secret-key")
        secret_key.write_text("k" * 64)
        production |= {
            "ENQUIRY_SECRET_KEY_FILE": str(secret_key),
            "ENQUIRY_KEYRING": f"{folder}/keyring",
            "ENQUIRY_DATABASE_URL": f"sqlite:///{folder}/enquiry.db",
        }
        assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=production).returncode == 0


def test_a_view_only_translates() -> None:
    """A view turns a form into one verb, or one read into a page; it never speaks to the database."""
    spoken = re.compile(r"\.commit\(|\bselect\(|\bdb\.session\b")
    assert VIEWS
    assert not {name(view): spoken.findall(view.read_text()) for view in VIEWS if spoken.search(view.read_text())}
