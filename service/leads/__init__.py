"""Patterns that single records hide, looked for on the auditor's side. A lead is a question with its evidence.

Nothing here refuses anybody anything: what came of a lead is said by a person, and is an event
(`service.app.lead_answer`).
scipy and statsmodels are the extra `leads`; `facts` and `lead` do without.
"""
