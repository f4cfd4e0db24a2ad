// SPDX-License-Identifier: Apache-2.0

/// Why a test cannot go on, or what an answer does that the document does not say.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
