// SPDX-License-Identifier: Apache-2.0
// The VFS that SQLite calls (https://sqlite.org/c3ref/vfs.html, c3ref/io_methods.html).
#include "folder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// A file in an armed folder; the real one lies behind it in the same allocation.
struct fault_file {
    sqlite3_file base;
    struct fault_folder *folder;
    struct disk_file *disk;
    enum fault_kind kind;
    /// How many failed syncs of the file it has been told of.
    int failures;
    /// The first sync of a journal or WAL, if it may be new, syncs the folder too (os_unix.c).
    bool syncsNames;
};

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;
static sqlite3_io_methods methods;

static struct fault_file *fault(sqlite3_file *file) { return (struct fault_file *)file; }
static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)(fault(file) + 1); }

static void lock(sqlite3_file *file) { pthread_mutex_lock(&fault(file)->folder->mutex); }

/// Counts a call on a file, whose folder's mutex is then held.
static int begin(sqlite3_file *file, enum fault_call call) {
    lock(file);
    return folder_count(fault(file)->folder, call);
}

static int end(sqlite3_file *file, enum fault_call call, int code, int64_t offset, int64_t length) {
    folder_log(fault(file)->folder, call, fault(file)->kind, code, offset, length);
    pthread_mutex_unlock(&fault(file)->folder->mutex);
    return code;
}

/// As `end`, after a change that was made: the power may have gone in it.
static int end_change(
    sqlite3_file *file, enum fault_call call, int code, int64_t offset, int64_t length
) {
    if (folder_cuts(fault(file)->folder, call)) code = SQLITE_IOERR;
    return end(file, call, code, offset, length);
}

// MARK: - Reading and writing

static int fault_close(sqlite3_file *file) {
    lock(file);
    int code = real(file)->pMethods->xClose(real(file));
    pthread_mutex_unlock(&fault(file)->folder->mutex);
    folder_release(fault(file)->folder);
    return code;
}

static int fault_read(sqlite3_file *file, void *into, int length, sqlite3_int64 offset) {
    int code = begin(file, FAULT_READ);
    if (code == SQLITE_OK) {
        code = real(file)->pMethods->xRead(real(file), into, length, offset);
    } else {
        memset(into, 0, (size_t)length);
    }
    return end(file, FAULT_READ, code, offset, length);
}

static int fault_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    int code = begin(file, FAULT_WRITE);
    struct fault_folder *folder = fault(file)->folder;
    if (folder->off) return end(file, FAULT_WRITE, code, offset, length);
    int written = code == SQLITE_OK ? length : length / 2;
    disk_write(folder, fault(file)->disk, real(file), bytes, written, offset);
    if (written > 0) {
        int result = real(file)->pMethods->xWrite(real(file), bytes, written, offset);
        if (code == SQLITE_OK) code = result;
    }
    return end_change(file, FAULT_WRITE, code, offset, length);
}

static int fault_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = begin(file, FAULT_TRUNCATE);
    if (code != SQLITE_OK) return end(file, FAULT_TRUNCATE, code, size, 0);
    disk_truncate(fault(file)->folder, fault(file)->disk, real(file), size);
    code = real(file)->pMethods->xTruncate(real(file), size);
    return end_change(file, FAULT_TRUNCATE, code, size, 0);
}

static int fault_sync(sqlite3_file *file, int flags) {
    (void)flags;
    int code = begin(file, FAULT_SYNC);
    struct fault_folder *folder = fault(file)->folder;
    if (folder->off) return end(file, FAULT_SYNC, code, 0, 0);
    if (code != SQLITE_OK) disk_sync(fault(file)->disk, false);
    if (folder_cuts(folder, FAULT_SYNC)) return end(file, FAULT_SYNC, SQLITE_IOERR_FSYNC, 0, 0);
    if (code == SQLITE_OK) {
        disk_sync(fault(file)->disk, true);
        if (fault(file)->syncsNames) disk_sync_names(folder);
        fault(file)->syncsNames = false;
    }
    // Everybody who had the file open is told once, whoever found out (fsync(2), EIO).
    int failures = disk_failures(fault(file)->disk);
    if (code == SQLITE_OK && fault(file)->failures != failures) code = SQLITE_IOERR_FSYNC;
    fault(file)->failures = failures;
    return end(file, FAULT_SYNC, code, 0, 0);
}

