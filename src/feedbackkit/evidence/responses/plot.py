"""Response figures as a picture: needs the extra `plot`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from feedbackkit.errors import SetupError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from feedbackkit.evidence.responses import ResponseFigures, Share

__all__ = ["drawn"]

_ANSWERED: Final = "#1b5e9e"
_DECLINED: Final = "#e08a1e"
_INK: Final = "#26323c"
_LINES: Final = ("#1b5e9e", "#e08a1e", "#3b8f5a", "#8a4f9e", "#b33a3a", "#5b6b78", "#a08a2e")


def drawn(figures: ResponseFigures) -> Figure:
    """Three plots side by side: shares by occasion, time to an answer, what each contact brought."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise SetupError("plots need the extra plot: pip install 'feedbackkit[plot]'") from None
    height = max(3.6, 1.8 + 0.55 * len(figures.funnels))
    figure = Figure(figsize=(13, height), layout="constrained", facecolor="white")
    axes: Any = figure.subplots(1, 3)
    _shares(axes[0], figures)
    _times(axes[1], figures)
    _contacts(axes[2], figures)
    for one in axes:
        one.tick_params(length=0, labelsize=9, colors=_INK)
        one.spines[["top", "right"]].set_visible(False)
    return figure


def _title(axes: Any, text: str) -> None:  # noqa: ANN401 - matplotlib has no types of its own, here and below
    axes.set_title(text, loc="left", fontsize=11, color=_INK, weight="bold")


def _percent(axis: Any) -> None:  # noqa: ANN401
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _bars(axes: Any, place: float, share: Share, colour: str, label: str | None) -> None:  # noqa: ANN401
    low, high = share.interval
    axes.barh(place, share.value, height=0.34, color=colour, label=label)
    axes.plot((low, high), (place, place), color=_INK, linewidth=1.2)


def _spoken(occasion: str) -> str:
    return occasion.replace("_", " ")


def _shares(axes: Any, figures: ResponseFigures) -> None:  # noqa: ANN401
    for row, one in enumerate(figures.funnels):
        _bars(axes, row - 0.18, one.answered, _ANSWERED, "answered" if not row else None)
        _bars(axes, row + 0.18, one.declined, _DECLINED, "declined" if not row else None)
    axes.set_yticks(
        range(len(figures.funnels)), [f"{_spoken(one.occasion)}\n{one.asked} asked" for one in figures.funnels]
    )
    axes.set_ylim(len(figures.funnels) - 0.5 if figures.funnels else 0.5, -0.5)
    axes.set_xlim(0, 1)
    _percent(axes.xaxis)
    _title(axes, f"What became of the asks ({figures.level:.0%} intervals)")


def _times(axes: Any, figures: ResponseFigures) -> None:  # noqa: ANN401
    for place, one in enumerate(figures.funnels):
        colour = _LINES[place % len(_LINES)]
        days = [0.0, *(step.days for step in one.times)]
        axes.step(
            days, [0.0, *(step.answered for step in one.times)], where="post", color=colour, label=_spoken(one.occasion)
        )
        axes.fill_between(
            days,
            [0.0, *(step.low for step in one.times)],
            [0.0, *(step.high for step in one.times)],
            step="post",
            color=colour,
            alpha=0.12,
            linewidth=0,
        )
    axes.set_ylim(0, 1)
    axes.set_xlim(left=0)
    _percent(axes.yaxis)
    axes.set_xlabel("days after the ask", fontsize=9, color=_INK)
    if figures.funnels:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK, loc="upper left")
    _title(axes, "Time to an answer")


def _contacts(axes: Any, figures: ResponseFigures) -> None:  # noqa: ANN401
    for row, one in enumerate(figures.reminders):
        _bars(axes, row - 0.18, one.answered, _ANSWERED, "answered" if not row else None)
        _bars(axes, row + 0.18, one.declined, _DECLINED, "declined" if not row else None)
    labels = [f"{'reminder ' + str(one.number) if one.number else 'ask'}\n{one.sent} sent" for one in figures.reminders]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5 if labels else 0.5, -0.5)
    axes.set_xlim(0, 1)
    _percent(axes.xaxis)
    if figures.reminders:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK, loc="lower right")
    _title(axes, "What each contact brought")
