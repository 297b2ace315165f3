"""The corruption drill: each practice of design §1, tried on a copy by insiders of several strengths, and who sees."""
