"""A clip in another style: windows and their joining, the judge of styles, the table."""
