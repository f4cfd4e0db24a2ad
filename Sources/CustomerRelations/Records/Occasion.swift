// SPDX-License-Identifier: Apache-2.0

/// When, by whom and by which request a change is made.
package struct Occasion: Sendable {
    package let at: Instant
    package let actor: String
    package let requestID: String

    package init(at: Instant, actor: String, requestID: String) {
        self.at = at
        self.actor = actor
        self.requestID = requestID
    }
}
