"""`make docs`: the API reference from the docstrings, with its formulas as MathML: it reads without a network."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pdoc
import pdoc.docstrings
import pdoc.render

import lab
from overparam.typeset import typeset

OUT = Path(__file__).resolve().parent / "api"
ROOMS = ("theory", "sims", "claims", "lab", "overparam")

# A formula is set aside before Markdown could take its underscores and backslashes for markup.
BLOCK = re.compile(r"^(?P<indent> *)\.\. math::(?P<body>.*(?:\n(?:(?P=indent) +\S.*| *$))*)", re.MULTILINE)
INLINE = re.compile(r"(?<![\\`])(?P<dollars>\${1,2})(?P<body>[^$`]+)(?P=dollars)")
EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)


class Formulas:
    """The formulas of all docstrings, by the token that stands for each."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def set_aside(self, docstring: str, docformat: str, source_file: Path | None) -> str:
        """Replace pdoc's conversion of a docstring: formulas become tokens, examples and all else stay."""
        if docstring.startswith(("Alias for field number", "Create new instance of")):
            return ""  # what Python says of every NamedTuple
        example = EXAMPLE.search(docstring)
        end = example.start() if example else len(docstring)
        prose = BLOCK.sub(lambda m: f"\n{m['indent']}{self._token(m['body'], display=True)}\n\n", docstring[:end])
        prose = INLINE.sub(lambda m: self._token(m["body"], display=m["dollars"] == "$$"), prose)
        return prose.replace("*", r"\*").replace("<", "&lt;") + docstring[end:]

    def _token(self, latex: str, display: bool) -> str:
        """The token of a formula; a displayed one may be several lines that a paragraph of its own parts."""
        body = " ".join(latex.split())
        html = str(typeset(f"${body}$"))
        token = f"FORMULA{len(self.kept)}END"
        self.kept[token] = f'<span class="formula">{html}</span>' if display else html
        return token

    def put_back(self, page: Path) -> None:
        """Write the MathML into a finished page."""
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"FORMULA\d+END", lambda m: self.kept[m[0]], text)
        style = "<style>.formula{display:block;margin:.6em 1.5em;overflow-x:auto}</style></head>"
        page.write_text(text.replace("</head>", style, 1), encoding="utf-8")


def main() -> None:
    """Write docs/api."""
    formulas = Formulas()
    pdoc.docstrings.convert = formulas.set_aside
    # NamedTuples repeat their annotations where they are re-exported; pdoc then shows the name as it is written.
    warnings.filterwarnings("ignore", message="Error parsing type annotation")
    lab.verify = lab.verify  # imported on demand, so not found by looking
    pdoc.render.configure(show_source=True, search=True, footer_text="overparam")
    pdoc.pdoc(*ROOMS, output_directory=OUT)
    pages = sorted(OUT.rglob("*.html"))
    for page in pages:
        formulas.put_back(page)
    print(f"docs: {OUT / 'index.html'} ({len(pages)} pages, {len(formulas.kept)} formulas)")


if __name__ == "__main__":
    main()
