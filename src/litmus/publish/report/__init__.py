"""The country report: the page model as a document for print."""
