-- expand: what it means to stand on a level, as the ladder's body says it (src/tier/tier_means.c keeps both alike)
-- zh, en: ladder and level as people call them. invites: at most so many invitations in 30 days; below 0: the usual. touch_days: nobody stands there longer without being spoken to; 0: may.
CREATE TABLE tier_level (
  ladder TEXT NOT NULL, level TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, invites BIGINT NOT NULL, touch_days BIGINT NOT NULL CHECK (touch_days >= 0),
  PRIMARY KEY (ladder, level)
);
CREATE TABLE tier_right (
  ladder TEXT NOT NULL, level TEXT NOT NULL, code TEXT NOT NULL, place BIGINT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,
  PRIMARY KEY (ladder, level, code)
);
CREATE INDEX tier_right_code ON tier_right (code);
