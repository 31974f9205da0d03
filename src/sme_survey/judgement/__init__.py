"""Floor 3: comparisons, consistency checks, and the ledger of the report's claims."""
