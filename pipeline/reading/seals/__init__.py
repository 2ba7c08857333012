"""Seals, and the signer's title and name under them."""
