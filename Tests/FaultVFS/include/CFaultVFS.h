// SPDX-License-Identifier: Apache-2.0
// A file system for SQLite that fails, and forgets, as a test asks.
//
// It is the default VFS of the process (https://sqlite.org/vfs.html) and hands every call on to the
// one that was, but for files in folders that a test has armed. Those count, log and fail calls;
// with sectors they also keep what is written apart from what is synced, so that a loss of power can
// be played: see `fault_folder_materialise`. Nothing in an armed folder is synced in earnest.
//
// Any thread may call any of it. A folder is disarmed when its connections are closed.
#ifndef GUANXI_CFAULTVFS_H
#define GUANXI_CFAULTVFS_H

#include <stdbool.h>
#include <stdint.h>

/// What can fail and is counted.
enum fault_call {
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_SYNC,
    FAULT_TRUNCATE,
    FAULT_SIZE,
    FAULT_LOCK,
    FAULT_SHM_MAP,
    FAULT_SHM_LOCK,
    FAULT_DELETE,
    FAULT_ACCESS,
    FAULT_CALLS,
    /// A line that the test itself wrote into the log.
    FAULT_MARK = FAULT_CALLS
};

/// Which of a database's files a call was about.
enum fault_kind { FAULT_DATABASE, FAULT_WAL, FAULT_JOURNAL, FAULT_SHM, FAULT_OTHER };

/// A line of the log, written once the call is over.
struct fault_entry {
    enum fault_call call;
    enum fault_kind kind;
    /// What SQLite was answered.
    int32_t code;
    /// The place in the file; of a mark, its value.
    int64_t offset;
    int64_t length;
};

struct fault_folder;

/// Becomes the default VFS, once per process; SQLite must have been configured before.
int fault_vfs_register(void);

/// Arms a folder. With sectors of so many bytes, and not 0, it keeps apart what is not synced.
struct fault_folder *fault_folder_arm(const char *path, int sector);
void fault_folder_disarm(struct fault_folder *folder);

/// Fails the n-th call of a kind from now on with a code, once or for ever.
///
/// A write that fails has written its first half; a read that comes back short holds zeros.
void fault_folder_fail(
    struct fault_folder *folder, enum fault_call call, int64_t nth, bool for_ever, int code
);

/// How many calls of a kind there were, and how many of all were failed.
int64_t fault_folder_calls(struct fault_folder *folder, enum fault_call call);
int64_t fault_folder_failures(struct fault_folder *folder);

/// Cuts the power in the n-th call of a kind from now on, or with FAULT_CALLS in the n-th that
/// changes a file or syncs one; every later call fails, whatever it is.
void fault_folder_cut_power(struct fault_folder *folder, enum fault_call call, int64_t nth);
/// How many calls changed a file or synced one.
int64_t fault_folder_changes(struct fault_folder *folder);

/// Writes into another folder what a disk could hold after the power went, drawn from a seed: of
/// each sector not synced the new content, an older one, or parts of both. Connections are closed.
/// Returns 0 or an error number.
int fault_folder_materialise(struct fault_folder *folder, uint64_t seed, const char *into);

void fault_folder_mark(struct fault_folder *folder, int64_t value);
/// Copies lines of the log, from a place on, and returns how many.
int64_t fault_folder_entries(
    struct fault_folder *folder, int64_t from, struct fault_entry *entries, int64_t most
);

#endif
