"""How Sphinx builds the documentation: MyST pages, the furo theme, nothing from the network."""

import logging
import sys
from importlib.metadata import version as version_of
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the extension below, and the scenario table of the tests

# The colours that furo brings set logging up for everybody; the command line's imports would then chatter.
logging.getLogger("alembic").setLevel(logging.WARNING)

project = "PrintHub"
author = "The PrintHub authors"
copyright = "The PrintHub authors, Apache-2.0"
release = version = version_of("printhub")

extensions = ["myst_parser", "docs.ext.generated"]
exclude_patterns = ["_build", "examples", "ext"]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

smartquotes = False  # `--json` and "text" are to be copied

html_theme = "furo"
html_title = "PrintHub"
html_static_path = ["_static"]
html_css_files = ["printhub.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
