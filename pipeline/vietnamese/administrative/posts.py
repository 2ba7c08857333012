"""Posts as they stand over a signature, and the bodies that a signer signs for: the one list of `people.toml`."""

from __future__ import annotations

from pipeline.vietnamese.administrative.tables import table

_POSTS = table("people")["posts"]

DEPUTY = "PHÓ "
CHIEF_POSTS: tuple[str, ...] = tuple(_POSTS["chiefs"])
"""All posts that a deputy's "PHÓ" may stand before."""
POSTS: tuple[str, ...] = (*CHIEF_POSTS, *(f"{DEPUTY}{post}" for post in CHIEF_POSTS), *_POSTS["deputies"])
"""All posts, in capitals as they are printed, tone marks placed the old way."""
SIGNING_BODIES: tuple[str, ...] = tuple(_POSTS["bodies"])
"""Bodies that a signer signs for, as they stand alone on a line behind "TM."."""
FORM_SIGNERS: tuple[str, ...] = tuple(f"NGƯỜI {who}" for who in _POSTS["forms"])
"""Who signs what people hand in, in capitals; forms print it in small letters as well."""
