"""Floor 3: comparisons, audits of the published tables, and the ledger of the report's claims."""
