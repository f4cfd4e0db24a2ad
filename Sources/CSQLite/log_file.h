// SPDX-License-Identifier: Apache-2.0
// A write-ahead log that is written in few calls.
//
// SQLite writes the head and the page of each frame by a call of its own (walWriteOneFrame in
// wal.c), some 350 for a commit of 128 changes. What it writes is gathered here, and written where
// it does not go on from the last, when there is much of it, or before the log is read, measured,
// cut or synced.
//
// With synchronous=FULL nobody misses it meanwhile: what others may read of a log they are told
// after its sync, which writes it (sqlite3WalFrames).
//
// A log that nobody could read again after a kill is not synced either (docs/decisions/0036).
#ifndef GUANXI_LOG_FILE_H
#define GUANXI_LOG_FILE_H

#include "shim.h"
#include <stdbool.h>
#include <string.h>

/// So many are written at once. SQLite writes no more than 131,071 by one call (seekAndWriteFd in
/// os_unix.c).
enum { csqlite_log_bytes = 124 * 1024 };

/// The methods of a log, and what is gathered of it.
struct csqlite_log {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *own;
    sqlite3 *db;
    sqlite3_int64 offset;
    int count;
    /// What a write came to that failed: the log has a gap until the transaction is rolled back.
    int failure;
    /// Where the first frame is that has no checksum yet; 0 if all have one.
    sqlite3_int64 unsummed;
    unsigned char bytes[csqlite_log_bytes];
};

static struct csqlite_log *csqlite_log_of(sqlite3_file *file) {
    return (struct csqlite_log *)file->pMethods;
}

/// Writes what is gathered. Where that fails, nothing of the log can be had before the rollback, for
/// SQLite goes on with a transaction in which a read has failed.
static int csqlite_log_put(sqlite3_file *file) {
    struct csqlite_log *log = csqlite_log_of(file);
    int count = log->count;
    log->count = 0;
    if (log->failure == SQLITE_OK && count > 0) {
        log->failure = log->own->xWrite(file, log->bytes, count, log->offset);
    }
    return log->failure;
}

/// Looks whether the head of a frame has its checksum. SQLite writes heads again upwards, from one
/// frame to the last.
static void csqlite_log_look(struct csqlite_log *log, const char *head, sqlite3_int64 offset) {
    static const char none[16] = { 0 };
    // The salts and the checksums (https://sqlite.org/fileformat2.html#walformat).
    if (memcmp(head + 8, none, sizeof none) != 0) {
        if (offset <= log->unsummed) log->unsummed = 0;
    } else if (log->unsummed == 0 || offset < log->unsummed) {
        log->unsummed = offset;
    }
}

static int csqlite_log_write(
    sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset
) {
    struct csqlite_log *log = csqlite_log_of(file);
    if (count == csqlite_frame_head) csqlite_log_look(log, bytes, offset);
    // The log's own head: no frame of before counts.
    if (offset == 0) log->unsummed = 0;
    bool goes_on = offset == log->offset + log->count;
    if (log->failure != SQLITE_OK || !goes_on || count > csqlite_log_bytes - log->count) {
        int code = csqlite_log_put(file);
        if (code != SQLITE_OK) return code;
        log->offset = offset;
    }
    if (count > csqlite_log_bytes) return log->own->xWrite(file, bytes, count, offset);
    memcpy(log->bytes + log->count, bytes, (size_t)count);
    log->count += count;
    return SQLITE_OK;
}

static int csqlite_log_read(sqlite3_file *file, void *into, int count, sqlite3_int64 offset) {
    int code = csqlite_log_put(file);
    return code == SQLITE_OK ? csqlite_log_of(file)->own->xRead(file, into, count, offset) : code;
}

static int csqlite_log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = csqlite_log_put(file);
    return code == SQLITE_OK ? csqlite_log_of(file)->own->xTruncate(file, size) : code;
}

static int csqlite_log_sync(sqlite3_file *file, int flags) {
    if (csqlite_log_of(file)->unsummed != 0) return SQLITE_ABORT_ROLLBACK;
    int code = csqlite_log_put(file);
    return code == SQLITE_OK ? csqlite_log_of(file)->own->xSync(file, flags) : code;
}

static int csqlite_log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = csqlite_log_put(file);
    return code == SQLITE_OK ? csqlite_log_of(file)->own->xFileSize(file, size) : code;
}

/// After a rollback nothing may be written of it any more: somebody else may write now.
static void csqlite_log_drop(void *log) {
    ((struct csqlite_log *)log)->count = 0;
    ((struct csqlite_log *)log)->failure = SQLITE_OK;
    ((struct csqlite_log *)log)->unsummed = 0;
}

/// What is still gathered was not synced, and nobody has been told of it.
static int csqlite_log_close(sqlite3_file *file) {
    struct csqlite_log *log = csqlite_log_of(file);
    file->pMethods = log->own;
    sqlite3_rollback_hook(log->db, NULL, NULL);
    sqlite3_free(log);
    return file->pMethods->xClose(file);
}

/// Has the log of a connection in WAL mode written so, as long as the connection lives.
static inline int csqlite_gather_log(sqlite3 *db) {
    sqlite3_file *base = csqlite_file(db, SQLITE_FCNTL_FILE_POINTER);
    sqlite3_file *file = csqlite_file(db, SQLITE_FCNTL_JOURNAL_POINTER);
    if (!base || !file) return SQLITE_OK;
    // Where a write may harm what lies beside it, SQLite writes on after the sync of a commit.
    int kept = base->pMethods->xDeviceCharacteristics(base) & SQLITE_IOCAP_POWERSAFE_OVERWRITE;
    if (!kept) return SQLITE_OK;
    struct csqlite_log *log = sqlite3_malloc(sizeof *log);
    if (!log) return SQLITE_NOMEM;
    log->own = file->pMethods;
    log->methods = *log->own;
    log->methods.xClose = csqlite_log_close;
    log->methods.xRead = csqlite_log_read;
    log->methods.xWrite = csqlite_log_write;
    log->methods.xTruncate = csqlite_log_truncate;
    log->methods.xSync = csqlite_log_sync;
    log->methods.xFileSize = csqlite_log_size;
    log->db = db;
    log->offset = 0;
    log->count = 0;
    log->failure = SQLITE_OK;
    log->unsummed = 0;
    file->pMethods = &log->methods;
    sqlite3_rollback_hook(db, csqlite_log_drop, log);
    return SQLITE_OK;
}

#endif
