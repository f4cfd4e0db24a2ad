-- The customers who are lost, of whom there is nothing to warn that they may stay away (M16).
CREATE INDEX customer_lost ON customer (lifecycle) WHERE lifecycle = 'lost';
