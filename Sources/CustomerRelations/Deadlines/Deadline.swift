// SPDX-License-Identifier: Apache-2.0

/// Something that falls due, whatever happens to the process meanwhile.
struct Deadline: Sendable, Equatable {
    let dueAt: Instant
    let subject: Subject
    /// What is due, in words of whoever set it.
    let kind: String
}
