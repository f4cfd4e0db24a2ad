// SPDX-License-Identifier: Apache-2.0
import CFaultVFS
import Foundation
import SQLite
import TestSupport

/// What SQLite asks of a file system, as far as the VFS of these tests can fail it.
enum DiskCall: UInt32, CaseIterable, Sendable {
    case open, read, write, sync, truncate, size, lock, shmMap, shmLock, delete, access
    /// A line that a test wrote into the log.
    case mark

    fileprivate var call: fault_call { fault_call(rawValue: rawValue) }
}

/// A line of the log, written when the call was over.
struct DiskEntry: Sendable {
    let call: DiskCall
    let isWAL: Bool
    let code: Int32
    /// The place in the file; of a mark, its value.
    let offset: Int
    let length: Int
}

/// A folder whose disk fails, and loses its power, as a test asks; removed with it.
///
/// `@unchecked Sendable` and `@safe`: the pointer is set from init to deinit, and what it points to
/// is guarded by a mutex of its own.
@safe final class FaultyFolder: @unchecked Sendable {
    private let files: TemporaryFolder
    private let folder: OpaquePointer

    /// With sectors of so many bytes it keeps apart what was not synced.
    init(sector: Int32 = 0) throws {
        try Self.registered.get()
        files = try TemporaryFolder()
        guard let folder = unsafe fault_folder_arm(files.path, sector) else {
            throw TestFailure("cannot arm \(files.path)")
        }
        unsafe self.folder = folder
    }

    deinit { unsafe fault_folder_disarm(folder) }

    var database: String { files.database }

    /// The module sets SQLite up before its first use, which the VFS would be.
    private static let registered = Result {
        _ = try Connection(path: ":memory:", mode: .readWriteCreate)
        let code = fault_vfs_register()
        guard code == 0 else { throw TestFailure("the VFS is not registered (\(code))") }
    }
}

// MARK: - Faults

extension FaultyFolder {
    /// Fails the n-th call of a kind from now on, once or for ever.
    func fail(_ call: DiskCall, number: Int = 1, isForEver: Bool = false, with code: Int32) {
        unsafe fault_folder_fail(folder, call.call, Int64(number), isForEver, code)
    }

    func calls(_ call: DiskCall) -> Int { Int(unsafe fault_folder_calls(folder, call.call)) }

    var callsByKind: [DiskCall: Int] {
        DiskCall.allCases.filter { $0 != .mark }.reduce(into: [:]) { calls, call in
            calls[call] = self.calls(call)
        }
    }

    /// How many calls were failed.
    var failures: Int { Int(unsafe fault_folder_failures(folder)) }

    /// How many calls changed a file or synced one.
    var changes: Int { Int(unsafe fault_folder_changes(folder)) }

    /// Cuts the power in the n-th change or sync from now on.
    func cutPower(inChange number: Int) {
        unsafe fault_folder_cut_power(folder, FAULT_CALLS, Int64(number))
    }

    /// Cuts the power in the n-th sync from now on.
    func cutPower(inSync number: Int) {
        unsafe fault_folder_cut_power(folder, FAULT_SYNC, Int64(number))
    }

    /// A folder with what the disk could hold had the power gone now.
    ///
    /// Every connection to the files is closed.
    func afterPowerLoss(seed: UInt64) throws -> FaultyFolder {
        let found = try FaultyFolder()
        let code = unsafe fault_folder_materialise(folder, seed, found.files.path)
        guard code == 0 else { throw TestFailure("cannot write what is left (error \(code))") }
        return found
    }
}

// MARK: - Log

extension FaultyFolder {
    /// Writes a line into the log, between those of the calls before and after.
    func mark(_ value: Int) { unsafe fault_folder_mark(folder, Int64(value)) }

    var log: [DiskEntry] {
        var entries: [DiskEntry] = []
        var page = [fault_entry](repeating: fault_entry(), count: 4096)
        while true {
            let count = unsafe fault_folder_entries(
                folder,
                Int64(entries.count),
                &page,
                Int64(page.count)
            )
            guard count > 0 else { return entries }
            for entry in page[..<Int(count)] {
                guard let call = DiskCall(rawValue: entry.call.rawValue) else { continue }
                entries.append(
                    DiskEntry(
                        call: call,
                        isWAL: entry.kind == FAULT_WAL,
                        code: entry.code,
                        offset: Int(entry.offset),
                        length: Int(entry.length)
                    )
                )
            }
        }
    }
}
