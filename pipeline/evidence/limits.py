"""Days after which the document cannot have been written: those of its e-signature and of its arrival.

They are no evidence of the day itself: an e-signature is of the same day in 26 of 65 real files, for many are signed
for publication weeks later; but none was signed before its date.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.schema import Evidence, Header


def date_limits(header: Header) -> Iterator[Evidence]:
    """The evidence that bounds the date; of several signatures the first counts."""
    times = sorted(signature.time for signature in header.e_signatures if signature.time)
    if times:
        yield Evidence(
            source="e_signature", words=f"it was signed electronically on {times[0][:10]}", not_after=times[0][:10]
        )
    if header.arrival and header.arrival.date and len(header.arrival.date) == len("2012-10-16"):
        day = header.arrival.date
        yield Evidence(source="arrival", words=f"it arrived on {day}, says the receiver's stamp", not_after=day)
