"""Makes the sample archive from its sources: layout as Nghị định 30/2020 wants it, scans of many kinds, exact gold."""
