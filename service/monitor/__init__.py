"""What the operators of an installation watch: whether it can work, and figures that name the trade."""
