// SPDX-License-Identifier: Apache-2.0
// The disk below an armed folder: what it may hold when the power goes.
//
// The files themselves hold what was written last, as the system's cache does. Beside that stand
// the contents that each sector has had since it was synced, the synced one first.
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Older contents than these are forgotten, but for the synced one.
enum { most_versions = 8, most_sizes = 64 };

struct sector {
    uint8_t *versions;
    int count;
    /// A sync has failed: the system counts it as clean, and a later sync leaves it alone.
    bool abandoned;
};

struct disk_file {
    struct disk_file *next;
    char *name;
    struct sector *sectors;
    int64_t sector_count;
    /// The sizes since the last sync, the synced one first.
    int64_t sizes[most_sizes];
    int size_count;
    /// How many syncs have failed.
    int failures;
    /// Its name is not synced.
    bool isNew;
    /// It is deleted or was made shorter, which is not synced; what it held.
    bool isDeleted;
    bool isShortened;
    uint8_t *held;
    size_t held_size;
};

static int64_t size_of(const struct disk_file *file) { return file->sizes[file->size_count - 1]; }

static void add_size(struct disk_file *file, int64_t size) {
    if (size == size_of(file)) return;
    if (file->size_count == most_sizes) {
        file->size_count -= 1;
        memmove(file->sizes + 1, file->sizes + 2, sizeof *file->sizes * (most_sizes - 2));
    }
    file->sizes[file->size_count++] = size;
}

static void forget(struct sector *sector) {
    free(sector->versions);
    *sector = (struct sector){ 0 };
}

static void forget_all(struct disk_file *file) {
    for (int64_t index = 0; index < file->sector_count; index += 1) forget(&file->sectors[index]);
}

static struct disk_file *find(struct fault_folder *folder, const char *name) {
    struct disk_file *file = folder->files;
    while (file && strcmp(file->name, name) != 0) file = file->next;
    return file;
}

static const char *name_in(const struct fault_folder *folder, const char *path) {
    return path + folder->path_length + 1;
}

struct disk_file *disk_open(struct fault_folder *folder, const char *path, int64_t size, bool isNew) {
    if (folder->sector == 0) return NULL;
    struct disk_file *file = find(folder, name_in(folder, path));
    if (!file) {
        file = calloc(1, sizeof *file);
        file->name = strdup(name_in(folder, path));
        file->next = folder->files;
        folder->files = file;
        file->sizes[0] = size;
        file->size_count = 1;
        file->isNew = isNew;
    } else if (isNew) {
        forget_all(file);
        file->sizes[0] = size;
        file->size_count = 1;
        file->isNew = true;
        file->isDeleted = false;
        file->isShortened = false;
    }
    return file;
}

/// The sector at a place, with the content that it has now as one of its versions.
static struct sector *touch(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real, int64_t index
) {
    if (index >= file->sector_count) {
        int64_t count = 2 * index + 64;
        file->sectors = realloc(file->sectors, (size_t)count * sizeof *file->sectors);
        size_t more = (size_t)(count - file->sector_count) * sizeof *file->sectors;
        memset(file->sectors + file->sector_count, 0, more);
        file->sector_count = count;
    }
    struct sector *sector = &file->sectors[index];
    if (sector->count == 0) {
        sector->versions = calloc(most_versions, (size_t)folder->sector);
        // Past the end it fills in zeros and says that the read was short.
        real->pMethods->xRead(real, sector->versions, folder->sector, index * folder->sector);
        sector->count = 1;
    }
    return sector;
}

/// A new version, the same as the last one so far.
static uint8_t *add_version(struct fault_folder *folder, struct sector *sector) {
    size_t bytes = (size_t)folder->sector;
    if (sector->count == most_versions) {
        memmove(
            sector->versions + bytes, sector->versions + 2 * bytes, bytes * (most_versions - 2)
        );
        sector->count -= 1;
    }
    uint8_t *version = sector->versions + bytes * (size_t)sector->count;
    memcpy(version, version - bytes, bytes);
    sector->count += 1;
    // Written again, it is dirty again.
    sector->abandoned = false;
    return version;
}

static void change(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real,
    const uint8_t *bytes, int64_t length, int64_t offset
) {
    int64_t end = offset + length;
    for (int64_t index = offset / folder->sector; index * folder->sector < end; index += 1) {
        uint8_t *version = add_version(folder, touch(folder, file, real, index));
        int64_t start = index * folder->sector;
        int64_t first = offset > start ? offset : start;
        int64_t last = end < start + folder->sector ? end : start + folder->sector;
        memcpy(version + (first - start), bytes + (first - offset), (size_t)(last - first));
    }
}

