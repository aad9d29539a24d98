"""How a pool is fitted: its equations, the search for its variances, and what is believed of everybody then."""
