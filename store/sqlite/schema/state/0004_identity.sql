-- What file(1) and goscan know the file by: "gscS". Until then the identities of accounts were planned for the state; the
-- first goscans made an empty table for them.

PRAGMA application_id = 0x67736353;

DROP TABLE IF EXISTS identities;
