"""Hot folders for PrintHub: artwork and output, where a watcher picks them up."""
