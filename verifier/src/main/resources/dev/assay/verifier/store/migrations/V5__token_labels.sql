-- What a host that enrols with the token begins with.
ALTER TABLE tokens ADD COLUMN labels TEXT;
