-- Each statement of what a customer buys of a category stays: who said so and as of when tell it from
-- others of its customer and category. Those that were recorded stay as they are.
DROP INDEX category_spend_customer_id;

CREATE UNIQUE INDEX category_spend_customer_id
    ON category_spend (customer_id, category, source, as_of);
