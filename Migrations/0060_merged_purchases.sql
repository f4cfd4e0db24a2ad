-- What a duplicate had bought when it was merged, so that what the kept one buys by itself can be told
-- from what the two have bought together (M10).
ALTER TABLE customer_merge ADD COLUMN purchases INTEGER NOT NULL DEFAULT 0;
