"""Pictures: PNG, JPEG, TIFF and their kin as page images."""
