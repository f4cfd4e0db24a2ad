// SPDX-License-Identifier: Apache-2.0
// What Swift cannot call of SQLite and Linux: variadic functions, the destructor constants, and
// functions that glibc declares for _GNU_SOURCE alone.
#ifndef GUANXI_CSQLITE_SHIM_H
#define GUANXI_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/// Sets a switch (https://sqlite.org/c3ref/c_dbconfig_defensive.html) and reads it back.
static inline int csqlite_db_config(sqlite3 *db, int option, int value, int *now) {
    return sqlite3_db_config(db, option, value, now);
}

/// Turns SQLite's count of its memory off, for the whole process and before its first use: with
/// it every allocation of every thread takes one mutex (https://sqlite.org/malloc.html).
static inline int csqlite_count_no_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Binds text that SQLite copies (SQLITE_TRANSIENT). A null pointer would bind NULL: "" instead.
static inline int csqlite_bind_text(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count
) {
    return sqlite3_bind_text64(
        statement, index, text ? text : "", count, SQLITE_TRANSIENT, SQLITE_UTF8
    );
}

/// Binds text that stays where it is until the bindings are cleared (SQLITE_STATIC).
static inline int csqlite_bind_lasting_text(
    sqlite3_stmt *statement, int index, const char *text, sqlite3_uint64 count
) {
    return sqlite3_bind_text64(statement, index, text, count, SQLITE_STATIC, SQLITE_UTF8);
}

/// Binds bytes that SQLite copies (SQLITE_TRANSIENT). A null pointer would bind NULL: "" instead.
static inline int csqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count
) {
    return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

/// Syncs the database file of a connection (c3ref/io_methods.html).
static inline int csqlite_sync(sqlite3 *db) {
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/// Has the next checkpoint copy all that the log holds, also what counts as copied: the number of
/// those frames, which the shared memory holds (nBackfill, https://sqlite.org/walformat.html, "The
/// WAL-Index Header"), becomes 0. SQLITE_BUSY if somebody checkpoints for a second.
static inline int csqlite_forget_copied(sqlite3 *db) {
    enum { region = 32768, checkpoint_lock = 1, copied_frames = 96 };
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    // A database in memory has no methods.
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    void volatile *memory = NULL;
    code = file->pMethods->xShmMap(file, 0, region, 0, &memory);
    if (code != SQLITE_OK || !memory) return code;
    int exclusive = SQLITE_SHM_EXCLUSIVE;
    for (int tries = 0; tries < 100; tries += 1) {
        code = file->pMethods->xShmLock(file, checkpoint_lock, 1, SQLITE_SHM_LOCK | exclusive);
        if (code != SQLITE_BUSY) break;
        sqlite3_sleep(10);
    }
    if (code != SQLITE_OK) return code;
    *(unsigned volatile *)((char volatile *)memory + copied_frames) = 0;
    return file->pMethods->xShmLock(file, checkpoint_lock, 1, SQLITE_SHM_UNLOCK | exclusive);
}

/// Writes what the log holds over itself and syncs it, in a transaction that writes: what a sync has
/// failed to bring to the disk counts as written there (fsync(2), EIO), and is until it is lost.
static inline int csqlite_renew_log(sqlite3 *db) {
    enum { piece = 64 * 1024 };
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK || size == 0) return code;
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

/// Renames a file unless the new name is taken (RENAME_NOREPLACE); the error number or 0.
static inline int csqlite_rename_new(const char *from, const char *to) {
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1) == 0 ? 0 : errno;
}

/// The process that has the lock by flock(2) of an open file (proc_locks(5)); 0 where none is listed.
static inline int csqlite_lock_owner(int file) {
    struct stat status;
    if (fstat(file, &status) != 0) return 0;
    FILE *list = fopen("/proc/locks", "re");
    if (!list) return 0;
    int owner = 0;
    char line[128];
    while (owner <= 0 && fgets(line, sizeof line, list)) {
        int process;
        unsigned major, minor;
        unsigned long long inode;
        const char *form = "%*d: FLOCK %*s %*s %d %x:%x:%llu";
        if (sscanf(line, form, &process, &major, &minor, &inode) == 4
            && makedev(major, minor) == status.st_dev && inode == status.st_ino) {
            owner = process;
        }
    }
    fclose(list);
    return owner > 0 ? owner : 0;
}

/// Names the calling thread (PR_SET_NAME).
static inline void csqlite_name_thread(const char *name) {
    prctl(PR_SET_NAME, name);
}

/// Has the calling thread give way to others of this process where processors are few (setpriority(2):
/// on Linux a thread has a nice value of its own).
static inline void csqlite_give_way(void) {
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10);
}

#endif
