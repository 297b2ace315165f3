"""How readers are told the answer: a decision in, octets for the line out."""
