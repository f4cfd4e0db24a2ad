// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The room on a volume, in bytes.
package struct VolumeSpace: Sendable, Equatable {
    /// What a process without privileges may still fill.
    package let free: Int
    package let total: Int

    package init(free: Int, total: Int) {
        self.free = free
        self.total = total
    }

    /// Asks the system about the volume of a file (statvfs(3)); nil where it does not say.
    package static func measured(at path: String) -> VolumeSpace? {
        guard let volume = volume(of: path), volume.f_blocks > 0 else { return nil }
        let unit = UInt(volume.f_frsize)
        func bytes(_ blocks: UInt) -> Int {
            let (bytes, isTooMuch) = blocks.multipliedReportingOverflow(by: unit)
            return isTooMuch ? .max : Int(clamping: bytes)
        }
        return VolumeSpace(free: bytes(volume.f_bavail), total: bytes(volume.f_blocks))
    }

    /// Tells whether the volume is mounted for reading alone.
    static func isReadOnly(at path: String) -> Bool {
        // ST_RDONLY, an enumerator in C that is a macro as well.
        volume(of: path).map { $0.f_flag & 1 != 0 } ?? false
    }

    private static func volume(of path: String) -> statvfs? {
        var volume = statvfs()
        return unsafe statvfs(path, &volume) == 0 ? volume : nil
    }
}
