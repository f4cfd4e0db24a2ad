-- The customers of whom more than half of what may be recorded is: mostly none. An import asks of
-- others nothing before it adds to their sums.
CREATE INDEX trade_sum_large ON trade_sum (volume, customer_id)
    WHERE volume > 250000000000000000;