static int fault_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = begin(file, FAULT_SIZE);
    if (code == SQLITE_OK) code = real(file)->pMethods->xFileSize(real(file), size);
    return end(file, FAULT_SIZE, code, 0, 0);
}

// MARK: - Locks

static int fault_lock(sqlite3_file *file, int level) {
    int code = begin(file, FAULT_LOCK);
    if (code == SQLITE_OK) code = real(file)->pMethods->xLock(real(file), level);
    return end(file, FAULT_LOCK, code, level, 0);
}

/// To let go of a lock does not fail: what holds it would hold it for ever.
static int fault_unlock(sqlite3_file *file, int level) {
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int fault_check_lock(sqlite3_file *file, int *isHeld) {
    return real(file)->pMethods->xCheckReservedLock(real(file), isHeld);
}

static int fault_control(sqlite3_file *file, int operation, void *argument) {
    switch (operation) {
    case SQLITE_FCNTL_MMAP_SIZE:
        // What goes through memory is not seen.
        *(sqlite3_int64 *)argument = 0;
        return SQLITE_OK;
    case SQLITE_FCNTL_SIZE_HINT:
    case SQLITE_FCNTL_CHUNK_SIZE:
        // Hints, by which the real file would grow behind our back.
        return SQLITE_OK;
    default:
        return real(file)->pMethods->xFileControl(real(file), operation, argument);
    }
}

static int fault_sector_size(sqlite3_file *file) {
    return real(file)->pMethods->xSectorSize(real(file));
}

static int fault_characteristics(sqlite3_file *file) {
    return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

// MARK: - Shared memory

static int fault_shm_map(
    sqlite3_file *file, int region, int size, int extends, void volatile **memory
) {
    int code = begin(file, FAULT_SHM_MAP);
    *memory = NULL;
    if (code == SQLITE_OK) {
        code = real(file)->pMethods->xShmMap(real(file), region, size, extends, memory);
    }
    return end(file, FAULT_SHM_MAP, code, region, size);
}

static int fault_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    if (flags & SQLITE_SHM_UNLOCK) {
        return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
    }
    int code = begin(file, FAULT_SHM_LOCK);
    if (code == SQLITE_OK) {
        code = real(file)->pMethods->xShmLock(real(file), offset, count, flags);
    }
    return end(file, FAULT_SHM_LOCK, code, offset, count);
}

static void fault_shm_barrier(sqlite3_file *file) {
    real(file)->pMethods->xShmBarrier(real(file));
}

static int fault_shm_unmap(sqlite3_file *file, int deletes) {
    return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

static int fault_fetch(sqlite3_file *file, sqlite3_int64 offset, int length, void **page) {
    (void)file, (void)offset, (void)length;
    *page = NULL;
    return SQLITE_OK;
}

static int fault_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page) {
    (void)file, (void)offset, (void)page;
    return SQLITE_OK;
}

static sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = fault_close,
    .xRead = fault_read,
    .xWrite = fault_write,
    .xTruncate = fault_truncate,
    .xSync = fault_sync,
    .xFileSize = fault_size,
    .xLock = fault_lock,
    .xUnlock = fault_unlock,
    .xCheckReservedLock = fault_check_lock,
    .xFileControl = fault_control,
    .xSectorSize = fault_sector_size,
    .xDeviceCharacteristics = fault_characteristics,
    .xShmMap = fault_shm_map,
    .xShmLock = fault_shm_lock,
    .xShmBarrier = fault_shm_barrier,
    .xShmUnmap = fault_shm_unmap,
    .xFetch = fault_fetch,
    .xUnfetch = fault_unfetch,
};

// MARK: - Files

static enum fault_kind kind_of(int flags) {
    if (flags & SQLITE_OPEN_MAIN_DB) return FAULT_DATABASE;
    if (flags & SQLITE_OPEN_WAL) return FAULT_WAL;
    return flags & SQLITE_OPEN_MAIN_JOURNAL ? FAULT_JOURNAL : FAULT_OTHER;
}

