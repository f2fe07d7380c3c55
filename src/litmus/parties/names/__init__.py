"""From a name as written to the party it names: normal form, candidates, score, outcome, judgements."""
