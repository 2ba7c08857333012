"""The steps of restoration, one verb each."""
