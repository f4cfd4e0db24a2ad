// SPDX-License-Identifier: Apache-2.0
// What the parts of the VFS know of an armed folder.
#ifndef GUANXI_FAULT_FOLDER_H
#define GUANXI_FAULT_FOLDER_H

#include "CFaultVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

struct disk_file;

struct fault_folder {
    char *path;
    size_t path_length;
    struct fault_folder *next;
    /// Held for the whole of a call, so that log and disk see calls in one order.
    pthread_mutex_t mutex;
    /// Of the list and of each open file; guarded by the list's mutex.
    int references;

    int64_t calls[FAULT_CALLS];
    struct {
        int64_t nth;
        bool for_ever;
        int code;
    } plans[FAULT_CALLS];
    int64_t failures;

    struct fault_entry *entries;
    int64_t entry_count;
    int64_t entry_capacity;

    int64_t changes;
    /// The call in which the power goes, 0 for never; counted among all changes or those of a kind.
    int64_t cut_at;
    enum fault_call cut_call;
    bool off;

    /// 0: what is written counts as synced.
    int sector;
    struct disk_file *files;
};

/// The armed folder that a path lies in, to be given back; a null pointer if there is none.
struct fault_folder *folder_of(const char *path);
void folder_release(struct fault_folder *folder);

/// Counts a call and answers the code to fail it with, or SQLITE_OK. The mutex is held.
int folder_count(struct fault_folder *folder, enum fault_call call);
/// Counts a change; tells that the power goes in it. The mutex is held.
bool folder_cuts(struct fault_folder *folder, enum fault_call call);
void folder_log(
    struct fault_folder *folder, enum fault_call call, enum fault_kind kind, int code,
    int64_t offset, int64_t length
);

/// A file as the disk has it: what is synced, and what came since. All null pointers do nothing.
struct disk_file *disk_open(struct fault_folder *folder, const char *path, int64_t size, bool isNew);
/// To be called before the write reaches the file, which is read with `real`.
void disk_write(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real,
    const void *bytes, int64_t length, int64_t offset
);
void disk_truncate(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real, int64_t size
);
void disk_sync(struct disk_file *file, bool succeeds);
/// How many syncs have failed.
int disk_failures(const struct disk_file *file);
/// Keeps what a file held that is deleted.
void disk_delete(struct fault_folder *folder, const char *path);
/// What is created and deleted in the folder lasts.
void disk_sync_names(struct fault_folder *folder);
void disk_free(struct fault_folder *folder);

#endif
