"""Keep parsed knowledge files beside Python's own byte code, so that a consultation starts at once.

YAML is good to review and slow to parse: all of it takes a fifth of a second. As Python does with
modules, what was parsed is kept in `__pycache__`, and used while the text has the same digest. It
is never trusted further than the module files that lie beside it, and never needed: where it
cannot be written, the text is parsed each time.
"""

import marshal
import os
import sys
from hashlib import blake2b
from importlib.resources.abc import Traversable
from pathlib import Path

from assuage.knowledge.reading import Located, read_text
from assuage.knowledge.yaml_text import read_yaml

_FORMAT = 1


def read_knowledge_file(path: Traversable | Path, name: str) -> Located:
    """Return a YAML file of the knowledge, as `read_yaml` would. `name` is how problems call it."""
    text = read_text(path)
    kept = _place(path)
    if kept is None:
        return read_yaml(text, name)
    digest = blake2b(f"{_FORMAT} {name}\n{text}".encode(), digest_size=16).digest()
    found = _recall(kept, digest, name)
    if found is None:
        found = read_yaml(text, name)
        _keep(kept, digest, found)
    return found


def _place(path: Traversable | Path) -> Path | None:
    if sys.dont_write_bytecode or not isinstance(path, Path):
        return None
    return path.parent / "__pycache__" / f"{path.name}.{sys.implementation.cache_tag}.parsed"


def _recall(kept: Path, digest: bytes, name: str) -> Located | None:
    try:
        kept_digest, data, lines = marshal.loads(kept.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return Located(name=name, data=data, lines=lines) if kept_digest == digest else None


def _keep(kept: Path, digest: bytes, found: Located) -> None:
    """Write whole or not at all; a reader beside us must never see half a file."""
    try:
        content = marshal.dumps((digest, found.data, dict(found.lines)))
        kept.parent.mkdir(exist_ok=True)
        draft = kept.with_name(f"{kept.name}.{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(kept)
    except (
        OSError,
        ValueError,
    ):  # a folder that may not be written; a value without a marshal form
        return
