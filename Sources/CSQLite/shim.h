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

/// The bytes before each page in a log (https://sqlite.org/fileformat2.html#walformat).
enum { csqlite_frame_head = 24 };

/// A file of a connection, by the operation that asks for it (c3ref/c_fcntl_begin_atomic_write.html);
/// NULL where it has none, as in memory.
static inline sqlite3_file *csqlite_file(sqlite3 *db, int operation) {
    sqlite3_file *file = NULL;
    int code = sqlite3_file_control(db, "main", operation, &file);
    return code == SQLITE_OK && file && file->pMethods ? file : NULL;
}

/// Syncs the database file of a connection (c3ref/io_methods.html).
static inline int csqlite_sync(sqlite3 *db) {
    sqlite3_file *file = csqlite_file(db, SQLITE_FCNTL_FILE_POINTER);
    return file ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : SQLITE_OK;
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
