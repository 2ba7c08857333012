"""Where a run reads and writes: folders, object stores, the lease."""
