-- expand: why balances are there that another system had counted: from the budget "migration", with the life they had
INSERT INTO reason (code, unit, issuer, expires_months, zh, en, doc) VALUES
  ('opening', 'points', 'migration', -1, '期初余额', 'Opening balance', 'Migration'),
  ('opening', 'growth', 'migration', -1, '期初余额', 'Opening balance', 'Migration'),
  ('opening', 'money', 'migration', -1, '期初余额', 'Opening balance', 'Migration');
