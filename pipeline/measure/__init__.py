"""`sohoa evaluate`: documents and texts compared with gold."""
