"""The end of a document: recipients and signers."""
