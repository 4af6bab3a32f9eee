"""How good are the answers to questions of people who have never seen the knowledge base?

    python -m tests.benchmarks.fresh [--questions conversations|pairs] [--locale fr] [--failures]

The questions of `tests/benchmarks/questions` were written by people who knew the facts and a persona, and had seen no
phrasing and no other question. Nothing may be learnt from them: whoever writes phrasings does not read them. They are
asked of the present knowledge in place of `knowledge/evaluation`, by the same command that staff use. Those of
`tests/benchmarks/conversations` follow another question each; they were used to choose how much that one says of them.
Half of those of `tests/benchmarks/pairs` are two questions in one message, half only one, with a joining word, a second
sentence or two question words; they were used to choose when a message is taken apart.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).parent


def main() -> int:
    """Evaluate a copy of the knowledge base that holds these questions as its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", choices=["questions", "conversations", "pairs"], default="questions")
    parser.add_argument("--locale", action="append", default=[])
    parser.add_argument("--failures", action="store_true")
    arguments = parser.parse_args()
    options = [word for locale in arguments.locale for word in ("--locale", locale)]
    if arguments.failures:
        options.append("--failures")
    with TemporaryDirectory(prefix="alliance-bot-") as folder:
        knowledge = with_questions(Path(folder), arguments.questions)
        command = [sys.executable, "-m", "bot", "evaluate", "--knowledge", str(knowledge), *options]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


def with_questions(folder: Path, questions: str = "questions") -> Path:
    """Copy the knowledge base with these questions in place of its own labelled ones."""
    knowledge = folder / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    shutil.rmtree(knowledge / "evaluation")
    shutil.copytree(HERE / questions, knowledge / "evaluation")
    return knowledge


if __name__ == "__main__":
    sys.exit(main())
