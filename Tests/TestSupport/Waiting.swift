// SPDX-License-Identifier: Apache-2.0

/// Asks again and again until something is so, and fails if it is not within a minute.
package func waitUntil(_ what: String, _ isSo: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(60)
    while try !isSo() {
        guard ContinuousClock.now < end else { throw TestFailure("in vain: \(what)") }
    }
}
