"""A throw-away app that shows every part of the look once, with the longest words we know."""
