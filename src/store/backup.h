// The database file of a backup. Segments of the log, and the list of erased subjects, are the instance's part.
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H
#include "store/db.h"

// The whole copy at once, for commands that have the database to themselves: db_backup_* in a row.
err backup_database(db *d, const char *path);

// Opens a copy, checks every page, index and foreign key; *ret_report is "ok" or what is wrong. E_NOT_FOUND, E_CORRUPT,
// E_IO. What is only found wrong inside gives E_OK and a report.
err backup_verify(os *o, const char *path, arena *a, str *ret_report);

#endif
