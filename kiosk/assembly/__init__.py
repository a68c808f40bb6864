"""The parts of a branch put together: which drivers, which tasks, who is told what; main.py lists them."""
