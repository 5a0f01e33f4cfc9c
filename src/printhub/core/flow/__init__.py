"""The engine: what happens to an event from intake to history. It knows deliveries, not kinds.

In reading order: intake, projection, job_facts, planning, holds, chain, fetch, claim, compose, attempt, decision,
outcome, history, callback, asking, settle, cancel, retrigger; what operators do with them: acts; and what moves them:
relay, dispatcher, timers, sweeper.
"""
