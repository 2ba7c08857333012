"""Names of bodies, persons, places, dates and the documents cited."""
