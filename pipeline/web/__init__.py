"""The corpus in a browser and for other programs: search page, documents beside their scans, review, REST API."""