/// Clears the rest of a sector, behind the end of its file.
static void zero(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real, int64_t size
) {
    int64_t index = size / folder->sector;
    int64_t kept = size - index * folder->sector;
    uint8_t *version = add_version(folder, touch(folder, file, real, index));
    memset(version + kept, 0, (size_t)(folder->sector - kept));
}

void disk_write(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real,
    const void *bytes, int64_t length, int64_t offset
) {
    if (!file || length == 0) return;
    change(folder, file, real, bytes, length, offset);
    if (offset + length > size_of(file)) add_size(file, offset + length);
}

void disk_truncate(
    struct fault_folder *folder, struct disk_file *file, sqlite3_file *real, int64_t size
) {
    if (!file) return;
    int64_t now = size_of(file);
    if (size >= now) {
        add_size(file, size);
        return;
    }
    // File systems log the new size before they free a block: a file is as long as it was and holds
    // what it held, or is cut.
    if (!file->isShortened) {
        free(file->held);
        file->held = malloc((size_t)now);
        file->held_size = (size_t)now;
        real->pMethods->xRead(real, file->held, (int)now, 0);
        file->isShortened = true;
    }
    if (size % folder->sector != 0) zero(folder, file, real, size);
    for (int64_t index = (size + folder->sector - 1) / folder->sector;
        index < file->sector_count; index += 1) {
        forget(&file->sectors[index]);
    }
    file->sizes[0] = size;
    file->size_count = 1;
}

void disk_sync(struct disk_file *file, bool succeeds) {
    if (!file) return;
    for (int64_t index = 0; index < file->sector_count; index += 1) {
        struct sector *sector = &file->sectors[index];
        if (sector->count == 0) continue;
        if (!succeeds) {
            // fsync(2), EIO: what was not written is not tried again on Linux.
            sector->abandoned = true;
        } else if (!sector->abandoned) {
            forget(sector);
        }
    }
    if (!succeeds) {
        file->failures += 1;
        return;
    }
    file->sizes[0] = size_of(file);
    file->size_count = 1;
    file->isShortened = false;
}

int disk_failures(const struct disk_file *file) { return file ? file->failures : 0; }

// MARK: - Names

void disk_sync_names(struct fault_folder *folder) {
    for (struct disk_file *file = folder->files; file; file = file->next) {
        file->isNew = false;
        file->isDeleted = false;
    }
}

static uint8_t *read_whole(const char *path, size_t *size) {
    FILE *stream = fopen(path, "rb");
    if (!stream) return NULL;
    fseek(stream, 0, SEEK_END);
    *size = (size_t)ftell(stream);
    rewind(stream);
    uint8_t *bytes = malloc(*size + 1);
    *size = fread(bytes, 1, *size, stream);
    fclose(stream);
    return bytes;
}

void disk_delete(struct fault_folder *folder, const char *path) {
    struct disk_file *file = find(folder, name_in(folder, path));
    if (!file || file->isNew) return;
    free(file->held);
    file->held = read_whole(path, &file->held_size);
    file->isDeleted = file->held != NULL;
    file->isShortened = false;
    forget_all(file);
}

void disk_free(struct fault_folder *folder) {
    while (folder->files) {
        struct disk_file *file = folder->files;
        folder->files = file->next;
        forget_all(file);
        free(file->sectors);
        free(file->held);
        free(file->name);
        free(file);
    }
}

// MARK: - Loss of power

/// The draws of one loss of power.
struct draws {
    uint64_t state;
    /// In a hundred: how much of what was not synced is there, and how much of the rest is torn.
    int kept;
    int torn;
};

