// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Copies a database as a process that is killed leaves it: the file and its log, without the memory
/// that its connections share.
func copyAsKilled(_ database: String, to copy: String) throws {
    for ending in ["", "-wal"] {
        try FileManager.default.copyItem(atPath: database + ending, toPath: copy + ending)
    }
}
