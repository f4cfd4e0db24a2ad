// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What a job is done with: where it reads and writes, in whose name, and by which clock.
package struct JobContext {
    let reading: Connection
    let writing: Writer
    let now: () -> Instant
    private let actor: String
    private let requestID: String

    package init(
        reading: Connection,
        writing: Writer,
        actor: String,
        requestID: String,
        now: @escaping () -> Instant
    ) {
        self.reading = reading
        self.writing = writing
        self.actor = actor
        self.requestID = requestID
        self.now = now
    }

    /// Of what is changed now.
    var occasion: Occasion { Occasion(at: now(), actor: actor, requestID: requestID) }
}