/// SplitMix64.
static uint64_t draw(struct draws *draws) {
    draws->state += 0x9e3779b97f4a7c15;
    uint64_t mixed = draws->state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

static int below(struct draws *draws, int bound) {
    return (int)(draw(draws) % (uint64_t)bound);
}

static struct draws start(uint64_t seed) {
    static const int kept[] = { 0, 15, 50, 85, 100, 100 };
    static const int torn[] = { 0, 25, 60 };
    struct draws draws = { .state = seed };
    // All, nothing and parts find different mistakes.
    draws.kept = kept[below(&draws, 6)];
    draws.torn = torn[below(&draws, 3)];
    return draws;
}

static bool keeps(struct draws *draws) { return below(draws, 100) < draws->kept; }

static void fill(struct draws *draws, uint8_t *bytes, int64_t count) {
    for (int64_t place = 0; place < count; place += 1) bytes[place] = (uint8_t)draw(draws);
}

/// What the disk holds of a sector that was not synced.
static void settle(
    struct draws *draws, struct sector *sector, int bytes, bool isBeyondEnd, uint8_t *into
) {
    const uint8_t *newest = sector->versions + (size_t)bytes * (size_t)(sector->count - 1);
    if (keeps(draws)) {
        memcpy(into, newest, (size_t)bytes);
        return;
    }
    int older = sector->count > 1 ? below(draws, sector->count - 1) : 0;
    memcpy(into, sector->versions + (size_t)bytes * (size_t)older, (size_t)bytes);
    // Where a file grew, its blocks may show what was there before.
    if (older == 0 && isBeyondEnd && below(draws, 4) == 0) fill(draws, into, bytes);
    if (below(draws, 100) >= draws->torn) return;
    // A sector is written from one end to the other (https://sqlite.org/atomiccommit.html, 2.0).
    int cut = below(draws, bytes + 1);
    if (below(draws, 2)) {
        memcpy(into, newest, (size_t)cut);
    } else {
        memcpy(into + cut, newest + cut, (size_t)(bytes - cut));
    }
}

static int write_whole(const char *folder, const char *name, const uint8_t *bytes, size_t size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *stream = fopen(path, "wb");
    if (!stream) return errno;
    bool isWhole = fwrite(bytes, 1, size, stream) == size;
    return fclose(stream) == 0 && isWhole ? 0 : EIO;
}

/// Writes what the disk holds of a file that was written to.
static int materialise(
    struct fault_folder *folder, struct disk_file *file, struct draws *draws,
    const uint8_t *now, size_t now_size, const char *into
) {
    if (file->isShortened && !keeps(draws)) {
        return write_whole(into, file->name, file->held, file->held_size);
    }
    int64_t size = keeps(draws) ? size_of(file) : file->sizes[below(draws, file->size_count)];
    uint8_t *bytes = calloc(1, (size_t)size + (size_t)folder->sector);
    memcpy(bytes, now, now_size < (size_t)size ? now_size : (size_t)size);
    for (int64_t index = 0; index < file->sector_count; index += 1) {
        int64_t place = index * folder->sector;
        if (file->sectors[index].count == 0 || place >= size) continue;
        bool isBeyondEnd = place >= file->sizes[0];
        settle(draws, &file->sectors[index], folder->sector, isBeyondEnd, bytes + place);
    }
    int code = write_whole(into, file->name, bytes, (size_t)size);
    free(bytes);
    return code;
}

static bool ends(const char *name, const char *suffix) {
    size_t length = strlen(name), count = strlen(suffix);
    return length >= count && strcmp(name + length - count, suffix) == 0;
}

static int materialise_named(
    struct fault_folder *folder, const char *name, struct draws *draws, const char *into
) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    if (ends(name, "-shm")) {
        // Nobody syncs it: whatever is left of it must do no harm.
        uint8_t noise[32768];
        fill(draws, noise, sizeof noise);
        return keeps(draws) ? write_whole(into, name, noise, sizeof noise) : 0;
    }
    struct disk_file *file = find(folder, name);
    if (file && file->isNew && !keeps(draws)) return 0;
    size_t size = 0;
    uint8_t *now = read_whole(path, &size);
    if (!now) return errno;
    int code = file
        ? materialise(folder, file, draws, now, size, into) : write_whole(into, name, now, size);
    free(now);
    return code;
}

static int by_name(const struct dirent **one, const struct dirent **other) {
    return strcmp((*one)->d_name, (*other)->d_name);
}

int fault_folder_materialise(struct fault_folder *folder, uint64_t seed, const char *into) {
    struct draws draws = start(seed);
    struct dirent **names = NULL;
    int code = 0;
    pthread_mutex_lock(&folder->mutex);
    // In the order of names, so that a seed means the same in each run.
    int count = scandir(folder->path, &names, NULL, by_name);
    for (int index = 0; index < count; index += 1) {
        const char *name = names[index]->d_name;
        if (code == 0 && names[index]->d_type == DT_REG && !ends(name, "-lock")) {
            code = materialise_named(folder, name, &draws, into);
        }
        free(names[index]);
    }
    free(names);
    for (struct disk_file *file = folder->files; file && code == 0; file = file->next) {
        if (!file->isDeleted || keeps(&draws)) continue;
        code = write_whole(into, file->name, file->held, file->held_size);
    }
    pthread_mutex_unlock(&folder->mutex);
    return count < 0 ? errno : code;
}
