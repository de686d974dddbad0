"""The page: runs as they happen and as they are stored, served to a browser. What starts runs is handed in from above."""
