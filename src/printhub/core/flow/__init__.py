"""The engine: what happens to an event from intake to history. It knows deliveries, not kinds.

In reading order: intake, projection, job_facts, planning, holds, chain, fetch, claim, compose, attempt, decision,
outcome, history, callback, asking, settle, cancel, retrigger, skip; when a job is over: closing, cleanup, reopening;
what notices silence: signs, waiting; what moves all of it: relay, dispatcher, timers, bulk, sweeper. What operators do
is in acts, why something stands where it stands in explain, how a hub is saved and put back in backup, restore, doubts.
"""
