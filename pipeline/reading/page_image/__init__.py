"""The page's picture before it is read: diagnosis, skew, curl, treatment, colour, ruled lines."""
