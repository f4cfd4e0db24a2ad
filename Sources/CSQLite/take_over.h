// SPDX-License-Identifier: Apache-2.0
// What the new owner of a database does about a log that a run before it has left, which may have
// ended because the disk had failed (docs/decisions/0033).
#ifndef GUANXI_TAKE_OVER_H
#define GUANXI_TAKE_OVER_H

#include "shim.h"

/// Where things are in a log and in the memory that its readers share
/// (https://sqlite.org/walformat.html).
enum {
    csqlite_log_head = 32,
    csqlite_shared_region = 32768,
    csqlite_shared_page_size = 14,
    csqlite_shared_frames = 16,
    csqlite_shared_copied = 96,
    csqlite_checkpoint_lock = 1,
};

/// The first region of the shared memory; `*memory` stays NULL for a database in memory.
static inline int csqlite_shared(sqlite3_file *file, char volatile **memory) {
    void volatile *region = NULL;
    if (!file) return SQLITE_OK;
    int code = file->pMethods->xShmMap(file, 0, csqlite_shared_region, 0, &region);
    *memory = region;
    return code == SQLITE_OK && !region ? SQLITE_IOERR_SHMMAP : code;
}

/// Has the next checkpoint copy all that the log holds, also what counts as copied: the number of
/// those frames (nBackfill) becomes 0. SQLITE_BUSY if somebody checkpoints for a second.
static inline int csqlite_forget_copied(sqlite3 *db) {
    sqlite3_file *file = csqlite_file(db, SQLITE_FCNTL_FILE_POINTER);
    char volatile *memory = NULL;
    int code = csqlite_shared(file, &memory);
    if (code != SQLITE_OK || !memory) return code;
    int (*lock)(sqlite3_file *, int, int, int) = file->pMethods->xShmLock;
    int exclusive = SQLITE_SHM_EXCLUSIVE;
    for (int tries = 0; tries < 100; tries += 1) {
        code = lock(file, csqlite_checkpoint_lock, 1, SQLITE_SHM_LOCK | exclusive);
        if (code != SQLITE_BUSY) break;
        sqlite3_sleep(10);
    }
    if (code != SQLITE_OK) return code;
    *(unsigned volatile *)(memory + csqlite_shared_copied) = 0;
    return lock(file, csqlite_checkpoint_lock, 1, SQLITE_SHM_UNLOCK | exclusive);
}

/// Writes the frames of the log over themselves and syncs them, in a transaction that writes. The
/// system has frames at hand that a failed sync has not brought to the disk, and takes them for
/// written (fsync(2), EIO).
static inline int csqlite_renew_log(sqlite3 *db) {
    enum { piece = 64 * 1024 };
    sqlite3_file *file = csqlite_file(db, SQLITE_FCNTL_JOURNAL_POINTER);
    char volatile *memory = NULL;
    int code = csqlite_shared(csqlite_file(db, SQLITE_FCNTL_FILE_POINTER), &memory);
    if (code != SQLITE_OK || !file || !memory) return code;
    sqlite3_int64 size = 0;
    code = file->pMethods->xFileSize(file, &size);
    unsigned page = *(unsigned short volatile *)(memory + csqlite_shared_page_size);
    sqlite3_int64 frames = *(unsigned volatile *)(memory + csqlite_shared_frames);
    // 1 stands for the 65,536 bytes that do not fit there.
    sqlite3_int64 frame = csqlite_frame_head + (page == 1 ? 65536 : (sqlite3_int64)page);
    // What lies behind them is of an earlier log, and may be unreadable.
    if (size > csqlite_log_head + frames * frame) size = csqlite_log_head + frames * frame;
    if (code != SQLITE_OK || frames == 0 || size == 0) return code;
    void *bytes = sqlite3_malloc(piece);
    if (!bytes) return SQLITE_NOMEM;
    for (sqlite3_int64 place = 0; code == SQLITE_OK && place < size; place += piece) {
        int count = size - place < piece ? (int)(size - place) : piece;
        code = file->pMethods->xRead(file, bytes, count, place);
        if (code == SQLITE_OK) code = file->pMethods->xWrite(file, bytes, count, place);
    }
    sqlite3_free(bytes);
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}

#endif
