// SPDX-License-Identifier: Apache-2.0

/// A fault of the bytes of a text.
package struct TextError: Error, Equatable {
    /// The number of bytes before the fault.
    package let offset: Int

    /// The line of the fault; the first is 1.
    package let line: Int

    package let detail: String

    package init(offset: Int, line: Int, detail: String) {
        self.offset = offset
        self.line = line
        self.detail = detail
    }
}
