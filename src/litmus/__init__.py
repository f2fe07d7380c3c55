"""Litmus: cited verdicts on digital conditionality targets that missing evidence cannot overturn."""

__version__ = "0.1.0"
