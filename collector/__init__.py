"""The collector sees, judges and draws: journal -> run folder -> measures -> pictures and report."""
