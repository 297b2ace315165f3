"""A witness (C2SP tlog-witness): a small program for an office that is not the prison's.

It remembers the newest head of each log it watches, cosigns a head only if it extends that one, keeps what it had to
refuse, and shows it. It knows signed notes and Merkle proofs, and nothing of visits, the service, or its database.
"""
