"""Opens one of the migrations, to run it by itself."""

import importlib.util
from types import ModuleType

from config import ROOT


def the_migration(name: str) -> ModuleType:
    """Return a migration by the name of its file."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "migrations" / "versions" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
