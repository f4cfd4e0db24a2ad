-- Tier runs that start by themselves (M18): every so many days, counted from one on; null where none
-- does. Days are numbers since 1970-01-01, of the service's time zone.
ALTER TABLE tier_policy ADD COLUMN run_every_days INTEGER
    CHECK (run_every_days BETWEEN 1 AND 366);
ALTER TABLE tier_policy ADD COLUMN runs_from INTEGER
    CHECK ((runs_from IS NULL) = (run_every_days IS NULL));

-- The day whose turn it was; null of a run that somebody asked for. Each has one run at most.
ALTER TABLE tier_run ADD COLUMN scheduled_on INTEGER;

CREATE UNIQUE INDEX tier_run_scheduled_on ON tier_run (scheduled_on)
    WHERE scheduled_on IS NOT NULL;
