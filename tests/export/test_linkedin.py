"""Recommendations from LinkedIn's export of somebody's own data."""

from __future__ import annotations

import datetime as dt

import pytest

from feedbackkit.errors import Unreadable
from feedbackkit.export import Recommendation, recommendations_from_linkedin

HEAD = "First Name,Last Name,Company,Job Title,Text,Creation Date,Status\r\n"


def test_a_recommendation_is_read_with_who_wrote_it_and_when() -> None:
    """Lines and quotes within the text are kept."""
    rows = HEAD + 'Anna,Weber,Nordwerk AG,COO,"He said ""yes"".\nAnd did it.","03/14/24, 09:05 AM",VISIBLE\r\n'
    assert recommendations_from_linkedin("\ufeff" + rows) == (
        Recommendation(
            name="Anna Weber",
            company="Nordwerk AG",
            title="COO",
            text='He said "yes".\nAnd did it.',
            written=dt.date(2024, 3, 14),
            visible=True,
        ),
    )


def test_what_is_not_told_is_none() -> None:
    """Company, title and date may be missing."""
    [found] = recommendations_from_linkedin(HEAD + "Anna,,,,Fine.,,HIDDEN\r\n")
    assert (found.name, found.company, found.title, found.written, found.visible) == ("Anna", None, None, None, False)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "must have the columns"),
        ("Name,Text\r\nAnna,Fine\r\n", "must have the columns First Name"),
        (HEAD + "Anna,Weber,,,,,VISIBLE\r\n", "line 2 .* recommendation.text must not be empty"),
        (HEAD + 'Anna,Weber,,,Fine.,"soon",VISIBLE\r\n', "line 2 .* creation date"),
        (HEAD + 'Anna,Weber,,,"open,,VISIBLE\r\n', "is not CSV"),
        (HEAD + "An\x07na,Weber,,,Fine.,,VISIBLE\r\n", "control characters"),
    ],
)
def test_a_file_that_is_none_is_refused_and_the_line_named(text: str, what: str) -> None:
    """Nothing is half taken, and no name is repeated in the error."""
    with pytest.raises(Unreadable, match=what) as caught:
        recommendations_from_linkedin(text)
    assert "Weber" not in str(caught.value)
