// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Turns GB18030 into UTF-8 through the iconv of the C library.
@safe struct GB18030Converter: ~Copyable {
    enum Outcome {
        /// The rest, if any, is the beginning of a character.
        case done
        /// No character begins at the first byte not consumed.
        case broken
    }

    /// iconv may write this much in one call; more takes more calls.
    private static let stride = 64 * 1024

    private let handle: iconv_t
    private var scratch: [UInt8]

    /// Returns nil if the C library lacks the encoding.
    init?() {
        // iconv_open(3) answers (iconv_t)-1 on failure.
        guard let handle = unsafe iconv_open("UTF-8", "GB18030"), Int(bitPattern: handle) != -1
        else { return nil }
        unsafe self.handle = unsafe handle
        scratch = [UInt8](repeating: 0, count: Self.stride)
    }

    deinit {
        unsafe iconv_close(handle)
    }

    /// Appends what `bytes` hold to `output` and says how many of them that took.
    mutating func convert(
        _ bytes: inout [UInt8],
        into output: inout [UInt8]
    ) -> (consumed: Int, outcome: Outcome) {
        var consumed = 0
        while consumed < bytes.count {
            var left = bytes.count - consumed
            var room = scratch.count
            // The array is `inout` only because iconv takes its input by a mutable pointer; it
            // does not write there.
            let status = unsafe bytes.withUnsafeMutableBytes { source in
                unsafe scratch.withUnsafeMutableBytes { target in
                    var from = unsafe (source.baseAddress.map { unsafe $0 + consumed })?
                        .assumingMemoryBound(to: CChar.self)
                    var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
                    return unsafe iconv(handle, &from, &left, &to, &room)
                }
            }
            let fault = errno
            consumed = bytes.count - left
            output.append(contentsOf: scratch[..<(scratch.count - room)])
            guard status == -1 else { break }
            switch fault {
            case E2BIG: continue
            case EINVAL: return (consumed, .done)
            default: return (consumed, .broken)
            }
        }
        return (consumed, .done)
    }
}
