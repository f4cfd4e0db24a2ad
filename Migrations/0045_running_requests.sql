-- The requests that a stop has cut off are found without reading all kept answers.
CREATE INDEX idempotency_running ON idempotency (token_id, key) WHERE status IS NULL;
