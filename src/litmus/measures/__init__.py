"""From facts to closed intervals, with the rows behind them."""
