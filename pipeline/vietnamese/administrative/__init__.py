"""What a Vietnamese administrative document is: its labels, posts, names, types, numbers and dates, each fact once.

Lists are data (`.toml` beside the module that reads them); every module gives one reader with one tolerance. Intake,
reading, restoration, structure, store and training ask here.
"""
