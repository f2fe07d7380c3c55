"""The page model as a static site: HTML, JSON, CSV, Atom and SVG that open without a server and without a script."""
