"""The engine: what happens to an event from intake to history. It knows deliveries, not kinds.

In reading order: intake, opening, case, projection, job_facts, filing, planning, holds, chain, commit, fetch, claim,
compose, frozen, links, attempt, decision, outcome, stops, history, asking, settle, cancel, retrigger, skip; what
partners say by themselves: inbound, callbacks, polling, callback; when a job is over: closing, cleanup, reopening;
what people are told and what comes of it: messages, missed, drafting, texting, bounces, letters, feedback; what notices
silence: signs, waiting; what moves all of it: relay, dispatcher, timers, bulk, sweeper. What operators do is in acts,
why something stands where it stands in explain, what monitoring is told in meters, metrics, how a hub is saved and put
back in backup, restore, doubts, how test orders are taken away in testdata, and what is personal in erasing.
"""
