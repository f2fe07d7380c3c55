"""The words of Litmus and their arithmetic. Imports nothing else of ours."""
