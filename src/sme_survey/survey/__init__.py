"""Floor 2: the survey as published (questions, options, groups, waves), read and validated."""
