// SPDX-License-Identifier: Apache-2.0

/// The shape of one encoded character, after the table of RFC 3629, section 4.
enum UTF8Sequence: Equatable {
    case complete(length: Int)
    /// The bytes end within the character.
    case cut
    case broken

    /// Looks at the character that begins at `index`.
    init(_ bytes: [UInt8], at index: Int) {
        let length: Int
        let second: ClosedRange<UInt8>
        switch bytes[index] {
        case 0x00...0x7F: (length, second) = (1, 0...0)
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default:
            self = .broken
            return
        }
        for place in 1..<max(length, 1) {
            guard index + place < bytes.count else {
                self = .cut
                return
            }
            let allowed = place == 1 ? second : 0x80...0xBF
            guard allowed.contains(bytes[index + place]) else {
                self = .broken
                return
            }
        }
        self = .complete(length: length)
    }
}
