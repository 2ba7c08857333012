"""OUT: documents, texts, index and ledger on disk; written so that nothing is lost, searched, checked, exported."""
