"""Office files that are no Word documents: workbooks and slide shows, as pages of ready lines."""
