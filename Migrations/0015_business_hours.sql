-- When the desk works (M60), as monday/09:00/12:00, separated by blanks.
ALTER TABLE complaint_policy ADD COLUMN business_hours TEXT NOT NULL DEFAULT '';