static int open_armed(
    struct fault_folder *folder, const char *name, sqlite3_file *file, int flags, int *flags_out
) {
    int code = folder_count(folder, FAULT_OPEN);
    if (code != SQLITE_OK) return code;
    // xAccess does not see a file that is empty.
    bool exists = access(name, F_OK) == 0;
    code = real_vfs->xOpen(real_vfs, name, real(file), flags, flags_out);
    if (code != SQLITE_OK) return code;
    sqlite3_int64 size = 0;
    real(file)->pMethods->xFileSize(real(file), &size);
    struct fault_file *opened = fault(file);
    opened->folder = folder;
    opened->kind = kind_of(flags);
    opened->disk = disk_open(folder, name, size, !exists);
    opened->failures = disk_failures(opened->disk);
    opened->syncsNames = (flags & SQLITE_OPEN_CREATE)
        && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
    opened->base.pMethods = &methods;
    return SQLITE_OK;
}

static int fault_open(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out
) {
    (void)vfs;
    struct fault_folder *folder = folder_of(name);
    // A file elsewhere is the real VFS's own.
    if (!folder) return real_vfs->xOpen(real_vfs, name, file, flags, flags_out);
    // Without methods SQLite does not close it.
    file->pMethods = NULL;
    pthread_mutex_lock(&folder->mutex);
    int code = open_armed(folder, name, file, flags, flags_out);
    folder_log(folder, FAULT_OPEN, kind_of(flags), code, 0, 0);
    pthread_mutex_unlock(&folder->mutex);
    if (code != SQLITE_OK) folder_release(folder);
    return code;
}

static int delete_armed(struct fault_folder *folder, const char *name, int syncsNames) {
    int code = folder_count(folder, FAULT_DELETE);
    if (code != SQLITE_OK) return code;
    disk_delete(folder, name);
    code = real_vfs->xDelete(real_vfs, name, 0);
    if (folder_cuts(folder, FAULT_DELETE)) return SQLITE_IOERR_DELETE;
    if (syncsNames) disk_sync_names(folder);
    return code;
}

static int fault_delete(sqlite3_vfs *vfs, const char *name, int syncsNames) {
    (void)vfs;
    struct fault_folder *folder = folder_of(name);
    if (!folder) return real_vfs->xDelete(real_vfs, name, syncsNames);
    pthread_mutex_lock(&folder->mutex);
    int code = delete_armed(folder, name, syncsNames);
    folder_log(folder, FAULT_DELETE, FAULT_OTHER, code, 0, 0);
    pthread_mutex_unlock(&folder->mutex);
    folder_release(folder);
    return code;
}

static int fault_access(sqlite3_vfs *vfs, const char *name, int flags, int *answer) {
    (void)vfs;
    struct fault_folder *folder = folder_of(name);
    if (!folder) return real_vfs->xAccess(real_vfs, name, flags, answer);
    pthread_mutex_lock(&folder->mutex);
    int code = folder_count(folder, FAULT_ACCESS);
    *answer = 0;
    if (code == SQLITE_OK) code = real_vfs->xAccess(real_vfs, name, flags, answer);
    folder_log(folder, FAULT_ACCESS, FAULT_OTHER, code, 0, 0);
    pthread_mutex_unlock(&folder->mutex);
    folder_release(folder);
    return code;
}

static int registered;

static void register_once(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    // Everything that is not about a file stays the real one's.
    fault_vfs = *real_vfs;
    fault_vfs.pNext = NULL;
    fault_vfs.zName = "guanxi-faults";
    fault_vfs.szOsFile = (int)sizeof(struct fault_file) + real_vfs->szOsFile;
    fault_vfs.xOpen = fault_open;
    fault_vfs.xDelete = fault_delete;
    fault_vfs.xAccess = fault_access;
    registered = sqlite3_vfs_register(&fault_vfs, 1);
}

int fault_vfs_register(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
    return registered;
}
