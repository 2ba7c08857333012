"""What a document's number and date are, weighed from all that bears witness to them.

The ink on the paper, the document's own other pages, its file's name, signatures and stamps, other documents: each
witness is a small function with its measured precision. They see the contract's values only.
"""
