"""Figures in Prometheus' text format 0.0.4: gauges, each with its line of help."""

from collections.abc import Iterable, Iterator

from service.monitor.figures import Figure

PREFIX = "kezdesu_"


def as_text(figures: Iterable[Figure]) -> str:
    """What `/metrics` answers."""
    return "".join(f"{line}\n" for figure in figures for line in _lines(figure))


def _lines(figure: Figure) -> Iterator[str]:
    yield f"# HELP {PREFIX}{figure.name} {figure.about}"
    yield f"# TYPE {PREFIX}{figure.name} gauge"
    for labels, value in figure.samples:
        inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in sorted(labels.items()))
        yield f"{PREFIX}{figure.name}{f'{{{inside}}}' if inside else ''} {float(value):.15g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
