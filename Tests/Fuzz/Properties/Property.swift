// SPDX-License-Identifier: Apache-2.0

/// What must hold of a parser, whatever bytes it is given.
package struct Property: Sendable, CustomStringConvertible {
    /// The name of the fuzz target and of the folder with its corpus.
    package let description: String

    /// Throws if the property does not hold for the input.
    package let check: @Sendable (_ input: [UInt8]) throws(BrokenProperty) -> Void

    init(
        _ description: String,
        check: @escaping @Sendable (_ input: [UInt8]) throws(BrokenProperty) -> Void
    ) {
        self.description = description
        self.check = check
    }

    /// Checks the property as libFuzzer asks for it, and traps where it does not hold.
    package func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        do {
            try check(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            fatalError(error.description)
        }
        return 0
    }
}

/// How a property does not hold.
package struct BrokenProperty: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

func demand(
    _ holds: Bool,
    _ otherwise: @autoclosure () -> String
) throws(BrokenProperty) {
    guard holds else { throw BrokenProperty(otherwise()) }
}
