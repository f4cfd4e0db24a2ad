// SPDX-License-Identifier: Apache-2.0
// Armed folders: their list, the calls they fail, their log.
#include "folder.h"

#include <stdlib.h>
#include <string.h>

static pthread_mutex_t list_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct fault_folder *list;

struct fault_folder *fault_folder_arm(const char *path, int sector) {
    // SQLite resolves symbolic links in the names that it opens.
    char *resolved = realpath(path, NULL);
    if (!resolved) return NULL;
    struct fault_folder *folder = calloc(1, sizeof *folder);
    folder->path = resolved;
    folder->path_length = strlen(resolved);
    folder->sector = sector;
    folder->references = 1;
    pthread_mutex_init(&folder->mutex, NULL);
    pthread_mutex_lock(&list_mutex);
    folder->next = list;
    list = folder;
    pthread_mutex_unlock(&list_mutex);
    return folder;
}

void fault_folder_disarm(struct fault_folder *folder) {
    pthread_mutex_lock(&list_mutex);
    struct fault_folder **place = &list;
    while (*place != folder) place = &(*place)->next;
    *place = folder->next;
    pthread_mutex_unlock(&list_mutex);
    folder_release(folder);
}

struct fault_folder *folder_of(const char *path) {
    if (!path) return NULL;
    pthread_mutex_lock(&list_mutex);
    struct fault_folder *folder = list;
    while (folder
        && (strncmp(path, folder->path, folder->path_length) != 0
            || path[folder->path_length] != '/')) {
        folder = folder->next;
    }
    if (folder) folder->references += 1;
    pthread_mutex_unlock(&list_mutex);
    return folder;
}

void folder_release(struct fault_folder *folder) {
    pthread_mutex_lock(&list_mutex);
    bool isLast = --folder->references == 0;
    pthread_mutex_unlock(&list_mutex);
    if (!isLast) return;
    disk_free(folder);
    pthread_mutex_destroy(&folder->mutex);
    free(folder->entries);
    free(folder->path);
    free(folder);
}

// MARK: - Faults

void fault_folder_fail(
    struct fault_folder *folder, enum fault_call call, int64_t nth, bool for_ever, int code
) {
    pthread_mutex_lock(&folder->mutex);
    folder->plans[call].nth = folder->calls[call] + nth;
    folder->plans[call].for_ever = for_ever;
    folder->plans[call].code = code;
    pthread_mutex_unlock(&folder->mutex);
}

void fault_folder_cut_power(struct fault_folder *folder, enum fault_call call, int64_t nth) {
    pthread_mutex_lock(&folder->mutex);
    folder->cut_call = call;
    folder->cut_at = (call == FAULT_CALLS ? folder->changes : folder->calls[call]) + nth;
    pthread_mutex_unlock(&folder->mutex);
}

int folder_count(struct fault_folder *folder, enum fault_call call) {
    if (folder->off) return SQLITE_IOERR;
    int64_t number = ++folder->calls[call];
    int64_t nth = folder->plans[call].nth;
    if (nth == 0 || number < nth) return SQLITE_OK;
    if (number > nth && !folder->plans[call].for_ever) return SQLITE_OK;
    folder->failures += 1;
    return folder->plans[call].code;
}

bool folder_cuts(struct fault_folder *folder, enum fault_call call) {
    folder->changes += 1;
    if (folder->cut_call == FAULT_CALLS && folder->changes == folder->cut_at) folder->off = true;
    if (folder->cut_call == call && folder->calls[call] == folder->cut_at) folder->off = true;
    return folder->off;
}

int64_t fault_folder_calls(struct fault_folder *folder, enum fault_call call) {
    pthread_mutex_lock(&folder->mutex);
    int64_t calls = folder->calls[call];
    pthread_mutex_unlock(&folder->mutex);
    return calls;
}

int64_t fault_folder_failures(struct fault_folder *folder) {
    pthread_mutex_lock(&folder->mutex);
    int64_t failures = folder->failures;
    pthread_mutex_unlock(&folder->mutex);
    return failures;
}

int64_t fault_folder_changes(struct fault_folder *folder) {
    pthread_mutex_lock(&folder->mutex);
    int64_t changes = folder->changes;
    pthread_mutex_unlock(&folder->mutex);
    return changes;
}

// MARK: - Log

void folder_log(
    struct fault_folder *folder, enum fault_call call, enum fault_kind kind, int code,
    int64_t offset, int64_t length
) {
    if (folder->entry_count == folder->entry_capacity) {
        folder->entry_capacity = folder->entry_capacity ? 2 * folder->entry_capacity : 256;
        size_t bytes = (size_t)folder->entry_capacity * sizeof *folder->entries;
        folder->entries = realloc(folder->entries, bytes);
    }
    folder->entries[folder->entry_count++] =
        (struct fault_entry){ call, kind, code, offset, length };
}

void fault_folder_mark(struct fault_folder *folder, int64_t value) {
    pthread_mutex_lock(&folder->mutex);
    folder_log(folder, FAULT_MARK, FAULT_OTHER, 0, value, 0);
    pthread_mutex_unlock(&folder->mutex);
}

int64_t fault_folder_entries(
    struct fault_folder *folder, int64_t from, struct fault_entry *entries, int64_t most
) {
    pthread_mutex_lock(&folder->mutex);
    int64_t count = folder->entry_count - from;
    if (count > most) count = most;
    if (count > 0) memcpy(entries, folder->entries + from, (size_t)count * sizeof *entries);
    pthread_mutex_unlock(&folder->mutex);
    return count > 0 ? count : 0;
}
