"""A source: from where somebody speaks, which belongs to what was said."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, final

import attrs

from feedbackkit.domain import checks
from feedbackkit.domain.fields import checked, member
from feedbackkit.domain.people import Party

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Directness", "Relation", "Source"]


class Relation(enum.StrEnum):
    """How a source stands to the subject."""

    SPONSOR = "sponsor"
    """The client's person for the engagement (Auftraggeber)."""
    LINE_MANAGER = "line_manager"
    """Who led the subject's work day by day (Vorgesetzte)."""
    PEER = "peer"
    """Who worked beside the subject (Kollegin)."""
    REPORT = "report"
    """Whom the subject led (Mitarbeitende)."""
    CLIENT_OF_CLIENT = "client_of_client"
    """A customer or supplier of the client."""
    SELF = "self"
    """The subject."""


class Directness(enum.StrEnum):
    """How directly a source saw the work."""

    DIRECT = "direct"
    """Worked with the subject."""
    RESULTS = "results"
    """Saw what came of the work, not the work."""
    HEARSAY = "hearsay"
    """Knows it from others (Hörensagen)."""


def _relation(value: Relation | str | None) -> Relation | None:
    return None if value is None else member(Relation, "source.relation", value)


def _directness(value: Directness | str | None) -> Directness | None:
    return None if value is None else member(Directness, "source.directness", value)


def _chosen_by(value: Party | str | None) -> Party | None:
    return None if value is None else member(Party, "source.chosen_by", value)


@final
@attrs.frozen(kw_only=True)
class Source:
    """From where somebody speaks; what is not known is `None`.

    When and in which form they spoke is told by the answer, whether it was confirmed by the reference made of it.
    """

    relation: Relation | None = attrs.field(default=None, converter=_relation)
    """How they stand to the subject."""
    directness: Directness | None = attrs.field(default=None, converter=_directness)
    """How directly they saw the work."""
    days: int | None = attrs.field(
        default=None, validator=checked(checks.whole, "source.days", optional=True, least=0, most=36_500)
    )
    """For how many calendar days they saw it."""
    independent: bool | None = attrs.field(
        default=None, validator=checked(checks.yes_or_no, "source.independent", optional=True)
    )
    """Whether they speak for themselves: not at the subject's wish, nor in the words of another source."""
    conflict: str | None = attrs.field(
        default=None,
        repr=False,
        validator=checked(checks.line, "source.conflict", optional=True, limit=checks.NOTE_LIMIT),
    )
    """A declared conflict of interest or closeness, in words; `None` where none was declared."""
    chosen_by: Party | None = attrs.field(default=None, converter=_chosen_by)
    """Who named them as a source: subjects name their friends."""

    @property
    def stands_apart(self) -> bool:
        """Whether nothing on record speaks against their independence: no conflict, and not the subject's own voice."""
        return self.independent is not False and self.conflict is None and self.relation is not Relation.SELF

    def completed(self, presumed: Source) -> Self:
        """What was said of the source, and for what was not said, what is presumed."""
        missing = {name: getattr(presumed, name) for name in attrs.fields_dict(Source) if getattr(self, name) is None}
        return attrs.evolve(self, **missing)
