"""Named reads for pages, exports and documents."""
