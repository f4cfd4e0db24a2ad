// SPDX-License-Identifier: Apache-2.0
import CLinux
import HTTP

/// A nameless file that a body is written to.
struct Spool: ~Copyable {
    private let file: Descriptor

    init(folder: String) throws(ServerError) {
        let result = unsafe folder.withCString { unsafe linux_nameless_file($0) }
        file = try Descriptor(result, from: "open")
    }

    /// Throws where the folder takes no such files.
    static func verify(_ folder: String) throws(ServerError) {
        do throws(ServerError) {
            _ = try Spool(folder: folder)
        } catch .system(_, let code) {
            throw .badSpoolFolder(folder, code: code)
        }
    }

    /// Writes all bytes; false when the file system does not take them.
    func write(_ bytes: Span<UInt8>) -> Bool {
        // The call reads only the span's bytes while they are borrowed.
        unsafe bytes.withUnsafeBytes { bytes in
            var rest = unsafe bytes
            while let start = rest.baseAddress, unsafe !rest.isEmpty {
                let count = unsafe linux_write(file.number, start, rest.count)
                guard count > 0 else { return false }
                unsafe rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
    }

    consuming func finish(length: Int) -> SpooledBody {
        SpooledBody(file, length: length)
    }
}

/// A body in a nameless file, which goes when the last reader lets go of this.
final class SpooledBody: BodyFile {
    private let file: Descriptor
    let length: Int

    init(_ file: consuming Descriptor, length: Int) {
        self.file = file
        self.length = length
    }

    /// Opens the file anew from its start, as long as this object lives.
    var path: String { "/proc/self/fd/\(file.number)" }
}
