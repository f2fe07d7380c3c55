"""The fact tables as data, and the reader that turns a folder of CSV files into rows and faults."""
