"""Builds the models from text, and the sets they are measured on; nothing here runs in production."""
