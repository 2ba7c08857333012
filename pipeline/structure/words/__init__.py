"""The words by which parts of a document are known."""
