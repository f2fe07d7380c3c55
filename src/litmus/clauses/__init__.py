"""The clause language: loading, verdicts, labels, witnesses, what would settle an open verdict, bundles."""
