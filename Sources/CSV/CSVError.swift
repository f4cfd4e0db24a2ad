// SPDX-License-Identifier: Apache-2.0

/// A place where a text breaks the rules of CSV.
package struct CSVError: Error, Equatable {
    /// The number of the line on which the record begins.
    package let line: Int

    package let detail: String

    package init(line: Int, detail: String) {
        self.line = line
        self.detail = detail
    }
}
