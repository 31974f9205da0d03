"""Floor 4: cards, tables, figures, prose and controls for the chapters."""
